import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { type NdArray, ndarray } from "../../lib/array";
import { labelsPart, maskPart } from "../../lib/conditions";
import { independent, paired } from "../../lib/couplings";
import { brownian, linear } from "../../lib/interpolants";
import { pathBound } from "../../lib/metrics/transport/path-bound";
import { mlp, unet } from "../../lib/networks";
import { rng } from "../../lib/random";
import { adam, betaTimes, cosine, type LearnedCoupling, learnCoupling, train } from "../../lib/training";

const scales = [1.5, 0.6];
const gaussians = (n: number, seed = 0) => {
  const x = rng(seed).normals([n, 2]);
  for (let e = 0; e < x.data.length; e++) x.data[e] *= scales[e % 2];
  return x;
};

/**
 * For x1 ~ N(0, s²) and x0 = a x1 + c ζ everything is Gaussian: İ given I_t has variance det Σ / Var(I_t),
 * since (I, İ) is a map of (x0, x1) with determinant 1, and det Σ = c² s². So the whole loss is this function
 * of a and c.
 */
function loss(a: number, c: number, s: number, klWeight: number) {
  let spread = 0;
  for (let i = 0; i < 100; i++) {
    const t = (i + 0.5) / 100;
    const variance = ((1 - t) * a + t) ** 2 * s * s + (1 - t) ** 2 * c * c;
    spread += (c * c * s * s) / variance / 100;
  }
  return spread + klWeight * ((a * a * s * s + c * c - 1) / 2 - Math.log(c));
}

/** Its minimum, on ever finer grids. */
function best(s: number, klWeight: number) {
  let [a, c, step] = [0.5, 0.7, 0.1];
  while (step > 1e-4) {
    const near = [-5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5].map((k) => k * step);
    const all = near.flatMap((da) => near.map((dc) => [a + da, Math.max(1e-3, c + dc)]));
    const least = all.reduce((x, y) =>
      loss(x[0], x[1], s, klWeight) <= loss(y[0], y[1], s, klWeight) ? x : y,
    );
    [a, c] = least;
    step /= 3;
  }
  return { a, c };
}

describe("learnCoupling", () => {
  const klWeight = 4;
  let learned: LearnedCoupling;
  const x = gaussians(4000, 1);
  beforeAll(async () => {
    const steps = 500;
    learned = await learnCoupling({
      data: { x: gaussians(20_000) },
      interpolant: linear(),
      network: mlp({ dim: 2, width: 32, depth: 2 }),
      encoder: mlp({ dim: 2, width: 16, depth: 1 }),
      klWeight,
      steps,
      batch: 512,
      optimizer: adam({ learningRate: 0.02, schedule: cosine({ steps }) }),
      ema: 0.98,
      seed: 0,
    });
  }, 60_000);

  it("finds the mean and deviation of least loss for a Gaussian, each coordinate by itself", async () => {
    const { mean, deviation } = await learned.encode(x);
    scales.forEach((s, k) => {
      const { a, c } = best(s, klWeight);
      const cross =
        sum(x, (i) => mean.data[2 * i + k] * x.data[2 * i + k]) / sum(x, (i) => x.data[2 * i + k] ** 2);
      const other =
        sum(x, (i) => mean.data[2 * i + k] * x.data[2 * i + 1 - k]) /
        sum(x, (i) => x.data[2 * i + 1 - k] ** 2);
      const spread = sum(x, (i) => deviation.data[2 * i + k]) / 4000;
      expect(a).toBeGreaterThan(0.1);
      expect(Math.abs(cross - a)).toBeLessThan(0.05);
      expect(Math.abs(other)).toBeLessThan(0.05);
      expect(Math.abs(spread - c)).toBeLessThan(0.05);
    });
  });

  it("draws x0 = μ + σζ: pairs closer than independent ones, from a base near N(0, I)", async () => {
    const pairs = await learned.coupling.draw({ x }, rng(3));
    const { mean, deviation } = await learned.encode(x);
    const again = paired({ sigma: deviation }).draw({ x, x0: mean }, rng(3));
    const gap = Array.from(pairs.x0.data).reduce(
      (most, value, e) => Math.max(most, Math.abs(value - again.x0.data[e])),
      0,
    );
    expect(gap).toBeLessThan(1e-4);
    const bound = (draws: typeof pairs) => pathBound({ pairs: draws, interpolant: linear() }).value;
    const apart = bound(independent().draw({ x }, rng(3)));
    const wanted = scales.reduce((total, s) => {
      const { a, c } = best(s, klWeight);
      return total + (1 - a) ** 2 * s * s + c * c;
    }, 0);
    expect(Math.abs(bound(pairs) / wanted - 1)).toBeLessThan(0.1);
    expect(bound(pairs)).toBeLessThan(0.75 * apart);
    scales.forEach((s, k) => {
      // Not 1: at any weight some of the variance is given away for straighter paths.
      const { a, c } = best(s, klWeight);
      const variance = sum(pairs.x0, (i) => pairs.x0.data[2 * i + k] ** 2) / 4000;
      expect(Math.abs(variance - (a * a * s * s + c * c))).toBeLessThan(0.08);
      expect(Math.abs(variance - 1)).toBeLessThan(0.4);
    });
    expect(pairs.zeta).toEqual(again.zeta);
    const deviations = (pairs.sigma as NdArray).data;
    for (let e = 0; e < deviations.length; e++) expect(deviations[e]).toBeCloseTo(deviation.data[e], 4);
  });

  it("starts from N(0, I), and its velocity is that of the Gaussian flow", async () => {
    expect(learned.coupling.start?.({ shape: [3, 2] }, rng(1)).x0).toEqual(rng(1).normals([3, 2]));
    const b = learned.field();
    const at = ndarray([2, 2], [1, 0, 0, 1]);
    for (const t of [0.2, 0.5, 0.8]) {
      const { data } = await b({ x: at, t, xi: {} });
      scales.forEach((s, k) => {
        const { a, c } = best(s, klWeight);
        // E[İ | I = 1] = Cov(İ, I) / Var(I).
        const lead = (1 - t) * a + t;
        const slope = ((1 - a) * lead * s * s - (1 - t) * c * c) / (lead ** 2 * s * s + (1 - t) ** 2 * c * c);
        expect(Math.abs(data[3 * k] - slope)).toBeLessThan(0.2);
      });
    }
  });

  const short = {
    data: { x: gaussians(64), labels: Int32Array.from({ length: 64 }, (_, i) => i % 3) },
    interpolant: linear({ gamma: brownian() }),
    network: mlp({ dim: 2, width: 8, depth: 1, condition: { labels: labelsPart({ classes: 3 }) } }),
    encoder: mlp({ dim: 2, width: 8, depth: 1 }),
    klWeight: 1,
    steps: 2,
    batch: 8,
    seed: 0,
  };

  it("begins at the independent coupling, with a latent and labels where there are any", async () => {
    const { coupling, encode, losses } = await learnCoupling({
      ...short,
      optimizer: adam({ learningRate: 1e-9 }),
      ema: 0,
    });
    const targets = short.data;
    expect(JSON.stringify(coupling.condition)).toBe(JSON.stringify({ labels: labelsPart({ classes: 3 }) }));
    const pairs = await coupling.draw(targets, rng(2));
    const plain = independent({ classes: 3 }).draw(targets, rng(2));
    pairs.x0.data.forEach((value, e) => {
      expect(value).toBeCloseTo(plain.x0.data[e], 5);
    });
    expect(pairs.xi).toEqual(plain.xi);
    const { mean, deviation } = await encode(targets.x);
    expect(Math.max(...mean.data.map(Math.abs))).toBeLessThan(1e-6);
    expect(Math.max(...deviation.data.map((value) => Math.abs(value - 1)))).toBeLessThan(1e-6);
    expect(losses.every((value) => value > 0)).toBe(true);
  });

  it("takes densities and weights of times, and goes on as if it had never stopped", async () => {
    const folder = mkdtempSync(join(tmpdir(), "learn coupling "));
    try {
      const options = { ...short, steps: 4, engine: "cpu" } as const;
      const [plain, twice, late] = [
        await learnCoupling(options),
        await learnCoupling({ ...options, timeWeight: () => 2 }),
        await learnCoupling({ ...options, timeDensity: betaTimes({ a: 2, b: 1 }) }),
      ];
      // At first the divergence is zero.
      expect(twice.losses[0]).toBeCloseTo(2 * plain.losses[0], 5);
      expect(late.losses[0]).not.toBe(plain.losses[0]);

      const all = { ...options, timeDensity: betaTimes({ a: 2, b: 1 }), importance: true };
      const whole = await learnCoupling(all);
      const checkpoint = join(folder, "run.safetensors");
      const stopped = learnCoupling({
        ...all,
        checkpoint,
        onProgress: ({ step }) => (step === 2 ? "stop" : undefined),
      });
      await expect(stopped).rejects.toThrow(/stopped after 2 of 4 steps/);
      await expect(learnCoupling({ ...all, checkpoint, importance: false })).rejects.toThrow(
        /importance is true there and false here/,
      );
      const resumed = await learnCoupling({ ...all, checkpoint });
      expect(resumed.losses).toEqual(whole.losses);
      expect(resumed.parameters).toEqual(whole.parameters);
      expect(await resumed.encode(short.data.x)).toEqual(await whole.encode(short.data.x));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("can be trained on, though its draws are promises", async () => {
    const { coupling } = await learnCoupling({ ...short, engine: "onnx" });
    const { losses } = await train({
      ...{ data: short.data, interpolant: linear(), network: short.network, coupling },
      ...{ steps: 2, batch: 8, seed: 1, engine: "onnx" },
    });
    expect(losses.every((loss) => Number.isFinite(loss) && loss > 0)).toBe(true);
  });

  it("refuses weights, conditions and sizes that make no sense", async () => {
    await expect(learnCoupling({ ...short, klWeight: 0 })).rejects.toThrow("klWeight above 0");
    await expect(learnCoupling({ ...short, batch: 0 })).rejects.toThrow("batch of 1");
    await expect(learnCoupling({ ...short, encoder: short.network })).rejects.toThrow(
      "an encoder without condition",
    );
    const masked = unet({ channels: 1, dim: 8, mults: [1], condition: { keep: maskPart() } });
    await expect(learnCoupling({ ...short, network: masked })).rejects.toThrow("with classes alone");
  });
});

function sum({ shape }: NdArray, f: (i: number) => number) {
  let total = 0;
  for (let i = 0; i < shape[0]; i++) total += f(i);
  return total;
}
