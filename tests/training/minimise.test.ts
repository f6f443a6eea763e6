import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import { afterAll, describe, expect, it } from "vitest";
import { type NdArray, ndarray } from "../../lib/array";
import type { Values } from "../../lib/engine";
import { loadSafetensors, saveSafetensors } from "../../lib/formats";
import {
  AbortError,
  adam,
  cosine,
  type MinimiseOptions,
  minimise,
  type Progress,
  stepLR,
  trapezoid,
} from "../../lib/training";
import { averageWeight } from "../../lib/training/optimizer";

const folder = mkdtempSync(join(tmpdir(), "minimise "));
afterAll(() => rmSync(folder, { recursive: true }));
const path = (name: string) => join(folder, `${name}.safetensors`);

const steps = 40;
const targets = (step: number) => [Math.sin(step), Math.cos(2 * step)];

/** Mean over the batch of a (θ − target)⁴-like loss of two parameters, one of them a matrix. */
type Options = MinimiseOptions<Record<"w" | "c", NdArray>, { readonly y: Values }>;

function problem(changes: Partial<Options> = {}): Options {
  return {
    name: "fit",
    engine: "cpu",
    initial: { w: ndarray([1, 2], [0.5, -1]), c: ndarray([], [2]) },
    loss: ({ w, c }, { y }) =>
      tf
        .add(tf.sum(tf.pow(tf.sub(tf.reshape(w, [2]), y), 4)), tf.square(tf.mul(c, tf.slice(y, 0, 1))))
        .asScalar(),
    batch: (step) => ({ y: { shape: [2], data: Float32Array.from(targets(step)) } }),
    optimizer: adam({ learningRate: 0.02, schedule: stepLR({ every: 10, factor: 0.5 }) }),
    ema: 0.6,
    steps,
    ...changes,
  };
}

/** The same run in double precision, one number at a time. */
function byHand({
  clipNorm = 1e4,
  learningRate = 0.02,
  ema = 0.6,
  weightDecay = 0,
  factor = (k: number) => 0.5 ** Math.floor(k / 10),
} = {}) {
  const theta = [0.5, -1, 2];
  const average = [...theta];
  const m = [0, 0, 0];
  const v = [0, 0, 0];
  const losses: number[] = [];
  for (let k = 0; k < steps; k++) {
    const y = targets(k);
    losses.push((theta[0] - y[0]) ** 4 + (theta[1] - y[1]) ** 4 + (theta[2] * y[0]) ** 2);
    const raw = [4 * (theta[0] - y[0]) ** 3, 4 * (theta[1] - y[1]) ** 3, 2 * theta[2] * y[0] ** 2];
    const norm = Math.hypot(...raw);
    const g = raw.map((value) => (norm > clipNorm ? (value * clipNorm) / norm : value));
    const weight = Math.min(ema, (k + 1) / (k + 10));
    for (let i = 0; i < 3; i++) {
      m[i] = 0.9 * m[i] + 0.1 * g[i];
      v[i] = 0.999 * v[i] + 0.001 * g[i] ** 2;
      const [mHat, vHat] = [m[i] / (1 - 0.9 ** (k + 1)), v[i] / (1 - 0.999 ** (k + 1))];
      theta[i] -= learningRate * factor(k) * weightDecay * theta[i];
      theta[i] -= (learningRate * factor(k) * mHat) / (Math.sqrt(vHat) + 1e-8);
      average[i] = weight * average[i] + (1 - weight) * theta[i];
    }
  }
  return { theta, average, losses };
}

const numbers = (parameters: Readonly<Record<string, { data: ArrayLike<number> }>>) =>
  Object.values(parameters).flatMap((value) => Array.from(value.data));

function expectClose(actual: ArrayLike<number>, wanted: readonly number[], tolerance = 2e-5) {
  expect(actual.length).toBe(wanted.length);
  wanted.forEach((value, i) => {
    expect(Math.abs(actual[i] - value)).toBeLessThan(tolerance * (1 + Math.abs(value)));
  });
}

describe("minimise", () => {
  it("agrees with Adam, StepLR and the moving average by hand", async () => {
    const result = await minimise(problem());
    const wanted = byHand();
    expectClose(numbers(result.last), wanted.theta);
    expectClose(numbers(result.average), wanted.average);
    expectClose(result.losses, wanted.losses);
    expect(result.last.w.shape).toEqual([1, 2]);
    expect(result.last.c.shape).toEqual([]);
  });

  it("agrees with AdamW by hand, which records its decay only where there is one", async () => {
    const schedule = stepLR({ every: 10, factor: 0.5 });
    const optimizer = adam({ learningRate: 0.02, schedule, weightDecay: 0.3 });
    const result = await minimise(problem({ optimizer }));
    const wanted = byHand({ weightDecay: 0.3 });
    expectClose(numbers(result.last), wanted.theta);
    expectClose(result.losses, wanted.losses);
    expect(wanted.theta[2]).toBeLessThan(byHand().theta[2] - 0.01);
    expect(optimizer.options).toMatchObject({ weightDecay: 0.3 });
    expect(adam().options).not.toHaveProperty("weightDecay");
  });

  it("hands out the moving average so far, and is not disturbed by it", async () => {
    const whole = await minimise(problem());
    const averages: Record<"w" | "c", NdArray>[] = [];
    const watched = await minimise(
      problem({
        async onProgress({ step, losses, model }) {
          expect(losses).toEqual(whole.losses.subarray(0, step));
          if (step % 10 === 0) averages.push(await model());
        },
      }),
    );
    expect(watched).toEqual({ ...whole, secondsPerStep: expect.any(Number) });
    expect(averages).toHaveLength(4);
    expect(averages[3]).toEqual(whole.average);
    // Each is that of a run of so many steps, though the run went on.
    for (const [k, average] of averages.entries()) {
      const shorter = await minimise(problem({ steps: 10 * (k + 1) }));
      expect(average).toEqual(shorter.average);
    }
    expect(averages[0]).not.toEqual(averages[1]);
  });

  it("keeps the moving average after the steps asked for, through a stop and when done before", async () => {
    const checkpoint = path("snapshots");
    const asked = { snapshots: [10, 15, 40], checkpoint };
    const stopped = minimise(
      problem({ ...asked, onProgress: ({ step }) => (step === 15 ? "stop" : undefined) }),
    );
    await expect(stopped).rejects.toThrow(/stopped after 15 of 40 steps/);
    const resumed = await minimise(problem(asked));
    const again = await minimise(problem(asked));
    const plain = await minimise(problem());
    expect(again.snapshots).toEqual(resumed.snapshots);
    expect(resumed.snapshots.map(({ steps }) => steps)).toEqual([10, 15, 40]);
    for (const { steps, average } of resumed.snapshots) {
      expect(average).toEqual((await minimise(problem({ steps }))).average);
    }
    expect(resumed.average).toEqual(plain.average);
    expect(plain.snapshots).toEqual([]);
    await expect(minimise(problem({ checkpoint }))).rejects.toThrow(
      /snapshots is \[10,15,40\] there and not set/,
    );
  });

  it.each([[[0]], [[41]], [[2.5]], [[20, 10]], [[10, 10]]])("refuses snapshots at %j", async (snapshots) => {
    await expect(minimise(problem({ snapshots }))).rejects.toThrow(
      `snapshots at whole numbers of steps, rising, from 1 to 40, but received ${snapshots.join(", ")}`,
    );
  });

  it.each([0, -30, Number.NaN])("refuses to write a checkpoint every %d seconds", async (seconds) => {
    await expect(
      minimise(problem({ checkpoint: path("never"), checkpointSeconds: seconds })),
    ).rejects.toThrow(`Expected checkpointSeconds above 0, but received ${seconds}.`);
    expect(existsSync(path("never"))).toBe(false);
  });

  it("waits for what onProgress returns, and stops where it resolves to it", async () => {
    let open = 0;
    const stopped = minimise(
      problem({
        async onProgress({ step }) {
          expect(++open).toBe(1);
          await new Promise((resolve) => setTimeout(resolve, 1));
          open--;
          return step === 3 ? "stop" : undefined;
        },
      }),
    );
    await expect(stopped).rejects.toThrow(/stopped after 3 of 40 steps/);
  });

  it("clips the norm of the whole gradient", async () => {
    const result = await minimise(problem({ clipNorm: 0.3, ema: 0 }));
    const wanted = byHand({ clipNorm: 0.3, ema: 0 });
    expectClose(numbers(result.last), wanted.theta);
    expect(result.average).toEqual(result.last);
    expect(Math.abs(wanted.theta[2] - byHand().theta[2])).toBeGreaterThan(1e-3);
  });

  it("averages from the start: (1 + k)/(10 + k), until that reaches the decay asked for", () => {
    expect([0, 1, 8, 90].map((k) => averageWeight(0.999, k))).toEqual([1 / 10, 2 / 11, 9 / 18, 91 / 100]);
    expect(averageWeight(0.999, 8989)).toBeLessThan(0.999);
    expect(averageWeight(0.999, 8990)).toBe(0.999);
    expect(averageWeight(0, 50)).toBe(0);
  });

  it("follows a cosine with a warm-up", async () => {
    const factor = (k: number) =>
      k < 8 ? (k + 1) / 9 : 0.5 + 0.5 * Math.cos((Math.PI * (k - 8)) / (steps - 8));
    const result = await minimise(
      problem({ optimizer: adam({ learningRate: 0.02, schedule: cosine({ steps, warmup: 8 }) }) }),
    );
    expectClose(numbers(result.last), byHand({ factor }).theta);
  });

  it("follows a trapezoid", async () => {
    const factor = (k: number) => (k < 8 ? (k + 1) / 9 : k < steps - 10 ? 1 : (steps - k) / 10);
    const schedule = trapezoid({ steps, warmup: 8, decay: 10 });
    const result = await minimise(problem({ optimizer: adam({ learningRate: 0.02, schedule }) }));
    expectClose(numbers(result.last), byHand({ factor }).theta);
    expect(trapezoid({ steps: 10 }).factor(7)).toBe(1);
    expect(trapezoid({ steps: 10 }).factor(8)).toBeCloseTo(2 / 3, 12);
    expect(trapezoid({ steps: 10 }).factor(11)).toBe(0);
  });

  it("goes on from a checkpoint as if it had never stopped", async () => {
    const whole = await minimise(problem());
    const controller = new AbortController();
    const reason = new Error("enough");
    const stopped = minimise(
      problem({
        checkpoint: path("resume"),
        signal: controller.signal,
        onProgress({ step }) {
          if (step === 17) controller.abort(reason);
        },
      }),
    );
    await expect(stopped).rejects.toThrow(AbortError);
    await expect(stopped).rejects.toMatchObject({ name: "AbortError", cause: reason });
    await expect(stopped).rejects.toThrow(/stopped after 17 of 40 steps.*go on from .*resume\.safetensors/);
    const seen: number[] = [];
    const resumed = await minimise(
      problem({ checkpoint: path("resume"), onProgress: ({ step }) => void seen.push(step) }),
    );
    expect(seen[0]).toBe(18);
    expect(resumed.last).toEqual(whole.last);
    expect(resumed.average).toEqual(whole.average);
    expect(resumed.losses).toEqual(whole.losses);

    const finished = await minimise(problem({ checkpoint: path("resume") }));
    expect(finished.average).toEqual(whole.average);
    await expect(minimise(problem({ checkpoint: path("resume"), steps: 20 }))).rejects.toThrow(
      /steps of at least 40, which .* has done, but received 20/,
    );
  });

  it("stops and saves where onProgress says so, and leaves signals that are heard alone", async () => {
    const own = () => {};
    process.on("SIGINT", own);
    const before = process.listenerCount("SIGINT");
    let during = before;
    const stopped = minimise(
      problem({
        checkpoint: path("stop"),
        onProgress({ step }) {
          during = process.listenerCount("SIGINT");
          return step === 5 ? "stop" : undefined;
        },
        steps: 100_000,
      }),
    );
    await expect(stopped).rejects.toMatchObject({ name: "AbortError" });
    await expect(stopped).rejects.toThrow(/stopped after 5 of 100000 steps/);
    const { metadata, tensors } = loadSafetensors(path("stop"));
    expect(Number(metadata.step)).toBe(5);
    expect(tensors.losses.data.length).toBe(5);
    expect(during).toBe(before);
    process.off("SIGINT", own);
  });

  it("refuses the checkpoint from another run and says what differs", async () => {
    const checkpoint = path("other");
    await minimise(problem({ checkpoint, steps: 2, settings: { network: { dim: 8 } } }));
    const again = (changes: Partial<Options>) =>
      minimise(problem({ checkpoint, steps: 2, settings: { network: { dim: 8 } }, ...changes }));
    await expect(again({ settings: { network: { dim: 16, heads: 4 } } })).rejects.toThrow(
      /is from another run: network\.dim is 8 there and 16 here; network\.heads is not set there and 4 here/,
    );
    await expect(again({ optimizer: adam({ learningRate: 0.02 }) })).rejects.toThrow(
      /optimizer\.schedule\.every is 10 there/,
    );
    await expect(again({ ema: 0.5 })).rejects.toThrow(/ema is 0\.6 there and 0\.5 here/);
    await expect(again({ initial: { w: ndarray([2], [0, 0]), c: ndarray([], [2]) } })).rejects.toThrow(
      /another network: it should have "parameters\.w" of shape \[2\] and has one of shape \[1, 2\]/,
    );
  });

  it("refuses a checkpoint that is cut off or something else", async () => {
    const checkpoint = path("damaged");
    await minimise(problem({ checkpoint, steps: 2 }));
    writeFileSync(checkpoint, readFileSync(checkpoint).subarray(0, -3));
    await expect(minimise(problem({ checkpoint }))).rejects.toThrow(/damaged\.safetensors.*cut off/);
    saveSafetensors(checkpoint, { w: { shape: [1], data: Float32Array.of(1) } });
    await expect(minimise(problem({ checkpoint }))).rejects.toThrow(/isn't a training checkpoint/);
  });

  it("stops when the loss or the gradient isn't finite, and keeps the last good checkpoint", async () => {
    type Bad = MinimiseOptions<Record<"w", NdArray>, { readonly y: Values }>;
    const bad = (kind: "loss" | "gradient"): Bad => ({
      ...problem(),
      checkpoint: path(kind),
      loss: ({ w }, { y }) =>
        kind === "loss"
          ? tf.sum(tf.log(tf.add(y, tf.mul(0, tf.sum(w))))).asScalar()
          : tf.sum(tf.mul(tf.sqrt(tf.square(tf.sum(w))), y)).asScalar(),
      initial: { w: ndarray([2], [1, kind === "loss" ? 1 : -1]) },
      batch: (step) => ({
        y: { shape: [1], data: Float32Array.of(kind === "loss" && step === 3 ? -1 : 1) },
      }),
      describe: () => "t from 0.1 to 0.9",
    });
    await expect(minimise(bad("loss"))).rejects.toThrow(
      /loss of fit is not finite at step 3 \(loss NaN; t from 0\.1 to 0\.9\).*lower learning rate/,
    );
    await expect(minimise(bad("gradient"))).rejects.toThrow(/gradient of fit is not finite at step 0/);
    expect(existsSync(path("loss"))).toBe(false);
  });

  it("tells its progress", async () => {
    const told: Progress[] = [];
    const { losses } = await minimise(problem({ onProgress: (progress) => void told.push(progress) }));
    expect(told.map(({ step }) => step)).toEqual(Array.from({ length: steps }, (_, k) => k + 1));
    const { loss, stepsPerSecond, secondsLeft } = told[29];
    expect(loss).toBeCloseTo(losses.slice(5, 30).reduce((sum, value) => sum + value, 0) / 25, 5);
    expect(stepsPerSecond * secondsLeft).toBeCloseTo(10, 6);
  });

  it("refuses options out of their range", async () => {
    await expect(minimise(problem({ steps: 0 }))).rejects.toThrow(/steps as a whole number above 0/);
    await expect(minimise(problem({ clipNorm: -1 }))).rejects.toThrow(/clipNorm \(of the gradient\) above 0/);
    await expect(minimise(problem({ ema: 1 }))).rejects.toThrow(/ema decay from 0 to below 1/);
    await expect(minimise(problem({ checkpoint: "x.json" }))).rejects.toThrow(/ends in \.safetensors/);
    expect(() => adam({ learningRate: 0 })).toThrow(/learningRate above 0/);
    expect(() => adam({ beta1: 1 })).toThrow(/beta1/);
    expect(() => adam({ weightDecay: 1 })).toThrow(/weightDecay/);
    expect(() => stepLR({ factor: 2 })).toThrow(/factor/);
    expect(() => cosine({ steps: 10, warmup: 10 })).toThrow(/warmup/);
    expect(() => trapezoid({ steps: 10, warmup: 8 })).toThrow(/a warmup from 0 to 7 steps/);
    expect(() => trapezoid({ steps: 10, decay: 11 })).toThrow(/a decay above 0 and at most 10 steps/);
    expect(() => trapezoid({ steps: 0 })).toThrow(/steps/);
  });
});
