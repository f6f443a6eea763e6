import { describe, expect, it } from "vitest";
import { ndarray } from "../../lib/array";
import { rng } from "../../lib/random";
import { nearestRows } from "../../lib/statistics";

describe("nearestRows", () => {
  it("finds what a search through whole distances finds", () => {
    const [points, among] = [rng(1).normals([40, 5]), rng(2).normals([60, 5])];
    const { rows, squared } = nearestRows(points, among);
    for (let i = 0; i < 40; i++) {
      const all = Array.from({ length: 60 }, (_, j) =>
        [0, 1, 2, 3, 4].reduce((sum, k) => sum + (points.data[5 * i + k] - among.data[5 * j + k]) ** 2, 0),
      );
      expect(squared[i]).toBe(Math.min(...all));
      expect(rows[i]).toBe(all.indexOf(Math.min(...all)));
    }
  });

  it("takes the first of equally near ones", () => {
    const among = ndarray([3, 1], [2, 0, 0]);
    expect([...nearestRows(ndarray([2, 1], [1, 0.4]), among).rows]).toEqual([0, 1]);
  });

  it("needs points of one dimension to choose from", () => {
    expect(() => nearestRows(ndarray([1, 2], [0, 0]), ndarray([0, 2], []))).toThrow(/at least one point/);
    expect(() => nearestRows(ndarray([1, 2], [0, 0]), ndarray([1, 3], [0, 0, 0]))).toThrow(/\[any, 3\]/);
  });
});
