import { describe, expect, it } from "vitest";
import { ndarray } from "../../../lib/array";
import { gaussianMixture } from "../../../lib/couplings";
import { AbortError } from "../../../lib/errors";
import { exactFlow, type Field, standardNormalLogDensity } from "../../../lib/fields";
import { brownian, linear } from "../../../lib/interpolants";
import { rng } from "../../../lib/random";
import { cosineGrid, likelihoodBound } from "../../../lib/samplers";

const pointwise =
  (f: (t: number, x: number, e: number) => number): Field =>
  ({ x, t }) => ({ shape: x.shape, data: x.data.map((value, e) => f(t, value, e)) });
const normal = (x: number, mean: number, variance: number) =>
  -((x - mean) ** 2 / variance + Math.log(2 * Math.PI * variance)) / 2;
const average = (values: ArrayLike<number>) =>
  Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
const spreadOf = (values: ArrayLike<number>) => {
  const mean = average(values);
  return Math.sqrt(average(Array.from(values, (value) => (value - mean) ** 2)));
};

/** x0 ~ N(0, 1), x1 ~ N(1, 0.3) with a latent: an exact flow in one dimension. */
const coupling = gaussianMixture({
  components: [{ weight: 1, mean0: [0], mean1: [1], cov00: [[1]], cov11: [[0.3]] }],
});
const interpolant = linear({ gamma: brownian({ scale: 0.5 }) });
const flow = exactFlow({ coupling, interpolant });
const fields = { b: flow.velocity, s: flow.score };
const epsilon = (t: number) => 0.4 + t;
const repeated = (x: number, n: number) => ndarray([n, 1], new Float64Array(n).fill(x));

describe("likelihoodBound", () => {
  it("has weights whose mean is the density of the chain that it bounds, and stays below", async () => {
    // b = c t x + 0.3 and s = −d x, no score of b's flow: mean and variance of the chain follow step by step.
    const [c, d, steps, n] = [-0.5, 0.8, 4, 4000];
    const given = { b: pointwise((t, x) => c * t * x + 0.3), s: pointwise((_, x) => -d * x) };
    let [mean, variance] = [0, 1];
    for (let k = 0; k < steps; k++) {
      const h = 1 / steps;
      const noise = epsilon((k + 0.5) * h);
      const slope = 1 + h * (c * k * h - noise * d);
      mean = slope * mean + 0.3 * h;
      variance = slope * slope * variance + 2 * noise * h;
    }
    for (const x of [-0.8, 1.5]) {
      const exact = normal(x, mean, variance);
      const { bound, weighted, nfe } = await likelihoodBound(given, {
        x1: repeated(x, n),
        base: standardNormalLogDensity,
        epsilon,
        steps,
        rng: rng(1),
      });
      expect(weighted).toEqual(bound);
      expect(nfe).toBe(2 * (steps + 1));
      const weights = bound.map((log) => Math.exp(log - exact));
      expect(Math.abs(average(weights) - 1)).toBeLessThan((5 * spreadOf(weights)) / Math.sqrt(n));
      expect(average(bound)).toBeLessThan(exact - 0.005);
      expect(average(bound)).toBeGreaterThan(exact - 1);
    }
  });

  it("approaches the exact density as the steps shorten, half for half, with exact fields", async () => {
    const x = 0.6;
    const exact = normal(x, 1, 0.3);
    const gap = async (steps: number) => {
      const { bound } = await likelihoodBound(fields, {
        x1: repeated(x, 1500),
        base: standardNormalLogDensity,
        epsilon,
        steps,
        rng: rng(2),
      });
      return { gap: exact - average(bound), error: (3 * spreadOf(bound)) / Math.sqrt(1500) };
    };
    const [coarse, fine] = [await gap(8), await gap(32)];
    expect(coarse.error).toBeLessThan(Math.abs(coarse.gap) / 4);
    expect(Math.abs(fine.gap)).toBeLessThan(Math.abs(coarse.gap) / 4 + coarse.error + fine.error);
    expect(Math.abs(fine.gap)).toBeLessThan(0.05);
  });

  it("is lower by ∫ ε E|s − ∇ log ρ|² where the score is wrong, and paths tighten it", async () => {
    // With b = 0 and s = 0 the forward chain spreads N(0, 1) to N(0, 1 + 2ε), whose backward paths it does
    // not know.
    const nothing = pointwise(() => 0);
    const [x, noise, steps, n] = [0.5, 0.25, 200, 1000];
    const run = (paths: number) =>
      likelihoodBound(
        { b: nothing, s: nothing },
        {
          x1: repeated(x, n),
          base: standardNormalLogDensity,
          epsilon: noise,
          steps: paths === 1 ? steps : 4,
          rng: rng(3),
          paths,
        },
      );
    const { bound } = await run(1);
    // Y_t ~ N(x, 2ε(1 − t)) backwards, and the bound is E log ρ0(Y_0) = −(x² + 2ε + log 2π) / 2.
    const wanted = -(x * x + 2 * noise + Math.log(2 * Math.PI)) / 2;
    expect(Math.abs(average(bound) - wanted)).toBeLessThan((5 * spreadOf(bound)) / Math.sqrt(n));
    const exact = normal(x, 0, 1 + 2 * noise);
    const many = await run(30);
    expect(Math.abs(average(many.bound) - wanted)).toBeLessThan((5 * spreadOf(many.bound)) / Math.sqrt(n));
    expect(average(many.weighted)).toBeGreaterThan(wanted + 0.7 * (exact - wanted));
    expect(average(many.weighted)).toBeLessThan(exact + (5 * spreadOf(many.weighted)) / Math.sqrt(n));
    expect(many.nfe).toBe(30 * 2 * 5);
  });

  it("stops when told to", async () => {
    const controller = new AbortController();
    const reason = new Error("enough");
    const noticed = pointwise((t) => {
      if (t < 0.5) controller.abort(reason);
      return 0;
    });
    const running = likelihoodBound(
      { b: noticed, s: noticed },
      {
        x1: repeated(0, 2),
        base: standardNormalLogDensity,
        ...{ epsilon, steps: 10, rng: rng(0), signal: controller.signal },
      },
    );
    await expect(running).rejects.toThrow(AbortError);
    await expect(running).rejects.toMatchObject({ cause: reason });
  });

  it("is close to the density of a mixture, by a denoiser on an interval inside", async () => {
    const mixture = gaussianMixture({
      components: [
        { weight: 0.4, mean0: [-1], mean1: [2], cov00: [[0.5]], cov01: [[0.3]], cov11: [[0.4]] },
        { weight: 0.6, mean0: [1], mean1: [-1], cov00: [[1]], cov01: [[-0.2]], cov11: [[0.25]] },
      ],
    });
    const law = exactFlow({ coupling: mixture, interpolant: linear({ gamma: brownian() }) });
    const x1 = ndarray([3, 1], Float64Array.of(-1, 0.5, 2.2));
    const options = {
      x1,
      base: law.logDensity,
      epsilon: 0.5,
      steps: 120,
      grid: cosineGrid,
      rng: rng(4),
      from: 0.01,
      to: 0.99,
      paths: 12,
    };
    const exact = law.logDensity({ x: x1, t: 0.99, xi: {} });
    const byDenoiser = await likelihoodBound(
      { b: law.velocity, g: law.denoiser, interpolant: linear({ gamma: brownian() }) },
      options,
    );
    byDenoiser.bound.forEach((value, i) => {
      expect(Math.abs(value - exact[i])).toBeLessThan(0.15);
    });
    const byScore = await likelihoodBound({ b: law.velocity, s: law.score }, { ...options, batch: 2 });
    byScore.bound.forEach((value, i) => {
      expect(value).toBeCloseTo(byDenoiser.bound[i], 8);
    });
  });

  it("bounds the density of the hole given what is known", async () => {
    const keep = ndarray([2, 2], Float32Array.of(1, 0, 0, 1));
    const x1 = ndarray([2, 2], Float64Array.of(7, 0.6, 0.6, 7));
    const whole = await likelihoodBound(fields, {
      x1: repeated(0.6, 400),
      base: standardNormalLogDensity,
      epsilon,
      steps: 8,
      rng: rng(5),
    });
    const { b, s } = {
      b: pointwise((t, x) => flow.velocity({ x: repeated(x, 1), t, xi: {} }).data[0]),
      s: pointwise((t, x) => flow.score({ x: repeated(x, 1), t, xi: {} }).data[0]),
    };
    const part = await likelihoodBound(
      { b, s },
      { x1, xi: { keep }, base: standardNormalLogDensity, epsilon, steps: 8, rng: rng(6), paths: 100 },
    );
    for (const value of part.bound) {
      const error = spreadOf(whole.bound) * (1 / Math.sqrt(100) + 1 / Math.sqrt(400));
      expect(Math.abs(value - average(whole.bound))).toBeLessThan(5 * error);
    }
  });

  it("refuses what has no answer", async () => {
    const options = {
      x1: repeated(0, 2),
      base: standardNormalLogDensity,
      epsilon: 0.5,
      steps: 3,
      rng: rng(1),
    };
    const run = (changes: object) => likelihoodBound(fields, { ...options, ...changes });
    await expect(run({ epsilon: 0 })).rejects.toThrow("an epsilon above 0");
    await expect(run({ epsilon: -1 })).rejects.toThrow("epsilon of 0 or more");
    await expect(run({ rng: 0 })).rejects.toThrow("a generator, such as rng(0), but received 0");
    await expect(run({ base: undefined })).rejects.toThrow("a log density as base");
    await expect(run({ paths: 0 })).rejects.toThrow("1 or more paths");
    await expect(run({ from: 1, to: 0 })).rejects.toThrow("from before to");
    await expect(run({ steps: 0 })).rejects.toThrow("steps above 0 for the bound");
    await expect(
      likelihoodBound({ b: flow.velocity, g: flow.denoiser, interpolant }, options),
    ).rejects.toThrow("γ = 0 at t = 0");
    await expect(
      likelihoodBound(
        { b: flow.velocity, s: pointwise((t, x) => x / (1 - t)) },
        { ...options, x1: repeated(1, 2) },
      ),
    ).rejects.toThrow(/The score is Infinity at t = 1.*inside \(0, 1\)/);
  });
});
