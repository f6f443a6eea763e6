import * as tf from "@tensorflow/tfjs";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { ndarray } from "../../lib/array";
import { denoiserLoss, paperLoss, velocityLoss } from "../../lib/objectives";
import { rng } from "../../lib/random";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

const array = (seed: number, n: number, d: number) => rng(seed).normals([n, d]);
const norm2 = (values: ArrayLike<number>) => Array.from(values).reduce((sum, x) => sum + x * x, 0);

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
          const objective = velocityLoss();
          const target = objective.target({ dxt });
          const mse = objective.loss(tf.tensor(b.data, [n, d]), tf.tensor(target.data, [n, d])).dataSync()[0];
          const dot = Array.from(b.data).reduce((sum, x, i) => sum + x * dxt.data[i], 0);
          const lb = (norm2(b.data) - 2 * dot) / n;
          expect(paperLoss(b, dxt)).toBeCloseTo(lb, 5);
          expect(mse).toBeCloseTo((lb + norm2(dxt.data) / n) / d, 4);
        },
      ),
      { numRuns: 30 },
    );
  });

  it("is negative at its minimum: −E|b|²", () => {
    const b = array(3, 4, 3);
    expect(paperLoss(b, b)).toBeCloseTo(-norm2(b.data) / 4, 5);
  });

  it("counts known pixels as errors of zero", () => {
    const prediction = tf.tensor1d([1, 0, 0, 0]);
    expect(
      velocityLoss()
        .loss(prediction, tf.zeros([4]))
        .dataSync()[0],
    ).toBeCloseTo(0.25, 6);
  });
});

describe("denoiserLoss", () => {
  it("compares with the latent, and says so when there is none", () => {
    const z = ndarray([1, 2], [1, 2]);
    expect(denoiserLoss().target({ dxt: ndarray([1, 2], [0, 0]), z })).toBe(z);
    expect(() => denoiserLoss().target({ dxt: z })).toThrow(/interpolant with a latent/);
  });
});

describe("paperLoss", () => {
  it("refuses other shapes", () => {
    expect(() => paperLoss(array(1, 2, 2), array(1, 4, 1))).toThrow(/shape/);
  });
});
