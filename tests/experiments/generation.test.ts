import { expect, test } from "vitest";
import { ndarray, takeRows, zeros } from "../../lib/array";
import { classGaussian } from "../../lib/couplings";
import { measureGeneration } from "../../lib/experiments";
import type { FeatureNetwork } from "../../lib/metrics";
import { rng } from "../../lib/random";
import { dopri5, euler, type Method } from "../../lib/samplers";

/** Two classes of 4×4 images, dark and bright, with a little noise. */
function brightness(n: number, seed: number) {
  const noise = rng(seed).normals([n, 4, 4, 1]);
  const labels = Int32Array.from({ length: n }, (_, i) => i % 2);
  const data = noise.data.map((value, e) => 0.1 * value + (labels[Math.floor(e / 16)] ? 0.5 : -0.5));
  return { x: ndarray(noise.shape, data), labels };
}

/** Judges by the first pixel, sees the first two. */
const judge: FeatureNetwork = {
  name: "brightness",
  dimension: 2,
  imageShape: [4, 4, 1],
  heads: { shade: ["dark", "bright"] },
  accuracy: { shade: 1 },
  features: async (x) =>
    ndarray(
      [x.shape[0], 2],
      Array.from({ length: 2 * x.shape[0] }, (_, k) => x.data[(k >> 1) * 16 + (k & 1)]),
    ),
  classify: async (x) => Int32Array.from({ length: x.shape[0] }, (_, i) => (x.data[i * 16] > 0 ? 1 : 0)),
};

test("a base that is the data, left where it is, agrees, is as diverse and near the floor", async () => {
  const train = brightness(200, 1);
  const coupling = classGaussian({ samples: train, classes: 2, labelled: false, floor: 0 });
  const labels = Int32Array.from({ length: 60 }, (_, i) => i % 2);
  const start = coupling.start({ shape: [60, 4, 4, 1], labels }, rng(2));
  const result = await measureGeneration({
    b: ({ x }) => zeros(x.shape, x),
    start,
    labels,
    network: judge,
    reference: brightness(120, 3),
    train,
    rng: rng(4),
    method: euler({ steps: 1 }),
  });
  expect(result.agreement.agreement).toBe(1);
  expect(result.diversity / result.diversityOfReal).toBeCloseTo(1, 0);
  expect(Math.abs(result.kernel)).toBeLessThan(4 * result.kernelError);
  expect(result.kernelError).toBeLessThan(0.05);
  expect(result.kernelPerClass).toHaveLength(2);

  const swapped = await measureGeneration({
    b: ({ x }) => zeros(x.shape, x),
    start: {
      ...start,
      x0: takeRows(
        start.x0,
        Array.from({ length: 60 }, (_, i) => i ^ 1),
      ),
    },
    labels,
    network: judge,
    reference: brightness(120, 3),
    train,
    rng: rng(4),
    method: euler({ steps: 1 }),
  });
  expect(swapped.agreement.agreement).toBe(0);
  expect(swapped.kernel).toBeCloseTo(result.kernel, 1);
  expect(swapped.kernelPerClass[0]!).toBeGreaterThan(result.kernelPerClass[0]! + 0.05);
});

test("diversity and floors of real images are measured on real images", async () => {
  const shifted = (samples: ReturnType<typeof brightness>) => ({
    ...samples,
    x: ndarray(
      samples.x.shape,
      samples.x.data.map((value) => value + 1),
    ),
  });
  const labels = Int32Array.from({ length: 60 }, (_, i) => i % 2);
  const [train, reference] = [shifted(brightness(200, 1)), brightness(120, 3)];
  const result = await measureGeneration({
    b: ({ x }) => zeros(x.shape, x),
    start: { x0: zeros([60, 4, 4, 1]), xi: {} }, // all the same
    labels,
    network: judge,
    reference,
    train,
    rng: rng(4),
    method: euler({ steps: 1 }),
  });
  expect(result.diversity).toBe(0);
  // E|a − b| of two draws of N(0, 0.1² I) in the plane: 0.1 √π.
  expect(result.diversityOfReal).toBeCloseTo(0.1 * Math.sqrt(Math.PI), 1);
  expect(result.diversityOfReal).toBeGreaterThan(0.1);
  // Training images that lie elsewhere give a floor to match: (x·y / 2 + 1)³ at (v, v) and (v + 1, v + 1).
  const at = (a: number, b: number) => (a * b + 1) ** 3;
  [-0.5, 0.5].forEach((v, k) => {
    const exact = at(v, v) + at(v + 1, v + 1) - 2 * at(v, v + 1);
    expect(Math.abs(result.kernelFloorPerClass[k]! / exact - 1)).toBeLessThan(0.2);
  });
});

test("labels of another number than the images are refused, asked for or real", async () => {
  const train = brightness(20, 1);
  const coupling = classGaussian({ samples: train, classes: 2, labelled: false });
  const labels = Int32Array.from({ length: 6 }, (_, i) => i % 2);
  let evaluations = 0;
  const measured = (changes: object) =>
    measureGeneration({
      b: ({ x }) => {
        evaluations++;
        return zeros(x.shape, x);
      },
      start: coupling.start({ shape: [6, 4, 4, 1], labels }, rng(2)),
      labels,
      network: judge,
      reference: brightness(20, 3),
      train,
      rng: rng(4),
      method: euler({ steps: 1 }),
      ...changes,
    });
  await expect(measured({ labels: labels.subarray(0, 5) })).rejects.toThrow(
    "6 labels asked for, one per sample of the start, but received 5",
  );
  const short = { x: train.x, labels: train.labels.subarray(0, 10) };
  await expect(measured({ reference: short })).rejects.toThrow(
    "20 entries in ξ.labels, one per sample, but received 10",
  );
  await expect(measured({ train: short })).rejects.toThrow(
    "20 entries in ξ.labels, one per sample, but received 10",
  );
  expect(evaluations).toBe(0);
});

test("a flow that gives up before its end isn't measured; one that is to end earlier is", async () => {
  const labels = Int32Array.from({ length: 6 }, (_, i) => i % 2);
  const measured = (method: Method) =>
    measureGeneration({
      b: ({ x }) => x,
      start: { x0: brightness(6, 5).x, xi: {} },
      labels,
      network: judge,
      reference: brightness(20, 3),
      train: brightness(20, 1),
      rng: rng(4),
      method,
      to: 0.5,
    });
  await expect(measured(dopri5({ rtol: 1e-9, atol: 1e-9, maxSteps: 2 }))).rejects.toThrow(
    /^The flow whose samples are measured did not reach t = 0\.5: .*after 2 steps/,
  );
  expect((await measured(euler({ steps: 1 }))).solution.t).toBe(0.5);
});
