import * as tf from "@tensorflow/tfjs";
import { describe, expect, test } from "vitest";
import { compile, type Named } from "../../lib/engine";

// Values and gradients against formulas in float64 that neither overflow nor cancel.

type Curve = (x: number) => number;
type Function = readonly [name: string, f: (x: tf.Tensor) => tf.Tensor, value: Curve, slope: Curve];

const sigmoid: Curve = (x) => 1 / (1 + Math.exp(-x));
const softplus: Curve = (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
const [alpha, scale] = [1.6732632423543772, 1.0507009873554805];

/** erf by its Taylor series, which has lost nothing of float32 up to 4; beyond it is 1 there. */
const erf: Curve = (x) => {
  if (Math.abs(x) > 4.5) return Math.sign(x);
  let [sum, term] = [0, x];
  for (let n = 0; n < 120; n++) {
    sum += term / (2 * n + 1);
    term *= -(x * x) / (n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
};

/** Beside 0, along an axis of two. */
const with0 = (x: tf.Tensor) => tf.stack([x, tf.zerosLike(x)], 1);
const first = (x: tf.Tensor) => tf.squeeze(tf.slice(x, [0, 0], [-1, 1]), [1]);

const functions: readonly Function[] = [
  ["log(sigmoid)", (x) => tf.log(tf.sigmoid(x)), (x) => -softplus(-x), (x) => sigmoid(-x)],
  [
    "2 log(sigmoid)",
    (x) => tf.mul(2, tf.log(tf.sigmoid(x))),
    (x) => -2 * softplus(-x),
    (x) => 2 * sigmoid(-x),
  ],
  ["logSigmoid", tf.logSigmoid, (x) => -softplus(-x), (x) => sigmoid(-x)],
  ["softplus", tf.softplus, softplus, sigmoid],
  ["logSoftmax", (x) => first(tf.logSoftmax(with0(x))), (x) => -softplus(-x), (x) => sigmoid(-x)],
  ["logSumExp", (x) => tf.logSumExp(with0(x), 1), softplus, sigmoid],
  ["erf", tf.erf, erf, (x) => (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x)],
  ["expm1", tf.expm1, Math.expm1, Math.exp],
  ["log1p(exp)", (x) => tf.log1p(tf.exp(x)), softplus, sigmoid],
  ["elu", tf.elu, (x) => (x > 0 ? x : Math.expm1(x)), (x) => (x > 0 ? 1 : Math.exp(x))],
  [
    "selu",
    tf.selu,
    (x) => scale * (x > 0 ? x : alpha * Math.expm1(x)),
    (x) => scale * (x > 0 ? 1 : alpha * Math.exp(x)),
  ],
];

const far = [-1e30, -1000, -104, -90];
const near = [-80, -50, -30, -20, -18.5, -17, -10, -1, -1e-4, -1e-10, 1e-10, 1e-6, 0.5, 4, 17, 20, 80];

/** Those that tfjs's own formulas, on its engine "cpu", get wrong in `far` or beyond. */
const overflow = ["log(sigmoid)", "2 log(sigmoid)"];

describe.each(["onnx", "cpu"] as const)("on %s", (engine) => {
  test.each(functions)("%s", async (name, f, value, slope) => {
    const at = Float32Array.from(engine === "cpu" && overflow.includes(name) ? near : [...far, ...near]);
    const program = ({ inputs: { x } }: { inputs: Named<tf.Tensor> }) => ({
      outputs: { value: f(x), slope: tf.grad((at: tf.Tensor) => tf.sum(f(at)))(x) },
    });
    const compiled = compile({ name, engine, program });
    const found = await compiled.run({ x: { shape: [at.length], data: at } });
    await compiled.dispose();
    at.forEach((x, i) => {
      for (const [what, curve] of Object.entries({ value, slope }) as ["value" | "slope", Curve][]) {
        const [is, wanted] = [found[what].data[i], curve(x)];
        const close = Math.abs(is - wanted) <= 3e-7 + 3e-6 * Math.abs(wanted) || is === Math.fround(wanted);
        expect(close, `${what} at ${x}: ${is}, not ${wanted}`).toBe(true);
      }
    });
  });
});
