import * as tf from "@tensorflow/tfjs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { klToNormal } from "../../lib/objectives";

const range = (min: number, max: number) => fc.double({ min, max, noNaN: true });
const rows = fc.array(fc.record({ mean: range(-2, 2), log: range(-1.5, 0.8) }), {
  minLength: 1,
  maxLength: 4,
});

/**
 * ∫ q log(q / p) by the trapezoidal rule, which is exact to rounding for functions that vanish at both ends.
 */
function divergence(mean: number, deviation: number) {
  const log = (x: number, m: number, s: number) => -((x - m) ** 2) / (2 * s * s) - Math.log(s);
  let sum = 0;
  const step = deviation / 20;
  for (let x = mean - 12 * deviation; x < mean + 12 * deviation; x += step) {
    const q = Math.exp(log(x, mean, deviation)) / Math.sqrt(2 * Math.PI);
    sum += step * q * (log(x, mean, deviation) - log(x, 0, 1));
  }
  return sum;
}

test("is the integral of q log(q / p), with the gradients μ and σ² − 1 of that by μ and log σ", () => {
  fc.assert(
    fc.property(rows, (list) => {
      const n = list.length;
      const inputs = [list.map(({ mean }) => mean), list.map(({ log }) => log)].map((values) =>
        tf.tensor2d(values, [n, 1]),
      );
      const { value, grads } = tf.valueAndGrads(klToNormal)(inputs);
      const wanted = list.reduce((sum, { mean, log }) => sum + divergence(mean, Math.exp(log)) / n, 0);
      expect(Math.abs(value.dataSync()[0] - wanted)).toBeLessThan(1e-5 * (1 + wanted));
      list.forEach(({ mean, log }, i) => {
        expect(n * grads[0].dataSync()[i]).toBeCloseTo(mean, 5);
        expect(n * grads[1].dataSync()[i]).toBeCloseTo(Math.exp(2 * log) - 1, 4);
      });
    }),
    { numRuns: 20 },
  );
});
