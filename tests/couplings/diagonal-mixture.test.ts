import { describe, expect, it } from "vitest";
import { ndarray } from "../../lib/array";
import { diagonalMixture, type PairMoments, pairMoments } from "../../lib/couplings";
import { rng } from "../../lib/random";

const vector = (...values: number[]) => ndarray([values.length], Float64Array.from(values));
const one: PairMoments = {
  mean0: vector(0, 1),
  mean1: vector(4, -4),
  variance0: vector(1, 2),
  variance1: vector(0.5, 3),
  covariance: vector(0.6, -1),
};
const other: PairMoments = {
  mean0: vector(-5, 2),
  mean1: vector(-4, 4),
  variance0: vector(1, 1),
  variance1: vector(1, 1),
  covariance: vector(1, 0),
};

describe("diagonalMixture", () => {
  it("draws pairs with the given moments", async () => {
    const coupling = diagonalMixture({ components: [{ weight: 2, moments: one }] });
    const data = coupling.targets(40_000, rng(0));
    const found = await pairMoments({ coupling, data, draws: 40_000, rng: rng(1) });
    for (const key of Object.keys(one) as (keyof PairMoments)[]) {
      one[key].data.forEach((value, j) => {
        expect(Math.abs(found[key].data[j] - value)).toBeLessThan(0.08);
      });
    }
    const start = coupling.start({ shape: [20_000, 2] }, rng(2)).x0.data.filter((_, e) => e % 2 === 1);
    const mean = Array.from(start).reduce((sum, value) => sum + value, 0) / start.length;
    expect(Math.abs(mean - 1)).toBeLessThan(0.05);
  });

  it("draws x0 from its component by the label, or without labels by the posterior given x1", () => {
    const components = [
      { weight: 1, moments: one },
      { weight: 3, moments: other },
    ];
    const coupling = diagonalMixture({ components });
    const { x, labels } = coupling.targets(4000, rng(0));
    const share = labels!.reduce((sum, label) => sum + label, 0) / 4000;
    expect(Math.abs(share - 0.75)).toBeLessThan(0.03);
    for (const targets of [{ x, labels }, { x }]) {
      const { x0 } = coupling.draw(targets, rng(1));
      // In the second component x0 and x1 are equal but for their means: x1 − 1 exactly, since c² = v0 v1.
      labels!.forEach((label, i) => {
        if (label === 1) expect(x0.data[2 * i]).toBeCloseTo(x.data[2 * i] - 1, 4);
      });
    }
  });

  it("says what it can't take", () => {
    const bad = { ...one, covariance: vector(2, 0) };
    expect(() => diagonalMixture({ components: [{ weight: 1, moments: bad }] })).toThrow(/covariance/);
    const short = { ...one, mean0: vector(0) };
    expect(() => diagonalMixture({ components: [{ weight: 1, moments: short }] })).toThrow(
      /mean0|2 numbers|1 numbers/,
    );
    const flat = { ...one, variance1: vector(0, 1) };
    expect(() => diagonalMixture({ components: [{ weight: 1, moments: flat }] })).toThrow(
      /variances above 0/,
    );
    const lost = { ...one, mean0: vector(0, Number.NaN) };
    expect(() => diagonalMixture({ components: [{ weight: 1, moments: lost }] })).toThrow(
      "finite numbers as mean0 of component 0, but received NaN at place 1",
    );
    expect(() =>
      diagonalMixture({ components: [{ weight: Number.POSITIVE_INFINITY, moments: one }] }),
    ).toThrow("a weight above 0");
    expect(() => diagonalMixture({ components: [] })).toThrow(/one component/);
    expect(() => diagonalMixture({ components: [{ weight: 0, moments: one }] })).toThrow(/weight/);
    const coupling = diagonalMixture({ components: [{ weight: 1, moments: one }] });
    expect(() => coupling.start({ shape: [3, 5] }, rng(0))).toThrow(/shape \[n, 2\]/);
    expect(() => coupling.draw({ x: rng(0).normals([1, 2]), labels: Int32Array.of(3) }, rng(0))).toThrow(
      /labels/,
    );
  });
});
