import { expect, it } from "vitest";
import { ndarray } from "../../lib/array";
import { rng } from "../../lib/random";
import { squaredDistance } from "../../lib/statistics/squared-distance";
import { squaredDistances } from "../../lib/transport";

it("is |a|² + |b|² − 2 a·b, of rows of any shape and number format, as the whole matrix has it", () => {
  const a = rng(0).normals([4, 2, 3]);
  const b = ndarray([5, 2, 3], Float64Array.from(rng(1).normals([5, 2, 3]).data));
  const product = (p: ArrayLike<number>, q: ArrayLike<number>) =>
    Array.from(p).reduce((sum, value, k) => sum + value * q[k], 0);
  const { data } = squaredDistances(a, b);
  for (let i = 0; i < 4; i++) {
    for (let j = 0; j < 5; j++) {
      const [p, q] = [a.data.subarray(6 * i, 6 * i + 6), b.data.subarray(6 * j, 6 * j + 6)];
      const found = squaredDistance(a, i, b, j);
      expect(found).toBeCloseTo(product(p, p) + product(q, q) - 2 * product(p, q), 10);
      expect(data[5 * i + j]).toBe(found);
    }
  }
});
