import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type NdArray, ndarray, sampleSize, sizeOf } from "../../lib/array";
import { brownian, insideHole, interpolate, linear, polynomial, trigonometric } from "../../lib/interpolants";
import { rng } from "../../lib/random";

const shapes = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 });
const cases = fc.record({
  shape: shapes,
  seed: fc.integer(),
  interpolant: fc.constantFrom(
    linear(),
    trigonometric(),
    linear({ gamma: brownian() }),
    trigonometric({ gamma: brownian({ scale: 0.7 }) }),
  ),
});
const double = ({ shape, data }: NdArray) => ndarray(shape, Float64Array.from(data));
const draws = (shape: number[], seed: number) => {
  const source = rng(seed);
  const normals = () => double(source.normals(shape));
  const t = Float64Array.from({ length: shape[0] }, () => 0.05 + 0.9 * source.uniform());
  return { pairs: { x0: normals(), x1: normals() }, z: normals(), t };
};

describe("interpolate", () => {
  it("is α x0 + β x1 + γ z and its derivative in time, each sample at its own time", () => {
    fc.assert(
      fc.property(cases, ({ shape, seed, interpolant }) => {
        const { pairs, z, t } = draws(shape, seed);
        const at = (shift: number) =>
          interpolate({ interpolant, pairs, z, t: t.map((time) => time + shift) }).xt.data;
        const { xt, dxt } = interpolate({ interpolant, pairs, z, t });
        expect(xt.shape).toEqual(shape);
        expect(xt.data).toBeInstanceOf(Float64Array);
        const [before, after] = [at(-1e-6), at(1e-6)];
        for (let e = 0; e < sizeOf(shape); e++) {
          const { alpha, beta, gamma } = interpolant.at(t[Math.floor(e / sampleSize(xt))]);
          const expected = alpha * pairs.x0.data[e] + beta * pairs.x1.data[e] + gamma * z.data[e];
          expect(xt.data[e]).toBeCloseTo(expected, 12);
          expect(dxt.data[e]).toBeCloseTo((after[e] - before[e]) / 2e-6, 5);
        }
      }),
    );
  });

  it("begins at x0 and ends at x1 where γ̇ is finite", () => {
    const { pairs } = draws([2, 3], 1);
    for (const interpolant of [linear(), trigonometric()]) {
      const { xt } = interpolate({ interpolant, pairs, t: [0, 1] });
      expect(Array.from(xt.data)).toEqual([...pairs.x0.data.subarray(0, 3), ...pairs.x1.data.subarray(3)]);
    }
  });

  it("adds no latent where the mask keeps, whether it is one for all channels or of x's shape", () => {
    fc.assert(
      fc.property(fc.integer(), fc.boolean(), (seed, perChannel) => {
        const shape = [2, 3, 3, 2];
        const { pairs, z, t } = draws(shape, seed);
        const keep = ndarray(
          perChannel ? shape : [2, 3, 3, 1],
          Float32Array.from({ length: perChannel ? 36 : 18 }, (_, i) => (i * 7 + seed) & 1),
        );
        const interpolant = linear({ gamma: brownian() });
        const masked = interpolate({ interpolant, pairs, z, t, keep });
        const bare = interpolate({ interpolant: linear(), pairs, t });
        const full = interpolate({ interpolant, pairs, z, t });
        for (let e = 0; e < 36; e++) {
          const source = keep.data[perChannel ? e : e >> 1] === 1 ? bare : full;
          expect(masked.xt.data[e]).toBe(source.xt.data[e]);
          expect(masked.dxt.data[e]).toBe(source.dxt.data[e]);
        }
      }),
    );
  });

  it("leaves known pixels at rest: İ = 0 where x0 = x1 and the mask keeps", () => {
    const { pairs, z, t } = draws([3, 4], 2);
    const keep = ndarray([3, 4], new Float32Array(12).fill(1));
    const same = { x0: pairs.x1, x1: pairs.x1 };
    const { xt, dxt } = interpolate({ interpolant: linear({ gamma: brownian() }), pairs: same, z, t, keep });
    for (let e = 0; e < 12; e++) {
      expect(dxt.data[e]).toBe(0);
      expect(xt.data[e]).toBeCloseTo(pairs.x1.data[e], 12);
    }
  });

  it("leaves known pixels as they are and the hole to the schedule, for any schedule inside the hole", () => {
    fc.assert(
      fc.property(cases, fc.boolean(), ({ shape, seed, interpolant }, perChannel) => {
        const { pairs, z, t } = draws(shape, seed);
        const span = perChannel ? 1 : shape[shape.length - 1];
        const keep = ndarray(
          [...shape.slice(0, -1), perChannel ? shape[shape.length - 1] : 1],
          Float32Array.from({ length: sizeOf(shape) / span }, (_, i) => (i * 5 + seed) & 1),
        );
        const masked = interpolate({ interpolant: insideHole(interpolant), pairs, z, t, keep });
        const free = interpolate({ interpolant, pairs, z, t });
        for (let e = 0; e < sizeOf(shape); e++) {
          const known = keep.data[Math.floor(e / span)] === 1;
          expect(masked.xt.data[e]).toBe(known ? pairs.x1.data[e] : free.xt.data[e]);
          expect(masked.dxt.data[e]).toBe(known ? 0 : free.dxt.data[e]);
        }
      }),
    );
    const { pairs, t } = draws([2, 2], 7);
    const plain = interpolate({ interpolant: trigonometric(), pairs, t });
    expect(interpolate({ interpolant: insideHole(trigonometric()), pairs, t })).toEqual(plain);
  });

  it("checks the known values of x1 too", () => {
    const { pairs, t } = draws([1, 2], 8);
    const x1 = ndarray([1, 2], Float64Array.of(Number.NaN, 0));
    const keep = ndarray([1, 2], [1, 0]);
    const interpolant = insideHole(trigonometric());
    expect(() => interpolate({ interpolant, pairs: { ...pairs, x1 }, t, keep })).toThrow("in sample 0");
  });

  it("refuses a mask where known pixels would move, and says why", () => {
    const { pairs, t } = draws([1, 2], 3);
    const keep = ndarray([1, 2], [1, 0]);
    expect(() => interpolate({ interpolant: trigonometric(), pairs, t, keep })).toThrow(
      /α_t \+ β_t ≠ 1, .* insideHole/,
    );
    expect(interpolate({ interpolant: polynomial({ power: 2 }), pairs, t, keep }).xt.shape).toEqual([1, 2]);
  });

  it("refuses what would give infinities or NaN", () => {
    const { pairs, z, t } = draws([2, 2], 4);
    const bridge = linear({ gamma: brownian() });
    for (const end of [0, 1]) {
      expect(() => interpolate({ interpolant: bridge, pairs, z, t: [0.5, end] })).toThrow("γ̇ is infinite");
    }
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY]) {
      const x1 = ndarray([2, 2], Float64Array.of(0, 0, 0, bad));
      expect(() => interpolate({ interpolant: linear(), pairs: { ...pairs, x1 }, t })).toThrow("in sample 1");
    }
    expect(() => interpolate({ interpolant: linear(), pairs, t: [0.5, Number.NaN] })).toThrow(
      "a time from 0",
    );
  });

  it("names what is missing or of the wrong shape", () => {
    const { pairs, z, t } = draws([2, 2], 5);
    const bridge = linear({ gamma: brownian() });
    expect(() => interpolate({ interpolant: bridge, pairs, t })).toThrow("a latent z of shape [2, 2]");
    expect(() => interpolate({ interpolant: bridge, pairs, t, z: draws([2, 3], 1).z })).toThrow("[2, 3]");
    expect(() => interpolate({ interpolant: linear(), pairs, t: [0.5] })).toThrow(
      "one time per sample, 2 in all",
    );
    const odd = { x0: pairs.x0, x1: draws([2, 3], 1).pairs.x1 };
    expect(() => interpolate({ interpolant: linear(), pairs: odd, t })).toThrow(
      "x1, like x0, of shape [2, 2]",
    );
    const keep = ndarray([1, 1], [1]);
    expect(() => interpolate({ interpolant: linear(), pairs, t, keep })).toThrow("a mask of shape [2, 1]");
    expect(Object.isFrozen(interpolate({ interpolant: bridge, pairs, t, z }))).toBe(true);
  });
});
