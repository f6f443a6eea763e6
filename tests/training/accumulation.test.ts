import * as tf from "@tensorflow/tfjs";
import { describe, expect, it } from "vitest";
import { type NdArray, ndarray } from "../../lib/array";
import { independent } from "../../lib/couplings";
import { linear } from "../../lib/interpolants";
import { sit } from "../../lib/networks";
import { rng } from "../../lib/random";
import { adam, type MinimiseOptions, minimise, train } from "../../lib/training";
import { defaultAccumulation } from "../../lib/training/step";

const samples = 12;
const batchOf = (step: number) => {
  const draw = rng(3).fork("batch", step);
  const x = draw.normals([samples, 2]);
  const y = draw.normals([samples]);
  const group = { shape: [samples], data: Int32Array.from({ length: samples }, () => draw.int(3)) };
  return { x: { ...x, data: x.data as Float32Array }, y: { ...y, data: y.data as Float32Array }, group };
};

/** Least squares with an offset for each group. */
type Options = MinimiseOptions<Record<"w" | "c", NdArray>, ReturnType<typeof batchOf>>;

const regression = (changes: Partial<Options>): Options => ({
  name: "regression",
  initial: { w: ndarray([2, 1], [0.3, -0.2]), c: ndarray([3], [0, 1, -1]) },
  loss: ({ w, c }, { x, y, group }) => {
    const line = tf.reshape(tf.matMul(x as tf.Tensor2D, w as tf.Tensor2D), [-1]);
    return tf.mean(tf.square(tf.sub(tf.add(line, tf.gather(c, group as tf.Tensor1D)), y))) as tf.Scalar;
  },
  batch: batchOf,
  optimizer: adam({ learningRate: 0.05 }),
  steps: 15,
  ...changes,
});

describe("gradient accumulation", () => {
  it.each(["onnx", "cpu"] as const)("takes the same steps as the whole: %s", async (engine) => {
    const whole = await minimise(regression({ engine }));
    for (const accumulationSteps of [2, 3, 12]) {
      const cut = await minimise(regression({ engine, accumulationSteps }));
      cut.losses.forEach((loss, i) => {
        expect(loss).toBeCloseTo(whole.losses[i], 5);
      });
      for (const name of ["w", "c"] as const) {
        cut.last[name].data.forEach((value, i) => {
          expect(value).toBeCloseTo(whole.last[name].data[i], 4);
        });
      }
    }
  });

  it("needs microbatches that divide the batch", async () => {
    await expect(minimise(regression({ accumulationSteps: 5 }))).rejects.toThrow(
      /Expected a batch of samples that 5 microbatches divide, but received "x" of shape \[12, 2\]/,
    );
    await expect(minimise(regression({ accumulationSteps: 0.5 }))).rejects.toThrow(
      /accumulationSteps as a whole number above 0/,
    );
  });

  it("by default leaves `microbatch` samples at once or more", () => {
    expect([64, 50, 31, 16, 1].map((n) => defaultAccumulation({ microbatch: 16 }, n))).toEqual([
      4, 2, 1, 1, 1,
    ]);
    expect(defaultAccumulation({}, 64)).toBe(1);
  });

  it("is chosen by train, with the same losses", async () => {
    const draw = rng(1).normals([40, 4, 4, 1]);
    const options = {
      data: { x: draw },
      coupling: independent(),
      interpolant: linear(),
      network: sit({ channels: 1, patch: 2, width: 8, depth: 1, heads: 2 }),
      optimizer: adam({ learningRate: 1e-2 }),
      batch: 32,
      steps: 6,
      seed: 0,
    };
    const [two, one] = [await train(options), await train({ ...options, accumulationSteps: 1 })];
    two.losses.forEach((loss, i) => {
      expect(loss).toBeCloseTo(one.losses[i], 4);
    });
  });
});
