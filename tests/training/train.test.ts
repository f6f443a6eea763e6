import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { type NdArray, ndarray, sliceRows, takeRows } from "../../lib/array";
import { independent, inpainting, tiles } from "../../lib/couplings";
import { loadField, standardNormalLogDensity } from "../../lib/fields";
import { interpolate, linear } from "../../lib/interpolants";
import { mlp, unet } from "../../lib/networks";
import { quadraticLoss } from "../../lib/objectives";
import { rng } from "../../lib/random";
import { euler, logLikelihood, rk4, solveOde } from "../../lib/samplers";
import { adam, cosine, type TrainOptions, train } from "../../lib/training";
import { tinyUnet } from "../networks/tiny-unet";

const folder = mkdtempSync(join(tmpdir(), "train "));
afterAll(() => rmSync(folder, { recursive: true }));

const engine = "cpu";
const images = rng(5).normals([12, 8, 8, 1]);
const labels = Int32Array.from({ length: 12 }, (_, i) => i % 3);
const coupling = inpainting({ mask: tiles({ grid: 4, p: 0.4 }), classes: 3 });
const tiny = tinyUnet(coupling.condition);
const options = (changes: Partial<TrainOptions> = {}): TrainOptions => ({
  data: { x: images, labels },
  coupling,
  interpolant: linear(),
  network: tiny,
  steps: 6,
  batch: 4,
  seed: 3,
  engine,
  ...changes,
});

describe("train", () => {
  it("reaches the exact velocity between two Gaussians, and L_b its minimum −E∫|b|²", async () => {
    // x0 ~ N(0, 1), x1 ~ N(2, 0.25), independent: b = 2 + (t/4 − (1 − t)) (x − 2t) / ((1 − t)² + t²/4).
    const exact = (x: number, t: number) =>
      2 + ((t / 4 - (1 - t)) * (x - 2 * t)) / ((1 - t) ** 2 + t ** 2 / 4);
    const x = rng(1).normals([20_000, 1]);
    for (let i = 0; i < x.data.length; i++) x.data[i] = 2 + x.data[i] / 2;
    const gaussian = independent({});
    const steps = 800;
    const trained = await train({
      data: { x },
      coupling: gaussian,
      interpolant: linear(),
      network: mlp({ dim: 1, width: 32, depth: 2, condition: gaussian.condition }),
      optimizer: adam({ learningRate: 3e-2, schedule: cosine({ steps }) }),
      batch: 128,
      steps,
      seed: 0,
    });
    const b = trained.field();
    let excess = 0;
    for (const t of [0.1, 0.3, 0.5, 0.7, 0.9]) {
      const sd = Math.sqrt((1 - t) ** 2 + t ** 2 / 4);
      const points = [-1.5, -0.5, 0.5, 1.5].map((z) => 2 * t + z * sd);
      const { data } = await b({ x: ndarray([4, 1], points), t, xi: {} });
      points.forEach((point, i) => {
        excess += (data[i] - exact(point, t)) ** 2 / 20;
      });
    }
    expect(excess).toBeLessThan(0.03);

    const { logDensity } = await logLikelihood({
      divergence: trained.divergence(),
      x1: ndarray([3, 1], [1.5, 2, 2.7]),
      base: standardNormalLogDensity,
      method: rk4({ steps: 20 }),
    });
    // log N(x; 2, 0.25)
    [1.5, 2, 2.7].forEach((point, i) => {
      const law = -2 * (point - 2) ** 2 - Math.log(Math.PI / 2) / 2;
      expect(Math.abs(logDensity[i] - law)).toBeLessThan(0.2);
    });

    // E∫|b|² of the exact b, by its variance: 4 + ∫ (t/4 − (1−t))² / ((1−t)² + t²/4) dt, midpoint rule.
    const n = 20;
    let action = 0;
    let loss = 0;
    const draw = rng(9);
    for (let k = 0; k < n; k++) {
      const t = (k + 0.5) / n;
      action += (4 + (t / 4 - (1 - t)) ** 2 / ((1 - t) ** 2 + t ** 2 / 4)) / n;
      const pairs = {
        x0: draw.normals([2000, 1]),
        x1: sliceRows(x, 2000 * (k % 10), 2000 * (k % 10) + 2000),
      };
      const { xt, dxt } = interpolate({
        interpolant: linear(),
        pairs,
        t: new Float32Array(2000).fill(t),
      });
      loss += quadraticLoss(await b({ x: xt, t, xi: {} }), dxt) / n;
    }
    expect(Math.abs(loss + action)).toBeLessThan(0.1);
  });

  it("goes on from a checkpoint as if it had never stopped", async () => {
    const whole = await train(options());
    const checkpoint = join(folder, "unet.safetensors");
    const controller = new AbortController();
    await expect(
      train(
        options({
          checkpoint,
          signal: controller.signal,
          onProgress: ({ step }) => (step === 2 ? controller.abort() : undefined),
        }),
      ),
    ).rejects.toThrow(/stopped after 2 of 6 steps/);
    const resumed = await train(options({ checkpoint }));
    expect(resumed.parameters).toEqual(whole.parameters);
    expect(resumed.losses).toEqual(whole.losses);
    expect(whole.losses.every((loss) => loss > 0)).toBe(true);

    const other = train(
      options({ checkpoint, coupling: inpainting({ mask: tiles({ grid: 2, p: 0.4 }), classes: 3 }) }),
    );
    await expect(other).rejects.toThrow(/checksum of the first batch is "\w+" there/);
    await expect(train(options({ checkpoint, seed: 4 }))).rejects.toThrow(/seed is 3 there and 4 here/);

    const { xt, xi } = probe();
    const stored = await loadField(checkpoint, { engine })({ x: xt, t: 0.4, xi });
    expect(stored).toEqual(await whole.field()({ x: xt, t: 0.4, xi }));
  });

  it.each(["cpu", "onnx"] as const)(
    "gives the same to the bit where samples are drawn meanwhile: %s",
    async (engine) => {
      const { xt, xi } = probe();
      const plain = await train(options({ engine }));
      const drawn: NdArray[] = [];
      const watched = await train(
        options({
          engine,
          async onProgress({ step, model }) {
            if (step % 2 > 0) return;
            const { x } = await solveOde(await model(), { x: xt, xi }, { method: euler({ steps: 3 }) });
            drawn.push(x);
          },
        }),
      );
      expect(watched.losses).toEqual(plain.losses);
      expect(watched.parameters).toEqual(plain.parameters);
      // The last samples are those of the trained model.
      const { x } = await solveOde(plain.field(), { x: xt, xi }, { method: euler({ steps: 3 }) });
      expect(drawn).toHaveLength(3);
      const apart = (a: NdArray) => Math.max(...a.data.map((value, e) => Math.abs(value - x.data[e])));
      expect(apart(drawn[2])).toBeLessThan(1e-5);
      expect(apart(drawn[0])).toBeGreaterThan(1e-4);
    },
  );

  it("gives equal results for equal seeds and others for another", async () => {
    const [a, b, c] = [await train(options()), await train(options()), await train(options({ seed: 4 }))];
    expect(a.parameters).toEqual(b.parameters);
    expect(a.losses).not.toEqual(c.losses);
  });

  it("refuses a network for another condition, and options out of range", async () => {
    const unconditional = unet({ channels: 1, dim: 8 });
    await expect(train(options({ network: unconditional }))).rejects.toThrow(
      /of the coupling "in-painting", .*"keep":\{"kind":"keep"\}.*with condition: coupling\.condition/,
    );
    await expect(train(options({ batch: 0 }))).rejects.toThrow(/batch of 1 sample or more/);
    await expect(train(options({ times: [0.5, 0.5] }))).rejects.toThrow(/0 ≤ from < to ≤ 1/);
    await expect(train(options({ data: { x: images } }))).rejects.toThrow(/labels/);
    const odd: NdArray = rng(0).normals([3, 8, 10, 1]);
    await expect(train(options({ data: { x: odd, labels: labels.slice(0, 3) } }))).rejects.toThrow(
      /tiles|divisible/,
    );
  });
});

function probe(n = 12) {
  const draw = coupling.draw(
    {
      x: takeRows(
        images,
        Array.from({ length: n }, (_, i) => i % 12),
      ),
      labels: Int32Array.from({ length: n }, (_, i) => i % 3),
    },
    rng(8),
  );
  return { xt: draw.x0, xi: draw.xi };
}
