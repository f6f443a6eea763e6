import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type NdArray, ndarray } from "../../../lib/array";
import { exactW2 } from "../../../lib/metrics/distances/exact-w2";
import { sinkhornDivergence, sinkhornW2 } from "../../../lib/metrics/distances/sinkhorn-divergence";
import { rng } from "../../../lib/random";
import { normalQuantile } from "../../../lib/statistics/normal";

const points = (n: number, d: number, seed: number | string) => rng(seed).normals([n, d]);
const moved = ({ shape, data }: NdArray, by: readonly number[]) =>
  ndarray(
    shape,
    Float64Array.from(data, (value, e) => value + by[e % by.length]),
  );
/** N(mean, deviation²) as the middles of n equal shares, without chance. */
const normal = (n: number, mean: number, deviation: number) =>
  ndarray(
    [n, 1],
    Float64Array.from({ length: n }, (_, i) => mean + deviation * normalQuantile((i + 0.5) / n)),
  );

/** OT of Gaussians on a line for ε = 2 s² (Janati et al., 2020, theorem 1, in one dimension). */
function gaussianCost(shift: number, a: number, b: number, epsilon: number): number {
  const s2 = epsilon / 2;
  const root = Math.sqrt(4 * a * a * b * b + s2 * s2);
  return shift ** 2 + a * a + b * b - root + s2 * (1 - Math.log(2 * s2)) + s2 * Math.log(root + s2);
}

describe("sinkhornW2", () => {
  it("is at least the exact distance and comes near it for a small ε", () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const [a, b] = [points(8, 2, seed), points(8, 2, `b ${seed}`)];
        const [wide, narrow] = [2, 0.2].map((epsilon) => sinkhornW2(a, b, { epsilon, tolerance: 1e-4 }));
        const exact = exactW2(a, b);
        expect(narrow).toBeGreaterThan(exact - 1e-3);
        expect(wide).toBeGreaterThan(narrow - 1e-3);
        // Σ P C is above the least cost by at most ε log n.
        expect(narrow ** 2 - exact ** 2).toBeLessThan(0.2 * Math.log(8) + 1e-3);
      }),
      { numRuns: 20, seed: 1 },
    );
  });

  it("says when the iterations were too few, and refuses points that are not finite", () => {
    const [a, b] = [points(10, 2, 1), points(12, 2, 2)];
    expect(() => sinkhornW2(a, b, { epsilon: 1e-3, maxIterations: 3 })).toThrow("Raise epsilon");
    expect(() => sinkhornW2(a, b, { epsilon: 0 })).toThrow("epsilon above 0");
    expect(() => sinkhornW2(a, moved(b, [Number.NaN]), { epsilon: 1 })).toThrow("finite points");
  });
});

describe("sinkhornDivergence", () => {
  it.each([0.5, 2, 20])("comes to the closed form for Gaussians with ε = %d", (epsilon) => {
    const [shift, a, b] = [1.5, 1, 2];
    const found = sinkhornDivergence(normal(120, 0, a), normal(100, shift, b), { epsilon });
    const exact =
      gaussianCost(shift, a, b, epsilon) -
      gaussianCost(0, a, a, epsilon) / 2 -
      gaussianCost(0, b, b, epsilon) / 2;
    // Shares cut the tails, which moves deviations by about 1 %.
    expect(Math.abs(found - exact)).toBeLessThan(0.03);
  });

  it("is zero for equal sets and the squared length of a shift, whatever ε", () => {
    fc.assert(
      fc.property(fc.integer(), fc.double({ min: 3, max: 20, noNaN: true }), (seed, epsilon) => {
        const a = points(9, 2, seed);
        expect(sinkhornDivergence(a, a, { epsilon })).toBe(0);
        expect(sinkhornDivergence(a, moved(a, [1, -2]), { epsilon, tolerance: 1e-8 })).toBeCloseTo(5, 4);
      }),
      { numRuns: 20, seed: 1 },
    );
  });

  it("tends to the squared distance of the means as ε grows", () => {
    const [a, b] = [points(20, 2, 1), moved(points(15, 2, 2), [3, 0])];
    const mean = ({ data, shape: [n] }: NdArray, k: number) =>
      Array.from(data).reduce((sum, value, e) => (e % 2 === k ? sum + value / n : sum), 0);
    const squared = [0, 1].reduce((sum, k) => sum + (mean(a, k) - mean(b, k)) ** 2, 0);
    expect(sinkhornDivergence(a, b, { epsilon: 1e4 })).toBeCloseTo(squared, 2);
  });
});
