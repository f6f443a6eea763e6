import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type NdArray, ndarray } from "../../../lib/array";
import { densityCoverage } from "../../../lib/metrics/distances/density-coverage";
import { precisionRecall } from "../../../lib/metrics/distances/precision-recall";
import { rng } from "../../../lib/random";

const line = (...values: number[]) => ndarray([values.length, 1], Float64Array.from(values));
const rowsOf = ({ shape: [n, d], data }: NdArray) =>
  Array.from({ length: n }, (_, i) => Array.from(data.subarray(i * d, (i + 1) * d)));
const distance = (x: number[], y: number[]) => Math.hypot(...x.map((value, k) => value - y[k]));
/** The ball of each point, its radius found by sorting. */
const balls = (set: NdArray, k: number) => {
  const rows = rowsOf(set);
  return rows.map((centre) => ({
    centre,
    // The first of the sorted distances is that from itself.
    radius: rows.map((other) => distance(centre, other)).sort((a, b) => a - b)[k],
  }));
};
const holds = ({ centre, radius }: ReturnType<typeof balls>[number], x: number[]) =>
  distance(centre, x) <= radius + 1e-12;
const share = (flags: boolean[]) => flags.filter(Boolean).length / flags.length;

const sets = fc
  .record({ seed: fc.integer(), n: fc.integer({ min: 5, max: 15 }), m: fc.integer({ min: 5, max: 15 }) })
  .map(({ seed, n, m }) => ({
    real: rng(seed).normals([n, 2]),
    generated: rng(`g ${seed}`).normals([m, 2]),
  }));

describe("precisionRecall", () => {
  it("counts points in balls, by hand on a line", () => {
    // Radii with k = 1: 1, 1, 2 around 0, 1, 3; and 0.5, 0.5, 9 around 0.5, 1, 10.
    const found = precisionRecall({ real: line(0, 1, 3), generated: line(0.5, 1, 10), k: 1 });
    // 10 lies in no ball of radius 2 around 3; 3 is reached by the wide ball of 10.
    expect(found).toEqual({ precision: 2 / 3, recall: 1, k: 1 });
    const swapped = precisionRecall({ real: line(0.5, 1, 10), generated: line(0, 1, 3), k: 1 });
    expect(swapped).toEqual({ precision: 1, recall: 2 / 3, k: 1 });
  });

  it("is what sorting all distances gives", () => {
    fc.assert(
      fc.property(sets, fc.integer({ min: 1, max: 4 }), ({ real, generated }, k) => {
        const [realBalls, madeBalls] = [balls(real, k), balls(generated, k)];
        expect(precisionRecall({ real, generated, k })).toEqual({
          precision: share(rowsOf(generated).map((x) => realBalls.some((ball) => holds(ball, x)))),
          recall: share(rowsOf(real).map((x) => madeBalls.some((ball) => holds(ball, x)))),
          k,
        });
      }),
    );
  });

  it("tells a model that drops a mode from one that adds a false one", () => {
    const modes = (centres: number[], seed: number) => {
      const { data } = rng(seed).normals([120, 2]);
      return ndarray(
        [120, 2],
        data.map((z, e) => 0.3 * z + 10 * centres[(e >> 1) % centres.length]),
      );
    };
    const real = modes([0, 1], 1);
    const dropped = precisionRecall({ real, generated: modes([0], 2) });
    expect(dropped.precision).toBeGreaterThan(0.9);
    expect(Math.abs(dropped.recall - 0.5)).toBeLessThan(0.05);
    const added = precisionRecall({ real, generated: modes([0, 1, 2, 3], 3) });
    expect(Math.abs(added.precision - 0.5)).toBeLessThan(0.05);
    expect(added.recall).toBeGreaterThan(0.8);
  });

  it("refuses too few rows and other dimensions", () => {
    const real = line(0, 1, 2, 3);
    expect(() => precisionRecall({ real, generated: line(1, 2, 3) })).toThrow(
      "at least 4 features of samples",
    );
    expect(() => precisionRecall({ real, generated: real, k: 0 })).toThrow("whole k");
    expect(() => precisionRecall({ real, generated: rng(1).normals([4, 2]) })).toThrow("1 and 2");
  });
});

describe("densityCoverage", () => {
  it("counts balls, by hand on a line", () => {
    // Balls around 0, 1, 3 with radii 1, 1, 2. 0.5 lies in two of them, 1 in all three, 10 in none.
    const found = densityCoverage({ real: line(0, 1, 3), generated: line(0.5, 1, 10), k: 1 });
    expect(found).toEqual({ density: 5 / 3, coverage: 1, k: 1 });
  });

  it("is what sorting all distances gives", () => {
    fc.assert(
      fc.property(sets, fc.integer({ min: 1, max: 4 }), ({ real, generated }, k) => {
        const [around, made] = [balls(real, k), rowsOf(generated)];
        const { density, coverage } = densityCoverage({ real, generated, k });
        const inside = around.map((ball) => made.filter((x) => holds(ball, x)).length);
        expect(density).toBeCloseTo(inside.reduce((sum, count) => sum + count, 0) / k / made.length, 12);
        expect(coverage).toBe(share(inside.map((count) => count > 0)));
      }),
    );
  });

  it("has density 1 and the stated coverage on average where both sets come from one distribution", () => {
    const [n, m, k, repeats] = [12, 9, 2, 400];
    const runs = Array.from({ length: repeats }, (_, r) =>
      densityCoverage({ real: rng(r).normals([n, 2]), generated: rng(`g ${r}`).normals([m, 2]), k }),
    );
    const expected = 1 - ((n - 1) * (n - 2)) / ((n + m - 1) * (n + m - 2));
    const mean = (of: "density" | "coverage") => runs.reduce((sum, run) => sum + run[of], 0) / repeats;
    expect(Math.abs(mean("coverage") - expected)).toBeLessThan(0.02);
    expect(Math.abs(mean("density") - 1)).toBeLessThan(0.06);
  });
});
