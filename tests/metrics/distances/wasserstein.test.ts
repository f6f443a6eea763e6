import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ndarray, takeRows } from "../../../lib/array";
import { exactW2 } from "../../../lib/metrics/distances/exact-w2";
import { slicedW2 } from "../../../lib/metrics/distances/sliced-w2";
import { rng } from "../../../lib/random";

const points = (n: number, d: number, seed: number | string) => {
  const { shape, data } = rng(seed).normals([n, d]);
  return ndarray(shape, Float64Array.from(data));
};
const moved = ({ shape, data }: ReturnType<typeof points>, by: readonly number[]) =>
  ndarray(
    shape,
    data.map((value, e) => value + by[e % by.length]),
  );

describe("exactW2", () => {
  it("is the length of a shift, and zero for the same points in another order", () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 30 }), (seed, n) => {
        const a = points(n, 2, seed);
        const shuffled = takeRows(a, rng(seed).permutation(n));
        expect(exactW2(a, shuffled)).toBe(0);
        expect(exactW2(moved(a, [3, -4]), shuffled)).toBeCloseTo(5, 9);
      }),
      { numRuns: 30 },
    );
  });

  it("follows the law of two Gaussians as far as so many points can show it", () => {
    // W2² of N(0, I) and N(m, s² I) in the plane is |m|² + 2 (s − 1)².
    const a = points(400, 2, 1);
    const scaled = points(400, 2, 2);
    const b = moved(
      ndarray(
        scaled.shape,
        scaled.data.map((value) => 3 * value),
      ),
      [4, 0],
    );
    expect(Math.abs(exactW2(a, b) - Math.sqrt(16 + 8))).toBeLessThan(0.4);
  });

  it("refuses sets of other sizes, empty ones, and points that are not finite", () => {
    expect(() => exactW2(points(3, 2, 1), points(4, 2, 1))).toThrow("like the first, of shape [3, 2]");
    expect(() => exactW2(points(0, 2, 1), points(0, 2, 1))).toThrow("one point");
    expect(() => exactW2(points(1, 1, 1), ndarray([1, 1], [Number.NaN]))).toThrow("finite points");
  });
});

describe("slicedW2", () => {
  it("is the exact distance on a line", () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 30 }), (seed, n) => {
        const [a, b] = [points(n, 1, seed), points(n, 1, `other ${seed}`)];
        expect(slicedW2(a, b, { projections: 3, rng: rng(1) })).toBeCloseTo(exactW2(a, b), 9);
      }),
    );
  });

  it("is the length of a shift divided by √d", () => {
    const a = points(50, 4, 1);
    const b = moved(a, [1, 2, 2, 4]);
    // (θ·v)² has mean |v|²/d = 25/4 and, for d = 4, the relative variance 3d/(d + 2) − 1 = 1.
    const projections = 4000;
    const squared = slicedW2(a, b, { projections, rng: rng(2) }) ** 2;
    expect(Math.abs(squared - 25 / 4)).toBeLessThan((4 * (25 / 4)) / Math.sqrt(projections));
  });

  it("is never above the exact distance", () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const [a, b] = [points(20, 3, seed), points(20, 3, `other ${seed}`)];
        expect(slicedW2(a, b, { projections: 20, rng: rng(seed) })).toBeLessThanOrEqual(exactW2(a, b) + 1e-9);
      }),
    );
  });

  it("compares sets of other sizes: points repeated do not change it", () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 4 }),
        (seed, k, l) => {
          const [a, b] = [points(6, 2, seed), points(6, 2, `other ${seed}`)];
          const repeat = (set: typeof a, times: number) =>
            takeRows(
              set,
              Int32Array.from({ length: 6 * times }, (_, i) => Math.floor(i / times)),
            );
          const plain = slicedW2(a, b, { projections: 5, rng: rng(3) });
          const repeated = slicedW2(repeat(a, k), repeat(b, l), { projections: 5, rng: rng(3) });
          expect(repeated).toBeCloseTo(plain, 9);
        },
      ),
    );
  });

  it("refuses other dimensions and no projections", () => {
    const a = points(3, 2, 1);
    expect(() => slicedW2(a, points(3, 3, 1), { rng: rng(1) })).toThrow("[any, 2]");
    expect(() => slicedW2(a, a, { projections: 0, rng: rng(1) })).toThrow("1 or more projections");
  });
});
