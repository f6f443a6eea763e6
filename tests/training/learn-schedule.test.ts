import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ndarray } from "../../lib/array";
import { labelsPart } from "../../lib/conditions";
import { gaussianMixture, inpainting, tiles } from "../../lib/couplings";
import { exactFlow } from "../../lib/fields";
import { bernstein, type Interpolant, linear } from "../../lib/interpolants";
import { mlp, unet } from "../../lib/networks";
import { rng } from "../../lib/random";
import { AbortError, adam, betaTimes, type LearnScheduleOptions, learnSchedule } from "../../lib/training";
import { timeSampler } from "../../lib/training/times";

/** Independent x0 ~ N(0, 1) and x1 ~ N(m, s²), for which all is known. */
interface Law {
  readonly m: number;
  readonly s: number;
}
const between = ({ m, s }: Law) =>
  gaussianMixture({ components: [{ weight: 1, mean0: [0], cov00: [[1]], mean1: [m], cov11: [[s * s]] }] });

/**
 * ∫ E|b|² dt: I_t is N(βm, σ²), and b moves its mean and scales it about that, so that E|b|² = (β̇m)² + σ̇².
 */
function exactAction({ at }: Interpolant, { m, s }: Law): number {
  const panels = 200;
  const sigma = (t: number) => {
    const { alpha, beta, gamma } = at(t);
    return Math.sqrt(alpha ** 2 + (beta * s) ** 2 + gamma ** 2);
  };
  let sum = 0;
  for (let i = 0; i < panels; i++) {
    const t = (i + 0.5) / panels;
    const dSigma = (sigma(t + 1e-4) - sigma(t - 1e-4)) / 2e-4;
    sum += ((m * at(t).dBeta) ** 2 + dSigma ** 2) / panels;
  }
  return sum;
}

/**
 * The least exact action among rising and falling coefficients, or among all, by a search along each in turn.
 */
function leastAction(law: Law, { degree, monotone }: { degree: number; monotone: boolean }): number {
  const beta = Array.from({ length: degree - 1 }, (_, k) => (k + 1) / degree);
  const alpha = beta.map((value) => 1 - value);
  const rises = (values: readonly number[]) => values.every((value, k) => k === 0 || value >= values[k - 1]);
  const fits = () =>
    !monotone || (rises([0, ...beta, 1]) && rises([0, ...alpha.map((value) => 1 - value), 1]));
  const action = () => (fits() ? exactAction(bernstein({ alpha, beta }), law) : Number.POSITIVE_INFINITY);
  let least = action();
  for (let step = 0.1; step > 0.005; step /= 2) {
    for (let moved = true; moved; ) {
      moved = false;
      for (const values of [alpha, beta]) {
        for (let k = 0; k < values.length; k++) {
          for (const change of [step, -step]) {
            const before = values[k];
            values[k] += change;
            const here = action();
            if (here < least - 1e-6) {
              least = here;
              moved = true;
            } else values[k] = before;
          }
        }
      }
    }
  }
  return least;
}

const run = (law: Law, changes: Partial<LearnScheduleOptions> = {}) =>
  learnSchedule({
    data: between(law).targets(20_000, rng(1)),
    coupling: between(law),
    network: mlp({ dim: 1, width: 32, depth: 2 }),
    steps: 1000,
    batch: 256,
    seed: 0,
    optimizer: adam({ learningRate: 3e-3 }),
    ema: 0.99,
    ...changes,
  });

describe("learnSchedule", () => {
  it("finds the paper's γ = √(2t(1−t)), optimal between Gaussians of equal variance", async () => {
    // σ_t² = (1−t)² + t² + 2t(1−t) = 1: the law is only moved, along the Wasserstein geodesic.
    const law = { m: 1, s: 1 };
    const learned = await run(law, { convex: true, latent: 0.5 });
    const { interpolant, coefficients } = learned;
    const before = exactAction(bernstein({ beta: [], gamma: [0.25] }), law);
    expect(before).toBeGreaterThan(1.3);
    expect(exactAction(interpolant, law)).toBeLessThan(1.02);
    for (const t of [0.2, 0.4, 0.6, 0.8]) {
      const { beta, gamma } = interpolant.at(t);
      expect(Math.abs(beta - t)).toBeLessThan(0.04);
      expect(Math.abs(gamma - Math.sqrt(2 * t * (1 - t)))).toBeLessThan(0.06);
    }
    expect(interpolant).toMatchObject({ convex: true, hasLatent: true, insideHole: false });

    const stored = JSON.parse(JSON.stringify(coefficients));
    expect(bernstein(stored).at(0.37)).toEqual(interpolant.at(0.37));

    // The velocity that was learned with it is the one that belongs to it, and L_b is minus its action.
    const exact = exactFlow({ coupling: between(law), interpolant }).velocity;
    const b = learned.field();
    for (const t of [0.1, 0.5, 0.9]) {
      const x = ndarray([5, 1], [-0.8, -0.2, 0.3, 0.9, 1.5]);
      const [found, wanted] = [await b({ x, t, xi: {} }), exact({ x, t, xi: {} })];
      for (let i = 0; i < 5; i++) expect(Math.abs(found.data[i] - wanted.data[i])).toBeLessThan(0.3);
    }
    const last = learned.losses.slice(-200);
    expect(last.reduce((sum, loss) => sum + loss, 0) / 200).toBeCloseTo(-1, 1);
  });

  it("keeps the variance where nothing else is to be done, as well as monotone polynomials can", async () => {
    const law = { m: 0, s: 1 };
    const { interpolant } = await run(law);
    expect(exactAction(linear(), law)).toBeCloseTo(2 - Math.PI / 2, 3);
    const least = leastAction(law, { degree: 4, monotone: true });
    expect(exactAction(interpolant, law)).toBeLessThan(least + 0.02);
    for (let t = 0.05; t < 1; t += 0.05) {
      expect(interpolant.at(t).dAlpha).toBeLessThan(0);
      expect(interpolant.at(t).dBeta).toBeGreaterThan(0);
    }
  });

  it("comes near the least action of free polynomials, between Gaussians of unlike variance", async () => {
    const law = { m: 2, s: 0.5 };
    const { interpolant } = await run(law, { monotone: false });
    const [least, straight] = [leastAction(law, { degree: 4, monotone: false }), exactAction(linear(), law)];
    expect(straight - least).toBeGreaterThan(0.15);
    expect(exactAction(interpolant, law)).toBeLessThan(least + 0.4 * (straight - least));
  });

  it("keeps to the hole where there is a mask, and gives the same on another engine", async () => {
    const coupling = inpainting({ mask: tiles({ grid: 2, p: 0.5 }), classes: 2 });
    const network = unet({
      channels: 2,
      condition: coupling.condition,
      dim: 4,
      mults: [1],
      groups: 2,
      heads: 1,
      headWidth: 4,
      blocksPerLevel: 1,
      timeFeatures: 4,
      stem: 3,
    });
    const data = { x: rng(1).normals([8, 4, 4, 2]), labels: Int32Array.from([0, 1, 0, 1, 0, 1, 0, 1]) };
    const options = { data, coupling, network, steps: 3, batch: 4, seed: 2, latent: 1, degree: 2 };
    const [here, there] = [
      await learnSchedule({ ...options, engine: "cpu" }),
      await learnSchedule({ ...options, engine: "onnx" }),
    ];
    expect(here.interpolant.insideHole).toBe(true);
    expect(here.coefficients.beta[0]).not.toBe(0.5);
    for (let i = 0; i < 3; i++) expect(there.losses[i]).toBeCloseTo(here.losses[i], 4);
    expect(there.coefficients.beta[0]).toBeCloseTo(here.coefficients.beta[0], 5);
    const convex = await learnSchedule({ ...options, steps: 1, engine: "cpu", convex: true });
    expect(convex.interpolant).toMatchObject({ insideHole: false, convex: true });
  });

  it("ends after a stop as without one, and refuses a checkpoint of other data", async () => {
    const folder = mkdtempSync(join(tmpdir(), "schedule "));
    try {
      const coupling = between({ m: 1, s: 1 });
      const options = {
        data: coupling.targets(64, rng(4)),
        coupling,
        network: mlp({ dim: 1, width: 4, depth: 1 }),
        batch: 8,
        seed: 5,
        degree: 2,
      };
      const checkpoint = join(folder, "run.safetensors");
      const whole = await learnSchedule({ ...options, steps: 6 });
      const stop = new AbortController();
      const stopped = learnSchedule({
        ...options,
        steps: 6,
        checkpoint,
        signal: stop.signal,
        onProgress: ({ step }) => (step === 3 ? stop.abort() : undefined),
      });
      await expect(stopped).rejects.toThrow(AbortError);
      const other = { ...options, data: coupling.targets(64, rng(6)), steps: 6, checkpoint };
      await expect(learnSchedule(other)).rejects.toThrow(/checksum of the first batch/);
      const resumed = await learnSchedule({ ...options, steps: 6, checkpoint });
      expect(resumed.coefficients).toEqual(whole.coefficients);
      expect(resumed.losses).toEqual(whole.losses);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("takes densities and weights of times, and couplings whose draws are promises", async () => {
    const law = { m: 1, s: 0.5 };
    const coupling = between(law);
    const data = coupling.targets(64, rng(4));
    const changes = { data, steps: 3, batch: 16, latent: 0.5, engine: "cpu" } as const;
    const plain = await run(law, changes);
    const later = {
      ...coupling,
      draw: async (...given: Parameters<typeof coupling.draw>) => coupling.draw(...given),
    };
    expect((await run(law, { ...changes, coupling: later })).losses).toEqual(plain.losses);

    // Adam goes the same way whatever the loss is multiplied by.
    const twice = await run(law, { ...changes, timeWeight: () => 2 });
    expect(plain.losses[2]).not.toBe(0);
    for (let k = 0; k < 3; k++) expect(twice.losses[k]).toBeCloseTo(2 * plain.losses[k], 5);

    const density = betaTimes({ a: 2, b: 1 });
    const sampler = timeSampler({ density, range: [0.001, 0.999] });
    const late = await run(law, { ...changes, timeDensity: density });
    expect(late.losses).not.toEqual(plain.losses);
    const [weighted, byHand] = [
      await run(law, { ...changes, timeDensity: density, importance: true }),
      await run(law, { ...changes, timeDensity: density, timeWeight: (t) => 1 / sampler.relative(t) }),
    ];
    expect(weighted.losses).toEqual(byHand.losses);
    expect(weighted.losses).not.toEqual(late.losses);
  });

  it("refuses options out of range and a network for another condition", async () => {
    const law = { m: 0, s: 1 };
    await expect(run(law, { degree: 1 })).rejects.toThrow("a degree from 2 to 32");
    await expect(run(law, { batch: 0 })).rejects.toThrow("a batch of 1 sample or more");
    await expect(run(law, { speed: 0 })).rejects.toThrow("a speed above 0");
    await expect(run(law, { latent: 0 })).rejects.toThrow("For γ = 0 leave it out");
    const whole = inpainting({ mask: tiles({ grid: 1, p: 0 }) });
    const masked = mlp({ dim: 1, condition: whole.condition });
    await expect(run(law, { coupling: whole, network: masked })).rejects.toThrow("masks with holes");
    const network = mlp({ dim: 1, condition: { labels: labelsPart({ classes: 2 }) } });
    await expect(run(law, { network })).rejects.toThrow("Build it with condition: coupling.condition");
  });
});
