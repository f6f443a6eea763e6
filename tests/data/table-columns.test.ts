import { describe, expect, it } from "vitest";
import { ndarray } from "../../lib/array";
import {
  columnOf,
  missingCells,
  normalScores,
  pickColumns,
  standardiser,
  tableFaults,
  tableRecords,
} from "../../lib/data";
import { rng } from "../../lib/random";
import { normalCdf } from "../../lib/statistics/normal";

describe("tables", () => {
  const x = ndarray([3, 2], [1, 10, 2, 20, 6, 30]);

  it("gives records, columns and columns in another order", () => {
    expect(
      tableRecords(x, [
        { name: "a", unit: "m" },
        { name: "b", unit: "s" },
      ])[1],
    ).toEqual({ a: 2, b: 20 });
    expect(Array.from(columnOf(x, 1))).toEqual([10, 20, 30]);
    expect(Array.from(pickColumns(x, [1, 0]).data)).toEqual([10, 1, 20, 2, 30, 6]);
    expect(() => tableRecords(x, [])).toThrow("2 columns");
    expect(() => columnOf(x, 2)).toThrow("a column from 0 to 1");
  });

  it("standardises by the first table's mean and deviation, and leaves a constant column's scale", () => {
    const units = standardiser(x);
    expect(units.mean[0]).toBeCloseTo(3);
    expect(units.deviation[0]).toBeCloseTo(Math.sqrt(14 / 3));
    expect(units.apply(ndarray([1, 2], [3, 20])).data[0]).toBeCloseTo(0);
    expect(standardiser(ndarray([2, 1], [5, 5])).apply(ndarray([1, 1], [6])).data[0]).toBe(1);
    expect(() => units.apply(ndarray([1, 3], [1, 2, 3]))).toThrow("2 columns");
  });
});

describe("normalScores", () => {
  const zeros = Array.from({ length: 400 }, (_, i) => (i < 200 ? 0 : i));
  const table = ndarray([400, 1], Float32Array.from(zeros));
  const scores = normalScores(table);

  it("gives columns of N(0, 1), also where half of the values are equal, and comes back exactly", () => {
    const z = scores.forward(table, rng(0));
    expect(scores.backward(z)).toEqual(table);
    const sorted = Float64Array.from(z.data).sort();
    const gap = Math.max(...Array.from(sorted, (value, i) => Math.abs(normalCdf(value) - (i + 0.5) / 400)));
    expect(gap).toBeLessThan(0.06); // the zeros' ranks are random: about 1.36 / √400 at most
  });

  it("goes on linearly beyond the table, and back to its ends", () => {
    const deviation = standardiser(table).deviation[0];
    const [last, beyond] = scores.forward(ndarray([2, 1], [399, 399 + 2 * deviation]), rng(1)).data;
    expect(beyond - last).toBeGreaterThan(1.9);
    expect(Array.from(scores.backward(ndarray([2, 1], [9, -9])).data)).toEqual([399, 0]);
  });
});

describe("normalScores of what isn't finite", () => {
  const scores = normalScores(ndarray([3, 1], [1, 2, 4]));

  it.each([Number.NaN, Number.POSITIVE_INFINITY])("refuses %d in any place", (bad) => {
    const table = ndarray([2, 1], [1, bad]);
    expect(() => normalScores(table)).toThrow(`finite numbers in a table, but received ${bad} at place 1`);
    expect(() => scores.forward(table, rng(0))).toThrow(`finite numbers in a table, but received ${bad}`);
    expect(() => scores.backward(table)).toThrow(`finite scores, but received ${bad} at place 1`);
  });
});

describe("missingCells", () => {
  const x = rng(3).normals([4000, 2]);
  const share = (keep: ArrayLike<number>) =>
    1 - Array.from(keep).reduce((sum, k) => sum + k, 0) / keep.length;

  it("hides the share asked for, at random or large values more often", () => {
    const random = missingCells(x, { share: 0.3, kind: "at random", rng: rng(4) });
    const large = missingCells(x, { share: 0.3, kind: "large", rng: rng(4) });
    const of = (keep: typeof x, positive: boolean) =>
      share(keep.data.filter((_, e) => x.data[e] > 0 === positive));
    // Standard errors are 0.005 for all, 0.007 for a half.
    for (const keep of [random, large]) expect(Math.abs(share(keep.data) - 0.3)).toBeLessThan(0.025);
    expect(Math.abs(of(random, true) - of(random, false))).toBeLessThan(0.04);
    expect(Math.abs(of(large, true) - 0.45)).toBeLessThan(0.035); // the mean of 0.6 rank over its upper half
    expect(Math.abs(of(large, false) - 0.15)).toBeLessThan(0.035);
  });
});

describe("tableFaults", () => {
  const x = ndarray(
    [50, 3],
    Float32Array.from({ length: 150 }, (_, e) => (e % 3 === 1 ? 0 : e + 1)),
  );

  it("changes one cell of each row, in the way of the fault", () => {
    for (const fault of ["swapped", "gauge", "outcome"] as const) {
      const odd = tableFaults(x, { fault, rng: rng(5) });
      for (let i = 0; i < 50; i++) {
        const changed = [0, 1, 2].filter((k) => odd.data[3 * i + k] !== x.data[3 * i + k]);
        expect(changed).toHaveLength(1);
        const [now, before] = [odd, x].map(({ data }) => data[3 * i + changed[0]]);
        if (fault === "outcome") expect([changed[0], now / before]).toEqual([2, expect.closeTo(0.6, 5)]);
        if (fault === "gauge")
          expect([4 / 3, 3 / 4].some((f) => Math.abs(now / before - f) < 1e-5)).toBe(true);
        if (fault === "swapped") expect(Array.from(columnOf(x, changed[0]))).toContain(now);
      }
    }
  });
});
