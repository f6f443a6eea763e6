import { describe, expect, it } from "vitest";
import { sliceRows } from "../../../lib/array";
import { gaussianKernel, kernelDistance, kernelOfRows, squaredMmd } from "../../../lib/metrics/distances";
import { rng } from "../../../lib/random";

const [a, b] = [rng(1).normals([9, 4]), rng(2).normals([13, 4])];
const first = (n: number) => Array.from({ length: n }, (_, i) => i);

describe("kernelOfRows", () => {
  it("is the unbiased discrepancy, with KID's kernel or another", () => {
    expect(kernelOfRows(a, b).value).toBeCloseTo(kernelDistance(a, b).value, 12);
    const kernel = gaussianKernel({ bandwidth: 1.3 });
    expect(kernelOfRows(a, b, { kernel }).value).toBeCloseTo(squaredMmd(a, b, { kernel }).value, 12);
  });

  it("is that of the rows asked for, in any order", () => {
    const part = kernelDistance(sliceRows(a, 0, 5), sliceRows(b, 0, 7)).value;
    expect(kernelOfRows(a, b).of(first(5).reverse(), first(7))).toBeCloseTo(part, 12);
  });

  it("counts repeated rows as often, and never compares one with itself", () => {
    const cubic = (i: number, j: number) => {
      let product = 0;
      for (let k = 0; k < 4; k++) product += a.data[4 * i + k] * a.data[4 * j + k];
      return (product / 4 + 1) ** 3;
    };
    const { of } = kernelOfRows(a, b);
    // Doubling all rows changes no mean.
    expect(of([1, 2, 1, 2], [0, 1, 0, 1])).toBeCloseTo(of([1, 2], [0, 1]), 12);
    // Row 0 twice and rows 1 and 2 once: pairs 01 and 02 weigh 2, pair 12 weighs 1, of 5.
    const within = (rows: readonly number[]) => of(rows, [0, 1]) + 2 * between2(rows) - within2;
    const within2 = of([1, 2], [0, 1]) + 2 * between2([1, 2]) - cubic(1, 2);
    expect(within([0, 0, 1, 2])).toBeCloseTo((2 * cubic(0, 1) + 2 * cubic(0, 2) + cubic(1, 2)) / 5, 12);
  });

  it("refuses a side with one row only", () => {
    expect(() => kernelOfRows(a, b).of([3, 3, 3], [0, 1])).toThrow(
      "two different rows or more on either side, but received 1",
    );
  });
});

/** The mean kernel between rows of `a` and the first two of `b`. */
function between2(rows: readonly number[]): number {
  let sum = 0;
  for (const i of rows) {
    for (const j of [0, 1]) {
      let product = 0;
      for (let k = 0; k < 4; k++) product += a.data[4 * i + k] * b.data[4 * j + k];
      sum += (product / 4 + 1) ** 3;
    }
  }
  return sum / (2 * rows.length);
}
