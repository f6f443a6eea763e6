import { describe, expect, test } from "vitest";
import { type NdArray, ndarray, takeRows } from "../../../lib/array";
import { kernelDistance } from "../../../lib/metrics/distances/kernel-distance";
import { rng } from "../../../lib/random";

/** The definition: a mean of the h-statistic over all pairs of distinct pairs, written out. */
function naive(a: NdArray, b: NdArray): number {
  const d = a.shape[1];
  const row = (x: NdArray, i: number) => Array.from(x.data.subarray(i * d, (i + 1) * d));
  const kernel = (x: number[], y: number[]) =>
    (x.reduce((sum, value, k) => sum + value * y[k], 0) / d + 1) ** 3;
  let [aa, bb, ab] = [0, 0, 0];
  const [n, m] = [a.shape[0], b.shape[0]];
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) if (i !== j) aa += kernel(row(a, i), row(a, j));
  for (let i = 0; i < m; i++) for (let j = 0; j < m; j++) if (i !== j) bb += kernel(row(b, i), row(b, j));
  for (let i = 0; i < n; i++) for (let j = 0; j < m; j++) ab += kernel(row(a, i), row(b, j));
  return aa / (n * (n - 1)) + bb / (m * (m - 1)) - (2 * ab) / (n * m);
}

const shifted = (array: NdArray, by: number) =>
  ndarray(
    array.shape,
    array.data.map((x) => x + by),
  );

describe("kernelDistance", () => {
  test("is the double sum of its definition, for unequal sizes too", () => {
    for (const [n, m, d, by] of [
      [7, 7, 3, 0],
      [12, 5, 4, 0.5],
      [3, 20, 1, 2],
    ]) {
      const [a, b] = [rng(n).normals([n, d]), shifted(rng("b").normals([m, d]), by)];
      const expected = naive(a, b);
      expect(kernelDistance(a, b).value).toBeCloseTo(expected, 8);
      expect(kernelDistance(b, a).value).toBeCloseTo(expected, 8);
    }
  });

  test("of point masses follows from the kernel: (c²+1)³ + 1 − 2 for 0 against c", () => {
    const [a, b] = [ndarray([4, 2], new Float64Array(8)), ndarray([5, 2], new Float64Array(10).fill(0.7))];
    const { value, standardError } = kernelDistance(a, b);
    expect(value).toBeCloseTo((0.49 + 1) ** 3 - 1, 10);
    expect(standardError).toBeCloseTo(0, 10);
  });

  test("is unbiased, and its standard error is that of repeated draws", () => {
    // In one dimension k = 1 + 3xy + 3x²y² + x³y³, so the squared discrepancy is a sum over moments.
    const by = 0.5;
    const moments = [by, by ** 2, by ** 3 + 3 * by];
    const truth = 3 * moments[0] ** 2 + 3 * moments[1] ** 2 + moments[2] ** 2;
    const repeats = 200;
    const source = rng(5);
    const draws = Array.from({ length: repeats }, () =>
      kernelDistance(source.normals([60, 1]), shifted(source.normals([60, 1]), by)),
    );
    const mean = draws.reduce((sum, { value }) => sum + value, 0) / repeats;
    const deviation = Math.sqrt(
      draws.reduce((sum, { value }) => sum + (value - mean) ** 2, 0) / (repeats - 1),
    );
    expect(Math.abs(mean - truth)).toBeLessThan((4 * deviation) / Math.sqrt(repeats));
    const stated = Math.sqrt(draws.reduce((sum, { standardError }) => sum + standardError ** 2, 0) / repeats);
    expect(stated / deviation).toBeGreaterThan(0.8);
    expect(stated / deviation).toBeLessThan(1.4);
  });

  test("averages over disjoint random blocks of large sets", () => {
    const [a, b] = [rng(1).normals([20, 3]), rng(2).normals([16, 3])];
    const found = kernelDistance(a, b, { blockSize: 10, rng: rng(3) });
    const source = rng(3);
    const [orderA, orderB] = [source.permutation(20), source.permutation(16)];
    const halves = [0, 1].map((k) =>
      naive(
        takeRows(a, orderA.subarray(10 * k, 10 * k + 10)),
        takeRows(b, orderB.subarray(8 * k, 8 * k + 8)),
      ),
    );
    expect(found.value).toBeCloseTo((halves[0] + halves[1]) / 2, 8);
    expect(found).toEqual(kernelDistance(a, b, { blockSize: 10, rng: rng(3) }));
    for (const record of [found, kernelDistance(a, b)]) expect(Object.isFrozen(record)).toBe(true);
  });

  test("says what is wrong with its input", () => {
    const a = rng(1).normals([20, 3]);
    expect(() => kernelDistance(a, a, { blockSize: 10 })).toThrow(
      /rng to split sets of more than blockSize = 10/,
    );
    expect(() => kernelDistance(a, a, { blockSize: 2 })).toThrow(/at least 3 as blockSize.*2/);
    expect(() => kernelDistance(a, rng(1).normals([2, 3]))).toThrow(/at least 3 features b.*2/);
    expect(() => kernelDistance(a, rng(1).normals([9, 4]))).toThrow(/3 and 4/);
    expect(() => kernelDistance(a, rng(1).normals([5, 3]), { blockSize: 10, rng: rng(1) })).toThrow(
      /at least 6 features on both sides for 2 blocks/,
    );
  });
});
