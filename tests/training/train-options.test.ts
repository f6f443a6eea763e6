import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { ndarray } from "../../lib/array";
import { maskPart } from "../../lib/conditions";
import {
  type Coupling,
  type DirectCoupling,
  independent,
  labelDropout,
  type Pairs,
} from "../../lib/couplings";
import type { Values } from "../../lib/engine";
import { guided } from "../../lib/fields";
import { brownian, linear } from "../../lib/interpolants";
import { mlp } from "../../lib/networks";
import {
  baseLoss,
  dataLoss,
  denoiserLoss,
  noiseLoss,
  pseudoHuber,
  scoreLoss,
  velocityLoss,
} from "../../lib/objectives";
import { type Rng, rng } from "../../lib/random";
import { betaTimes, logitNormalTimes, modeTimes, type TrainOptions, train } from "../../lib/training";
import { targetDraws } from "../../lib/training/fit";
import { trainingBatch } from "../../lib/training/train";

const folder = mkdtempSync(join(tmpdir(), "train options "));
afterAll(() => rmSync(folder, { recursive: true }));

const latent = linear({ gamma: brownian() });
const data = { x: rng(5).normals([20, 2]) };

/** In-painting of points: the first coordinate is known where a coin says so. */
const holes: DirectCoupling = {
  name: "holes",
  condition: { keep: maskPart() },
  draw({ x }, source) {
    const n = x.shape[0];
    const keep = ndarray(
      x.shape,
      Float32Array.from(x.data, (_, e) => (e % 2 === 0 && source.uniform() < 0.5 ? 1 : 0)),
    );
    const zeta = source.normals([n, 2]);
    const mixed = (a: number, b: number, e: number) => (keep.data[e] === 1 ? a : b);
    return {
      x0: ndarray(
        x.shape,
        zeta.data.map((value, e) => mixed(x.data[e], value, e)),
      ),
      x1: x,
      xi: { keep },
      zeta: ndarray(
        x.shape,
        zeta.data.map((value, e) => mixed(0, value, e)),
      ),
      sigma: 1,
    };
  },
};

const options = (changes: Partial<TrainOptions> = {}): TrainOptions => {
  const coupling = changes.coupling ?? independent();
  return {
    data,
    coupling,
    interpolant: latent,
    network: mlp({ dim: 2, width: 6, depth: 1, condition: coupling.condition }),
    steps: 4,
    batch: 6,
    seed: 3,
    engine: "cpu",
    ...changes,
  };
};

const cases: { name: string; changes: Partial<TrainOptions> }[] = [
  { name: "score, antithetic", changes: { objective: scoreLoss(), antithetic: true } },
  { name: "noise", changes: { objective: noiseLoss(), interpolant: linear() } },
  { name: "data, pseudo-Huber", changes: { objective: dataLoss({ error: pseudoHuber({ c: 0.1 }) }) } },
  { name: "base, logit-normal", changes: { objective: baseLoss(), timeDensity: logitNormalTimes() } },
  {
    name: "denoiser, Beta with importance",
    changes: { objective: denoiserLoss(), timeDensity: betaTimes({ a: 2, b: 1 }), importance: true },
  },
  {
    name: "hole, antithetic, weighted, mode",
    changes: {
      coupling: holes,
      lossOver: "hole",
      antithetic: true,
      timeWeight: (t) => t,
      timeDensity: modeTimes({ scale: 1 }),
    },
  },
];

describe("options of train", () => {
  it.each(cases)("$name: goes on from a checkpoint as if it had never stopped", async ({ name, changes }) => {
    const whole = await train(options(changes));
    const checkpoint = join(folder, `${name}.safetensors`);
    const controller = new AbortController();
    await expect(
      train(
        options({
          ...changes,
          checkpoint,
          signal: controller.signal,
          onProgress: ({ step }) => (step === 2 ? controller.abort() : undefined),
        }),
      ),
    ).rejects.toThrow(/stopped after 2 of 4 steps/);
    const resumed = await train(options({ ...changes, checkpoint }));
    expect(resumed.parameters).toEqual(whole.parameters);
    expect(resumed.losses).toEqual(whole.losses);
    expect(whole.losses.every((loss) => loss > 0)).toBe(true);
    expect(whole.objective).toBe((changes.objective ?? velocityLoss()).name);
  });

  it("give the same losses on the compiled engine", async () => {
    const changes: Partial<TrainOptions> = {
      coupling: holes,
      objective: scoreLoss({ error: pseudoHuber({ c: 0.3 }) }),
      antithetic: true,
      lossOver: "hole",
      timeWeight: (t) => 1 + t,
      steps: 3,
    };
    const eager = await train(options(changes));
    const compiled = await train(options({ ...changes, engine: "onnx" }));
    compiled.losses.forEach((loss, i) => {
      expect(loss).toBeCloseTo(eager.losses[i], 4);
    });
  });

  it("are compared with the checkpoint's", async () => {
    const checkpoint = join(folder, "compared.safetensors");
    await train(options({ checkpoint }));
    for (const [changes, message] of [
      [{ antithetic: true }, /antithetic is false there and true here/],
      [{ timeDensity: logitNormalTimes() }, /timeDensity is "uniform" there and "logit-normal\(0, 1\)" here/],
      [{ objective: velocityLoss({ error: pseudoHuber({ c: 1 }) }) }, /error is "squared" there/],
      [{ timeWeight: (t: number) => t }, /checksum of the first batch/],
    ] as const) {
      await expect(train(options({ ...changes, checkpoint }))).rejects.toThrow(message);
    }
  });

  it("are told of, with the times drawn, when the loss isn't finite", async () => {
    const endless = train(options({ timeWeight: (t) => 1e38 * (1 + 9 * t), steps: 50 }));
    await expect(endless).rejects.toThrow(
      /loss of training of the velocity .* at step \d+ \(loss Infinity; t from 0\.\d{4} to 0\.\d{4}\)/,
    );
  });

  it("that do not fit are refused before training", async () => {
    const refused = async (changes: Partial<TrainOptions>, message: RegExp) =>
      expect(train(options(changes))).rejects.toThrow(message);
    await refused({ interpolant: linear(), antithetic: true }, /latent .* for antithetic: true, .*"linear"/);
    await refused({ interpolant: linear(), objective: denoiserLoss() }, /latent .* for the denoiser's loss/);
    await refused({ lossOver: "hole" }, /coupling with a mask for lossOver: "hole".*"independent"/);
    await refused({ lossOver: "holes" as "hole" }, /"all" or "hole"/);
    await refused({ timeWeight: () => -1 }, /finite timeWeight of 0 or more at t = .*-1/);
    await refused({ timeWeight: (() => {}) as never }, /finite timeWeight of 0 or more at t = .*undefined/);
    await refused(
      { timeWeight: () => 0 },
      /a timeWeight above 0 at some t from 0\.001 to 0\.999, but.* 0 thr/,
    );
    await refused({ timeWeight: () => Number.NaN }, /finite timeWeight of 0 or more at t = .*NaN/);
    const { draw } = independent();
    const silent: Coupling = {
      name: "silent",
      condition: {},
      draw: (targets, source) => {
        const { zeta: _, ...pairs } = draw(targets, source);
        return pairs;
      },
    };
    await refused({ coupling: silent, objective: noiseLoss() }, /draws carry ζ for the noise's loss/);
  });

  it("give a field that can be guided where labels were dropped", async () => {
    const coupling = labelDropout(independent({ classes: 2 }), { p: 0.5 });
    const labels = Int32Array.from({ length: 20 }, (_, i) => i % 2);
    const b = (await train(options({ coupling, data: { ...data, labels } }))).field();
    const at = { x: data.x, t: 0.5, xi: { labels } };
    const none = await b({ ...at, xi: { labels: new Int32Array(20).fill(-1) } });
    const given = await b(at);
    const twice = await guided(b, { scale: 2 })(at);
    twice.data.forEach((value, e) => {
      expect(value).toBeCloseTo(2 * given.data[e] - none.data[e], 5);
    });
    expect(given).not.toEqual(none);
  });
});

describe("trainingBatch", () => {
  const batchOf = (changes: Partial<TrainOptions>, source: Rng) => {
    const given = options({ batch: 8, ...changes });
    return trainingBatch(given, targetDraws(given)(source));
  };
  const numbers = (values: Values | undefined) => Array.from(values?.data ?? []);

  it("draws the same for every objective, so that b and g can be trained together", async () => {
    const b = await batchOf({}, rng(1));
    const g = await batchOf({ objective: denoiserLoss() }, rng(1));
    expect(g.input).toEqual(b.input);
    expect(g.target).not.toEqual(b.target);
  });

  it("sets targets to zero at known values", async () => {
    for (const objective of [velocityLoss(), denoiserLoss(), dataLoss(), baseLoss(), noiseLoss()]) {
      const { target, input } = await batchOf({ coupling: holes, objective }, rng(2));
      target.data.forEach((value, e) => {
        expect(value === 0).toBe(input.xi.keep.data[e] === 1);
      });
    }
  });

  it("weights holes so that the mean is one over them", async () => {
    const { weights, input } = await batchOf({ coupling: holes, lossOver: "hole" }, rng(2));
    const known = numbers(input.xi.keep);
    const count = known.filter((value) => value === 0).length;
    expect(numbers(weights.elements)).toHaveLength(16);
    numbers(weights.elements).forEach((value, e) => {
      expect(value).toBeCloseTo(known[e] === 1 ? 0 : 16 / count, 6);
    });
    const all = {
      ...holes,
      draw: (...args: Parameters<DirectCoupling["draw"]>) => full(holes.draw(...args)),
    };
    const none = await batchOf({ coupling: all, lossOver: "hole" }, rng(2));
    expect(numbers(none.weights.elements)).toEqual(Array(16).fill(0));
  });

  it("weights times so that the mean is one over uniform times", async () => {
    const changes: Partial<TrainOptions> = {
      ...{ interpolant: linear(), importance: true, batch: 4000 },
      ...{ timeDensity: betaTimes({ a: 1, b: 2 }), times: [0, 0.9] },
    };
    const batch = await batchOf(changes, rng(3));
    const weights = numbers(batch.weights.samples);
    // E[w f(t)] = ∫ f over uniform times, for f = 1 and t.
    const mean = (f: (t: number) => number) =>
      numbers(batch.input.t).reduce((sum, t, i) => sum + weights[i] * f(t), 0) / 4000;
    expect(mean(() => 1)).toBeCloseTo(1, 2);
    expect(mean((t) => t)).toBeCloseTo(0.45, 2);
    const twice = await batchOf({ ...changes, timeWeight: () => 2 }, rng(3));
    expect(numbers(twice.weights.samples)).toHaveLength(4000);
    numbers(twice.weights.samples).forEach((value, i) => {
      expect(value).toBeCloseTo(2 * weights[i], 5);
    });
  });

  it("in antithetic pairs is unbiased, with a far lower variance near the ends", async () => {
    // E[İ·sin(I)], the data's part in the gradient of L_b, for x0 ~ N(0, 1) and x1 one of two values. By
    // Stein's lemma it is E[x1 sin(I)] + (αα̇ + γγ̇) E[cos(I)], I ~ N(βx1, α² + γ²) given x1.
    const values = [-1, 2];
    const range = [0.001, 0.01] as const;
    let exact = 0;
    for (let k = 0; k < 400; k++) {
      const t = range[0] + ((range[1] - range[0]) * (k + 0.5)) / 400;
      const { alpha, beta, gamma, dAlpha, dBeta, gammaDGamma } = latent.at(t);
      for (const x1 of values) {
        const shrink = Math.exp(-(alpha ** 2 + gamma ** 2) / 2);
        const slope = alpha * dAlpha + gammaDGamma;
        exact += (shrink * (dBeta * x1 * Math.sin(beta * x1) + slope * Math.cos(beta * x1))) / 800;
      }
    }
    const spread = async (antithetic: boolean) => {
      const estimates: number[] = [];
      for (let seed = 0; seed < 500; seed++) {
        const changes = { data: { x: ndarray([2, 1], values) }, times: range, antithetic };
        const { input, target } = await batchOf(changes, rng(seed));
        const { x } = input;
        expect(x.shape).toEqual([antithetic ? 16 : 8, 1]);
        const sum = numbers(target).reduce((total, v, i) => total + v * Math.sin(x.data[i]), 0);
        estimates.push(sum / x.shape[0]);
      }
      const mean = estimates.reduce((sum, value) => sum + value, 0) / 500;
      const variance = estimates.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 499;
      expect(Math.abs(mean - exact)).toBeLessThan(4 * Math.sqrt(variance / 500));
      return variance;
    };
    expect(await spread(true)).toBeLessThan((await spread(false)) / 10);
  });
});

function full(pairs: Pairs): Pairs {
  const { shape, data: values } = pairs.x1;
  return { ...pairs, xi: { keep: ndarray(shape, new Float32Array(values.length).fill(1)) } };
}
