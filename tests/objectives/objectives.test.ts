import * as tf from "@tensorflow/tfjs";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { type NdArray, ndarray } from "../../lib/array";
import { dataDependent, gaussianMixture, type MixtureCoupling, type Pairs } from "../../lib/couplings";
import { exactFlow, type Field, noiseFromScore } from "../../lib/fields";
import { brownian, type Interpolant, interpolate, linear, trigonometric } from "../../lib/interpolants";
import {
  baseLoss,
  type Drawn,
  dataLoss,
  denoiserLoss,
  noiseLoss,
  type Objective,
  objectiveLoss,
  pseudoHuber,
  quadraticLoss,
  scoreLoss,
  squaredError,
  velocityLoss,
} from "../../lib/objectives";
import { rng } from "../../lib/random";
import { expectation } from "../fields/flows";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

const array = (seed: number, n: number, d: number) => rng(seed).normals([n, d]);
const norm2 = (values: ArrayLike<number>) => Array.from(values).reduce((sum, x) => sum + x * x, 0);
const tensor = ({ shape, data }: NdArray) => tf.tensor(Float32Array.from(data), [...shape]);

/** x0 = m + σζ independent of x1, which has two modes; the draws carry ζ. */
const sigma = [
  [0.8, 0],
  [0.5, 0.6],
];
const mean = [0.5, -1];
const mixture: MixtureCoupling = gaussianMixture({
  components: [-1, 1].map((sign) => ({
    weight: 1,
    mean0: mean,
    mean1: [2 * sign, sign],
    cov00: [
      [0.64, 0.4],
      [0.4, 0.61],
    ],
    cov11: [
      [0.3, 0.1],
      [0.1, 0.5],
    ],
  })),
});
const oneSided = dataDependent({
  mean: ({ x }) =>
    ndarray(
      x.shape,
      Float32Array.from(x.data, (_, e) => mean[e % 2]),
    ),
  sigma,
});

function draw({ n, t, interpolant, seed }: { n: number; t: number; interpolant: Interpolant; seed: number }) {
  const source = rng(seed);
  const pairs = oneSided.draw(mixture.targets(n, source), source);
  const times = new Float64Array(n).fill(t);
  const z = interpolant.hasLatent ? source.normals([n, 2]) : undefined;
  const { xt, dxt } = interpolate({ interpolant, pairs, t: times, z });
  const drawn: Drawn = { interpolant, pairs, t: times, xt, dxt, z };
  return { drawn, xt };
}

function lossOf(objective: Objective, prediction: NdArray, drawn: Drawn): number {
  return tf.tidy(() => {
    const factor = objective.factor?.(drawn);
    const target = tensor(objective.target(drawn));
    return objectiveLoss(objective, tensor(prediction), {
      target,
      ...(factor && { factor: tf.tensor1d(factor) }),
    }).dataSync()[0];
  });
}

const latent = linear({ gamma: brownian() });
const exact = (interpolant: Interpolant) => exactFlow({ coupling: mixture, interpolant });
const objectives: { name: string; objective: Objective; interpolant: Interpolant; field: Field }[] = [
  { name: "b", objective: velocityLoss(), interpolant: latent, field: exact(latent).velocity },
  { name: "g", objective: denoiserLoss(), interpolant: latent, field: exact(latent).denoiser },
  { name: "s by z", objective: scoreLoss(), interpolant: latent, field: exact(latent).score },
  {
    name: "s by ζ",
    objective: scoreLoss(),
    interpolant: trigonometric(),
    field: exact(trigonometric()).score,
  },
  {
    name: "s by ζ beside z",
    objective: scoreLoss({ from: "base" }),
    interpolant: latent,
    field: exact(latent).score,
  },
  {
    name: "E[ζ | I_t]",
    objective: noiseLoss(),
    interpolant: linear(),
    field: noiseFromScore(exact(linear()).score, { interpolant: linear(), sigma }),
  },
  {
    name: "E[x1 | I_t]",
    objective: dataLoss(),
    interpolant: latent,
    field: expectation(mixture, latent, [0, 1]),
  },
  {
    name: "E[x0 | I_t]",
    objective: baseLoss(),
    interpolant: latent,
    field: expectation(mixture, latent, [1, 0]),
  },
];

describe("every objective", () => {
  const n = 4000;

  it.each(objectives)("$name: the exact field has a lower loss than any other", async (given) => {
    const { objective, interpolant, field } = given;
    for (const t of [0.15, 0.8]) {
      const { drawn, xt } = draw({ n, t, interpolant, seed: 3 });
      const best = await field({ x: xt, t, xi: {} });
      const least = lossOf(objective, best, drawn);
      const target = objective.target(drawn);
      const { alpha, gamma } = interpolant.at(t);
      const factor = objective.name !== "score" ? 1 : given.name === "s by z" ? gamma : alpha;
      for (const f of [
        (x: number, _: number, k: number) => (k === 0 ? 1 : Math.sin(2 * x)),
        (x: number, y: number, k: number) => (k === 0 ? Math.cos(y) : x / (1 + x * x)),
        (_x: number, _y: number, k: number, e: number) => best.data[2 * e + k],
      ]) {
        for (const size of [-1.5, 1.5]) {
          const off = Float64Array.from(best.data, (_, e) => {
            const i = e >> 1;
            return size * f(xt.data[2 * i], xt.data[2 * i + 1], e % 2, i);
          });
          const moved = ndarray(
            best.shape,
            best.data.map((value, e) => value + off[e]),
          );
          // At the minimum the loss rises by the mean of the squared move, up to four standard errors.
          const rise = (factor ** 2 * norm2(off)) / (2 * n);
          const products = Array.from({ length: n }, (_, i) =>
            [2 * i, 2 * i + 1].reduce(
              (sum, e) => sum + factor * off[e] * (factor * best.data[e] - target.data[e]),
              0,
            ),
          );
          const chance = (4 * Math.sqrt(norm2(products))) / n;
          expect(Math.abs(lossOf(objective, moved, drawn) - least - rise)).toBeLessThan(chance);
          expect(rise).toBeGreaterThan(chance);
        }
      }
    }
  });

  it("stays finite where the field does not", () => {
    for (const [interpolant, t] of [
      [latent, 0],
      [latent, 1],
      [linear(), 1],
    ] as const) {
      const { drawn } = draw({ n: 4, t: 0.5, interpolant, seed: 1 });
      const loss = lossOf(scoreLoss(), array(1, 4, 2), { ...drawn, t: new Float64Array(4).fill(t) });
      expect(Number.isFinite(loss)).toBe(true);
    }
  });
});

describe("velocityLoss", () => {
  it("is (L_b + E|İ|²) / d, with L_b by the paper's formula", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 5 }),
        fc.integer(),
        (n, d, seed) => {
          const b = array(seed, n, d);
          const dxt = array(seed + 1, n, d);
          const { drawn } = draw({ n, t: 0.5, interpolant: linear(), seed: 1 });
          const mse = lossOf(velocityLoss(), b, { ...drawn, dxt });
          const dot = Array.from(b.data).reduce((sum, x, i) => sum + x * dxt.data[i], 0);
          const lb = (norm2(b.data) - 2 * dot) / n;
          expect(quadraticLoss(b, dxt)).toBeCloseTo(lb, 5);
          expect(mse).toBeCloseTo((lb + norm2(dxt.data) / n) / d, 4);
        },
      ),
      { numRuns: 30 },
    );
  });

  it("has L_b = −E∫|b|² at its minimum, within the Monte Carlo error", async () => {
    const source = rng(7);
    const n = 400;
    const differences: number[] = [];
    let action = 0;
    const { velocity } = exact(latent);
    for (let k = 0; k < 40; k++) {
      const t = (k + 0.5) / 40;
      const { drawn, xt } = draw({ n, t, interpolant: latent, seed: source.int(1e6) });
      const b = velocity({ x: xt, t, xi: {} });
      const action1 = norm2(b.data) / n;
      action += action1 / 40;
      differences.push(quadraticLoss(b, drawn.dxt) + action1);
    }
    const excess = differences.reduce((sum, x) => sum + x, 0) / 40;
    const error = Math.sqrt(norm2(differences.map((x) => x - excess))) / 40;
    expect(Math.abs(excess)).toBeLessThan(4 * error);
    expect(error).toBeLessThan(0.03 * action);
  });

  it("is negative at its minimum: −E|b|²", () => {
    const b = array(3, 4, 3);
    expect(quadraticLoss(b, b)).toBeCloseTo(-norm2(b.data) / 4, 5);
  });
});

describe("objectives that do not fit", () => {
  const { drawn } = draw({ n: 2, t: 0.5, interpolant: linear(), seed: 1 });

  it("say what is missing", () => {
    expect(() => denoiserLoss().target(drawn)).toThrow(
      /interpolant with a latent .* "linear", which has none/,
    );
    expect(() => scoreLoss({ from: "latent" }).target(drawn)).toThrow(
      /with a latent .* for the score's loss/,
    );
    const { x0, x1, xi, zeta } = drawn.pairs;
    const without = (pairs: Pairs): Drawn => ({ ...drawn, pairs });
    expect(() => noiseLoss().target(without({ x0, x1, xi }))).toThrow(/draws carry ζ for the noise's loss/);
    expect(() => scoreLoss().target(without({ x0, x1, xi }))).toThrow(/draws carry ζ for the score's loss/);
    expect(() => scoreLoss().target(without({ x0, x1, xi, zeta }))).toThrow(/carry sigma/);
    expect(() => scoreLoss().target(without({ x0, x1, xi, zeta, sigma: 0 }))).toThrow(/sigma above 0/);
    expect(() => scoreLoss({ from: "noise" as "base" })).toThrow('"latent" or "base"');
  });
});

describe("squaredError", () => {
  it("is a mean over all elements: known pixels count as errors of zero", () => {
    expect(
      squaredError()
        .mean(tf.tensor2d([[1, 0, 0, 0]]))
        .dataSync()[0],
    ).toBeCloseTo(0.25, 6);
  });

  it("weights samples and elements", () => {
    const difference = tf.tensor4d([1, 2, 3, 4, 5, 6, 7, 8], [2, 1, 2, 2]);
    const samples = tf.tensor1d([1, 10]);
    const elements = tf.tensor4d([1, 0, 2, 1], [2, 1, 2, 1]);
    const expected = (1 + 4 + 10 * (2 * (25 + 36) + 49 + 64)) / 8;
    expect(squaredError().mean(difference, { samples, elements }).dataSync()[0]).toBeCloseTo(expected, 3);
  });
});

describe("pseudoHuber", () => {
  const difference = tf.tensor2d([
    [3, -4, 0, 0],
    [1, 1, 1, 1],
  ]);
  const r = [2.5, 1];
  const of = (c: number, weights = {}) => pseudoHuber({ c }).mean(difference, weights).dataSync()[0];

  it("is 2c² (√(1 + r²/c²) − 1), r the root mean square of each sample", () => {
    fc.assert(
      fc.property(fc.double({ min: 0.05, max: 20, noNaN: true }), (c) => {
        const expected = r.reduce((sum, x) => sum + c * c * (Math.sqrt(1 + (x * x) / (c * c)) - 1), 0);
        expect(of(c)).toBeCloseTo(expected, 3);
      }),
      { numRuns: 20, seed: 1 },
    );
  });

  it("becomes the squared error for large c and 2c times the mean r for small", () => {
    expect(of(1e5)).toBeCloseTo(squaredError().mean(difference).dataSync()[0], 5);
    expect(of(1e-4) / 2e-4).toBeCloseTo((r[0] + r[1]) / 2, 3);
  });

  it("weights samples outside the root, elements inside", () => {
    const samples = tf.tensor1d([0, 2]);
    const elements = tf.tensor2d([[1], [4]]);
    expect(of(1, { samples, elements })).toBeCloseTo(2 * (Math.sqrt(1 + 4) - 1), 5);
  });

  it("serves every objective, and refuses c = 0", () => {
    const error = pseudoHuber({ c: 0.5 });
    for (const make of [velocityLoss, denoiserLoss, scoreLoss, noiseLoss, dataLoss, baseLoss]) {
      expect(make({ error }).error.name).toBe("pseudo-Huber(0.5)");
      expect(make().error.name).toBe("squared");
    }
    expect(() => pseudoHuber({ c: 0 })).toThrow("c above 0");
  });
});

describe("quadraticLoss", () => {
  it("refuses other shapes", () => {
    expect(() => quadraticLoss(array(1, 2, 2), array(1, 4, 1))).toThrow(/shape/);
  });
});
