import { expect, test } from "vitest";
import { bicubicUp } from "../../../lib/couplings";
import { rng } from "../../../lib/random";

/** Keys (1981), equation 15, for any a; the classical choice is −1/2. */
function kernel(s: number, a = -0.5): number {
  const r = Math.abs(s);
  if (r <= 1) return (a + 2) * r ** 3 - (a + 3) * r ** 2 + 1;
  return r < 2 ? a * r ** 3 - 5 * a * r ** 2 + 8 * a * r - 4 * a : 0;
}

test("bicubicUp is the sum over sixteen neighbours, by the formula in two dimensions", () => {
  const [side, factor] = [8, 4];
  const low = rng(1).normals([2, side, side, 3]);
  const high = bicubicUp({ factor })(low);
  expect(high.shape).toEqual([2, side * factor, side * factor, 3]);
  const wide = side * factor;
  for (let image = 0; image < 2; image++) {
    // At the border the neighbours are fewer.
    for (let row = 2 * factor; row < wide - 2 * factor; row += 3) {
      for (let column = 2 * factor; column < wide - 2 * factor; column++) {
        for (let c = 0; c < 3; c++) {
          const [y, x] = [(row + 0.5) / factor - 0.5, (column + 0.5) / factor - 0.5];
          let sum = 0;
          for (let i = Math.floor(y) - 1; i <= Math.floor(y) + 2; i++) {
            for (let j = Math.floor(x) - 1; j <= Math.floor(x) + 2; j++) {
              sum += low.data[((image * side + i) * side + j) * 3 + c] * kernel(y - i) * kernel(x - j);
            }
          }
          expect(high.data[((image * wide + row) * wide + column) * 3 + c]).toBeCloseTo(sum, 5);
        }
      }
    }
  }
});
