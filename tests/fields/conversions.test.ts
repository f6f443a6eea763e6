import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type NdArray, ndarray } from "../../lib/array";
import { gaussianMixture } from "../../lib/couplings";
import {
  baseFromData,
  baseFromNoise,
  baseFromVelocity,
  dataFromBase,
  dataFromScore,
  dataFromVelocity,
  denoiserFromScore,
  exactFlow,
  type Field,
  masked,
  noiseFromBase,
  noiseFromScore,
  scoreFromData,
  scoreFromDenoiser,
  scoreFromNoise,
  scoreFromVelocity,
  velocityFromBase,
  velocityFromData,
  velocityFromScore,
} from "../../lib/fields";
import { brownian, type Interpolant, linear, trigonometric } from "../../lib/interpolants";
import { rng } from "../../lib/random";
import { expectation, oneSided, places, twoSided } from "./flows";

const runs = { numRuns: 40, seed: 1 };

async function expectSame(found: Field, known: Field, at: { x: NdArray; t: number }): Promise<void> {
  const a = (await found({ ...at, xi: {} })).data;
  const b = (await known({ ...at, xi: {} })).data;
  const scale = 1 + Math.max(...b.map(Math.abs));
  for (let e = 0; e < b.length; e++) expect(Math.abs(a[e] - b[e])).toBeLessThan(1e-9 * scale);
}

describe("predictions and velocity of any coupling", () => {
  it("follow from one another by way of x and the denoiser", async () => {
    await fc.assert(
      fc.asyncProperty(places, async ({ seed, interpolant, ...at }) => {
        const coupling = twoSided(seed);
        const flow = exactFlow({ coupling, interpolant });
        const [x0, x1] = [
          expectation(coupling, interpolant, [1, 0]),
          expectation(coupling, interpolant, [0, 1]),
        ];
        const options = { interpolant, ...(interpolant.hasLatent && { g: flow.denoiser }) };
        await expectSame(baseFromData(x1, options), x0, at);
        await expectSame(dataFromBase(x0, options), x1, at);
        await expectSame(velocityFromData(x1, options), flow.velocity, at);
        await expectSame(velocityFromBase(x0, options), flow.velocity, at);
        await expectSame(dataFromVelocity(flow.velocity, options), x1, at);
        await expectSame(baseFromVelocity(flow.velocity, options), x0, at);
      }),
      runs,
    );
  });

  it("ask for the denoiser where there is a latent, and say where they are singular", async () => {
    const interpolant = linear();
    const x = ndarray([1, 2], Float64Array.of(0.3, -2));
    const field: Field = (at) => at.x;
    const ask = (made: Field, t: number) => async () => made({ x, t, xi: {} });
    expect(() => velocityFromData(field, { interpolant: linear({ gamma: brownian() }) })).toThrow(
      'denoiser as g for velocityFromData with the interpolant "linear + √(2t(1−t)) z"',
    );
    await expect(ask(velocityFromData(field, { interpolant }), 1)).rejects.toThrow(
      "velocityFromData is not defined where α = 0, as at t = 1, or where γ̇ is infinite; " +
        "it was asked for t = 1.",
    );
    await expect(ask(baseFromData(field, { interpolant }), 1)).rejects.toThrow(/where α = 0/);
    await expect(ask(velocityFromBase(field, { interpolant }), 0)).rejects.toThrow(/where β = 0/);
    await expect(ask(dataFromBase(field, { interpolant }), 0)).rejects.toThrow(/where β = 0/);
    const g: Field = () => ndarray([1, 2], Float64Array.of(0, 0.1));
    for (const made of [dataFromVelocity, baseFromVelocity]) {
      const ends = made(field, { interpolant: linear({ gamma: brownian() }), g });
      await expect(ask(ends, 0)).rejects.toThrow(/where γ̇ is infinite/);
      await expect(ask(made(field, { interpolant }), 0)()).resolves.toBeDefined();
      await expect(ask(made(field, { interpolant }), 1)()).resolves.toBeDefined();
    }
  });
});

describe("score, noise, velocity and data of a Gaussian base", () => {
  it("follow from one another", async () => {
    await fc.assert(
      fc.asyncProperty(places, async ({ seed, interpolant, ...at }) => {
        const { coupling, mean, sigma } = oneSided(seed);
        const { score, velocity } = exactFlow({ coupling, interpolant });
        const [x0, x1] = [
          expectation(coupling, interpolant, [1, 0]),
          expectation(coupling, interpolant, [0, 1]),
        ];
        // σ⁻¹ of a 2 × 2 matrix by its adjugate.
        const [[a, b], [c, d]] = sigma;
        const zeta: Field = async (input) => {
          const { shape, data } = await x0(input);
          const out = new Float64Array(data.length);
          for (let i = 0; i < data.length; i += 2) {
            const [u, v] = [data[i] - mean[0], data[i + 1] - mean[1]];
            out[i] = (d * u - b * v) / (a * d - b * c);
            out[i + 1] = (a * v - c * u) / (a * d - b * c);
          }
          return ndarray(shape, out);
        };
        const base = { mean: ndarray([2], Float64Array.from(mean)), sigma };
        const options = { interpolant, base };
        await expectSame(scoreFromNoise(zeta, { interpolant, sigma }), score, at);
        await expectSame(noiseFromScore(score, { interpolant, sigma }), zeta, at);
        await expectSame(baseFromNoise(zeta, { base }), x0, at);
        await expectSame(noiseFromBase(x0, { base }), zeta, at);
        await expectSame(scoreFromData(x1, options), score, at);
        await expectSame(dataFromScore(score, options), x1, at);
        await expectSame(velocityFromScore(score, options), velocity, at);
        await expectSame(scoreFromVelocity(velocity, options), score, at);
      }),
      runs,
    );
  });

  it("take σ as a number, per coordinate, per sample, and from ξ", async () => {
    const deviations = [0.5, 2];
    const coupling = gaussianMixture({
      components: [-1, 1].map((sign) => ({
        weight: 1,
        mean0: [0, 3],
        mean1: [2 * sign, sign],
        cov00: [
          [0.25, 0],
          [0, 4],
        ],
        cov11: [
          [1, 0.3],
          [0.3, 1],
        ],
      })),
    });
    const interpolant = trigonometric();
    const { velocity, score } = exactFlow({ coupling, interpolant });
    const at = { x: ndarray([3, 2], Float64Array.of(0.3, 1, -2, 3, 0, 0.5)), t: 0.4 };
    const one = (values: readonly number[]) => ndarray([2], Float64Array.from(values));
    const each = (values: readonly number[]) =>
      ndarray([3, 2], Float64Array.from([...values, ...values, ...values]));
    for (const base of [
      { mean: one([0, 3]), sigma: one(deviations) },
      { mean: each([0, 3]), sigma: each(deviations) },
      { mean: () => one([0, 3]), sigma: () => each(deviations) },
      {
        mean: one([0, 3]),
        sigma: [
          [0.5, 0],
          [0, 2],
        ],
      },
    ]) {
      await expectSame(scoreFromVelocity(velocity, { interpolant, base }), score, at);
      await expectSame(velocityFromScore(score, { interpolant, base }), velocity, at);
    }
    const wrong = scoreFromVelocity(velocity, { interpolant, base: { sigma: ndarray([3], [1, 1, 1]) } });
    await expect(async () => wrong({ ...at, xi: {} })).rejects.toThrow(
      "a sigma that broadcasts to x1's shape [3, 2]",
    );
    const square = scoreFromVelocity(velocity, { interpolant, base: { sigma: [[1]] } });
    await expect(async () => square({ ...at, xi: {} })).rejects.toThrow(
      "a sigma of 2 × 2 for samples of 2 elements",
    );
  });

  it("defaults to N(0, I), at the base itself too: s = −x at t = 0", async () => {
    const coupling = gaussianMixture({
      components: [{ weight: 1, mean0: [0], mean1: [2], cov00: [[1]], cov11: [[0.5]] }],
    });
    const { velocity } = exactFlow({ coupling, interpolant: linear() });
    const s = scoreFromVelocity(velocity, { interpolant: linear() });
    const { data } = await s({ x: ndarray([2, 1], Float64Array.of(0.7, -3)), t: 0, xi: {} });
    expect(data[0]).toBeCloseTo(-0.7, 12);
    expect(data[1]).toBeCloseTo(3, 12);
  });

  it("say where they are singular instead of giving NaN", async () => {
    const field: Field = (at) => at.x;
    const nothing: Field = ({ x }) => ndarray(x.shape, new Float64Array(x.data.length));
    const ask = (made: Field, t: number) => async () =>
      made({ x: ndarray([1, 2], Float64Array.of(0.3, -2)), t, xi: {} });
    const interpolant = linear();
    const options = { interpolant };
    const matrix = {
      interpolant,
      base: {
        sigma: [
          [1, 0.2],
          [0, 1],
        ],
      },
    };
    for (const given of [field, nothing]) {
      await expect(ask(scoreFromNoise(given, options), 1)).rejects.toThrow(
        /scoreFromNoise is not defined where α = 0/,
      );
      await expect(ask(scoreFromData(given, matrix), 1)).rejects.toThrow(/where α = γ = 0/);
      await expect(ask(scoreFromVelocity(given, options), 1)).rejects.toThrow(/as at t = 1/);
      await expect(ask(scoreFromVelocity(given, matrix), 1)).rejects.toThrow(/as at t = 1/);
      await expect(ask(velocityFromScore(given, options), 0)).rejects.toThrow(/where β = 0/);
      await expect(ask(dataFromScore(given, options), 0)).rejects.toThrow(/where β = 0/);
      const g = scoreFromDenoiser(given, { interpolant: linear({ gamma: brownian() }) });
      for (const t of [0, 1]) await expect(ask(g, t)).rejects.toThrow(/where γ = 0, as at t = 0 and 1/);
      const flat = noiseFromBase(given, { base: { sigma: 0 } });
      await expect(ask(flat, 0.5)).rejects.toThrow(/where sigma is not invertible/);
    }
    expect(() => scoreFromDenoiser(field, { interpolant })).toThrow(/with a latent .* use scoreFromNoise/);
    expect(() => denoiserFromScore(field, { interpolant })).toThrow(/with a latent/);
    const broken: Field = ({ x }) => ndarray(x.shape, [Number.NaN, 1]);
    await expect(ask(noiseFromScore(broken, options), 0.5)).rejects.toThrow(
      "finite values of the field given to noiseFromScore",
    );
  });
});

describe("score and denoiser", () => {
  it("follow from one another for any coupling with a latent", async () => {
    await fc.assert(
      fc.asyncProperty(places, async ({ seed, interpolant, ...at }) => {
        fc.pre(interpolant.hasLatent);
        const { score, denoiser } = exactFlow({ coupling: twoSided(seed), interpolant });
        await expectSame(scoreFromDenoiser(denoiser, { interpolant }), score, at);
        await expectSame(denoiserFromScore(score, { interpolant }), denoiser, at);
      }),
      runs,
    );
  });
});

describe("inside a mask", () => {
  const keep = ndarray([1, 2, 2, 1], [1, 0, 0, 1]);
  const x = rng(1).normals([1, 2, 2, 3]);
  const at = { x, t: 0.3, xi: { keep } };
  const field: Field = (input) => rng(2).normals(input.x.shape);
  const interpolant: Interpolant = linear();

  it("a masked field is zero on known pixels alone", async () => {
    const all = await field(at);
    const { data } = await masked(field)(at);
    data.forEach((value, e) => {
      expect(value).toBe(keep.data[Math.floor(e / 3)] === 1 ? 0 : all.data[e]);
    });
    await expect(async () => masked(field)({ ...at, xi: {} })).rejects.toThrow(/mask keep/);
  });

  it("on known pixels a prediction is x, and velocity, score and noise are zero, at all times", async () => {
    const b = masked(field);
    for (const t of [0, 0.3, 1]) {
      const known = async (made: Field) =>
        (await made({ ...at, t })).data.filter((_, e) => keep.data[Math.floor(e / 3)] === 1);
      const xKnown = x.data.filter((_, e) => keep.data[Math.floor(e / 3)] === 1);
      expect(await known(dataFromVelocity(b, { interpolant }))).toEqual(xKnown);
      expect(await known(baseFromVelocity(b, { interpolant }))).toEqual(xKnown);
      expect(await known(noiseFromScore(b, { interpolant }))).toEqual(xKnown.map(() => 0));
      if (t < 1) {
        expect(await known(scoreFromVelocity(b, { interpolant }))).toEqual(xKnown.map(() => 0));
        expect(await known(velocityFromData(b, { interpolant }))).toEqual(xKnown.map(() => 0));
      }
    }
  });

  it("in the hole nothing changes", async () => {
    const inside = (values: NdArray) => values.data.filter((_, e) => keep.data[Math.floor(e / 3)] === 0);
    const made = scoreFromVelocity(field, { interpolant });
    expect(inside(await made(at))).toEqual(inside(await made({ ...at, xi: {} })));
  });
});
