import * as tf from "@tensorflow/tfjs";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import {
  affineVelocity,
  brownian,
  dataDependent,
  exactFlow,
  gaussianMixture,
  inpainting,
  interpolate,
  linear,
  type NdArray,
  ndarray,
  objectiveLoss,
  type PairMoments,
  pairMoments,
  restLoss,
  rng,
  tiles,
  trigonometric,
  velocityFromRest,
  velocityLoss,
} from "../../lib";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

const array = (...values: number[]) => ndarray([values.length], Float64Array.from(values));
const moments: PairMoments = {
  mean0: array(0.5, -1),
  mean1: array(2, 0.3),
  variance0: array(1, 0.5),
  variance1: array(0.4, 2),
  covariance: array(0.3, -0.2),
};
const diagonal = (a: number, b: number) => [
  [a, 0],
  [0, b],
];
const gaussian = gaussianMixture({
  components: [
    {
      weight: 1,
      mean0: [0.5, -1],
      mean1: [2, 0.3],
      cov00: diagonal(1, 0.5),
      cov11: diagonal(0.4, 2),
      cov01: diagonal(0.3, -0.2),
    },
  ],
});
const interpolants = [linear(), trigonometric(), linear({ gamma: brownian() })];
const times = fc.double({ min: 0.01, max: 0.99, noNaN: true });

describe("affineVelocity", () => {
  it("is the velocity itself where x0 and x1 are Gaussian with independent elements", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...interpolants),
        times,
        fc.integer(),
        async (interpolant, t, seed) => {
          const zero = ({ x }: { x: NdArray }) => ndarray(x.shape, new Float64Array(x.data.length));
          const b = velocityFromRest(zero, affineVelocity({ interpolant, moments }));
          const x = rng(seed).normals([5, 2]);
          const found = (await b({ x, t, xi: {} })).data;
          const known = (await exactFlow({ coupling: gaussian, interpolant }).velocity({ x, t, xi: {} }))
            .data;
          for (const [e, value] of known.entries()) expect(found[e]).toBeCloseTo(value, 5);
        },
      ),
      { numRuns: 40, seed: 1 },
    );
  });

  it("leaves a target of unit size at every time", () => {
    const n = 20_000;
    for (const interpolant of interpolants) {
      for (const t of [0.05, 0.5, 0.95]) {
        const affine = affineVelocity({ interpolant, moments });
        const pairs = gaussian.draw(gaussian.targets(n, rng(1)), rng(2));
        const z = interpolant.hasLatent ? rng(3).normals([n, 2]) : undefined;
        const at = new Float64Array(n).fill(t);
        const drawn = { interpolant, pairs, t: at, z, ...interpolate({ interpolant, pairs, t: at, z }) };
        const target = Float64Array.from(restLoss(affine).target(drawn).data);
        const square = target.reduce((sum, value) => sum + value ** 2, 0) / target.length;
        expect(square).toBeGreaterThan(0.97);
        expect(square).toBeLessThan(1.03);
      }
    }
  });

  it("has the skip connection and the scale of Karras et al. for a standard normal base", () => {
    const v = 0.3;
    const one = (value: number) => array(value);
    const { at } = affineVelocity({
      interpolant: linear(),
      moments: { mean0: one(0), mean1: one(0), variance0: one(1), variance1: one(v), covariance: one(0) },
    });
    for (const t of [0.1, 0.5, 0.9]) {
      // Their denoiser of x1 + σn, D(y) = c_skip y + c_out F with y = x / t, as a velocity (D − x) / (1 − t).
      const sigma = (1 - t) / t;
      const skip = v / (sigma ** 2 + v);
      const out = (sigma * Math.sqrt(v)) / Math.sqrt(sigma ** 2 + v);
      const { slope, offset, rest } = at(t);
      expect(slope[0]).toBeCloseTo((skip / t - 1) / (1 - t), 10);
      expect(offset[0]).toBeCloseTo(0, 10);
      expect(rest).toBeCloseTo(out / (1 - t), 10);
    }
  });

  it("trains to the same velocity: its loss is the velocity's over s_t²", async () => {
    const interpolant = linear();
    const affine = affineVelocity({ interpolant, moments });
    const n = 64;
    const t = new Float64Array(n).fill(0.4);
    const pairs = gaussian.draw(gaussian.targets(n, rng(1)), rng(2));
    const drawn = { interpolant, pairs, t, ...interpolate({ interpolant, pairs, t }) };
    const guess = rng(4).normals([n, 2]);
    const b = await velocityFromRest(() => guess, affine)({ x: drawn.xt, t: 0.4, xi: {} });
    const lossOf = (objective: ReturnType<typeof restLoss>, { shape, data }: NdArray) =>
      objectiveLoss(objective, tf.tensor(Array.from(data), [...shape]), {
        target: tf.tensor(Array.from(objective.target(drawn).data), [n, 2]),
      }).dataSync()[0];
    const { rest } = affine.at(0.4);
    expect(lossOf(restLoss(affine), guess)).toBeCloseTo(lossOf(velocityLoss(), b) / rest ** 2, 4);
  });
});

describe("pairMoments", () => {
  it("finds the moments of x0 = m(x1) + σζ", async () => {
    const x = ndarray(
      [5000, 1],
      Float64Array.from(rng(1).normals([5000, 1]).data, (value) => 2 + value),
    );
    const half = ({ x: given }: { x: NdArray }) =>
      ndarray(given.shape, given.data.map((value) => value / 2) as Float64Array);
    const coupling = dataDependent({ mean: half, sigma: 0.5 });
    const found = await pairMoments({ coupling, data: { x }, draws: 20_000, rng: rng(2) });
    expect(found.mean1.data[0]).toBeCloseTo(2, 1);
    expect(found.mean0.data[0]).toBeCloseTo(1, 1);
    expect(found.variance0.data[0]).toBeCloseTo(0.25 + 0.25, 1);
    expect(found.covariance.data[0]).toBeCloseTo(0.5, 1);
  });

  it("are those of the hole where there is a mask", async () => {
    const x = ndarray([64, 4, 4, 1], new Float32Array(64 * 16).fill(0.7));
    const coupling = inpainting({ mask: tiles({ grid: 2, p: 0.5 }) });
    const found = await pairMoments({ coupling, data: { x }, draws: 4000, rng: rng(2) });
    for (const value of found.variance0.data) expect(value).toBeCloseTo(1, 0);
    for (const value of found.mean0.data) expect(Math.abs(value)).toBeLessThan(0.15);
    for (const value of found.variance1.data) expect(value).toBeCloseTo(0, 5);
  });

  it("refuses too few draws", async () => {
    const coupling = inpainting({ mask: tiles({ grid: 2, p: 0.5 }) });
    const data = { x: ndarray([4, 4, 4, 1], new Float32Array(64)) };
    await expect(pairMoments({ coupling, data, draws: 1, rng: rng(1) })).rejects.toThrow("2 draws or more");
    await expect(pairMoments({ coupling, data, draws: 2, rng: rng(1) })).rejects.toThrow("Raise draws");
  });
});
