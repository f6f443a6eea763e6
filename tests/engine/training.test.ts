import * as tf from "@tensorflow/tfjs";
import { describe, expect, test } from "vitest";
import { sizeOf } from "../../lib/array";
import { compile, type EngineName, type Named, type Program, type Values } from "../../lib/engine";
import { floats, whole } from "./same";

type Shapes = Readonly<Record<string, readonly number[]>>;
type Loss = (parameters: Named<tf.Tensor>, inputs: Named<tf.Tensor>) => tf.Scalar;

/** One step of Adam on the mean of a loss, with the norm of the gradient clipped and an average kept. */
function step(shapes: Shapes, loss: Loss): Program {
  const names = Object.keys(shapes);
  return ({ state, inputs }) => {
    const parameters = names.map((name) => state[name]);
    const { value, grads } = tf.valueAndGrads((...given: tf.Tensor[]) =>
      loss(Object.fromEntries(names.map((name, i) => [name, given[i]])), inputs),
    )(parameters);
    const norm = tf.sqrt(tf.addN(grads.map((grad) => tf.sum(tf.square(grad)))));
    const factor = tf.minimum(1, tf.div(0.5, norm));
    const next: Record<string, tf.Tensor> = {};
    names.forEach((name, i) => {
      const grad = tf.mul(grads[i], factor);
      const m = tf.add(tf.mul(state[`${name}.m`], 0.9), tf.mul(grad, 0.1));
      const v = tf.add(tf.mul(state[`${name}.v`], 0.99), tf.mul(tf.square(grad), 0.01));
      next[name] = tf.sub(parameters[i], tf.div(tf.mul(inputs.rate, m), tf.add(tf.sqrt(v), 1e-3)));
      next[`${name}.m`] = m;
      next[`${name}.v`] = v;
      next[`${name}.average`] = tf.add(tf.mul(state[`${name}.average`], 0.9), tf.mul(next[name], 0.1));
    });
    return { outputs: { loss: value, norm }, state: next };
  };
}

function initial(shapes: Shapes): Named<Values> {
  const state: Record<string, Values> = {};
  Object.entries(shapes).forEach(([name, shape], i) => {
    const bound = 1 / Math.sqrt(Math.max(1, sizeOf(shape.slice(0, -1))));
    state[name] = floats(shape, i, -bound, bound);
    state[`${name}.average`] = state[name];
    for (const slot of ["m", "v"])
      state[`${name}.${slot}`] = { shape, data: new Float32Array(sizeOf(shape)) };
  });
  return state;
}

/** Losses and final state of a number of steps. */
async function train(
  engine: EngineName,
  shapes: Shapes,
  loss: Loss,
  batch: (i: number) => Named<Values>,
  steps: number,
) {
  const compiled = compile({ name: "training", engine, program: step(shapes, loss), state: initial(shapes) });
  const losses: number[] = [];
  for (let i = 0; i < steps; i++) {
    const rate = { shape: [], data: Float32Array.of(0.01) };
    const { loss: value, norm } = await compiled.run({ ...batch(i), rate });
    losses.push(value.data[0], norm.data[0]);
  }
  const state = await compiled.readState();
  await compiled.dispose();
  return { losses, state };
}

async function expectSameTraining(
  shapes: Shapes,
  loss: Loss,
  batch: (i: number) => Named<Values>,
  engine: EngineName,
  steps: number,
) {
  const compiled = await train(engine, shapes, loss, batch, steps);
  const eager = await train("cpu", shapes, loss, batch, steps);
  expect(eager.losses.at(-2)).toBeLessThan(eager.losses[0]);
  const far = (a: ArrayLike<number>, b: ArrayLike<number>) =>
    Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0);
  expect(far(compiled.losses, eager.losses)).toBeLessThan(1e-4);
  for (const name of Object.keys(eager.state)) {
    expect(compiled.state[name].shape).toEqual(eager.state[name].shape);
    expect(far(compiled.state[name].data, eager.state[name].data), name).toBeLessThan(1e-4);
  }
}

const silu = (x: tf.Tensor) => tf.mul(x, tf.sigmoid(x));

describe("a training step is the same compiled and eager", () => {
  const mlp = { w1: [4, 24], b1: [24], w2: [24, 24], b2: [24], w3: [24, 2], b3: [2] };
  const mlpLoss: Loss = (p, { x, t, target }) => {
    let h: tf.Tensor = tf.concat([x, tf.reshape(t, [-1, 1]), tf.sin(tf.reshape(t, [-1, 1]))], 1);
    h = silu(tf.add(tf.matMul(h as tf.Tensor2D, p.w1 as tf.Tensor2D), p.b1));
    h = tf.tanh(tf.add(tf.matMul(h as tf.Tensor2D, p.w2 as tf.Tensor2D), p.b2));
    const out = tf.add(tf.matMul(h as tf.Tensor2D, p.w3 as tf.Tensor2D), p.b3);
    return tf.mean(tf.squaredDifference(out, target)) as tf.Scalar;
  };
  const mlpBatch = (i: number) => ({
    x: floats([16, 2], i),
    t: floats([16], i + 100, 0, 1),
    target: floats([16, 2], 5),
  });

  test("of an MLP, over 20 steps", () => expectSameTraining(mlp, mlpLoss, mlpBatch, "onnx", 20));

  const channels = 16;
  const unet = {
    table: [3, 2 * channels],
    first: [3, 3, 2, channels],
    scale: [channels],
    shift: [channels],
    down: [4, 4, channels, channels],
    qkv: [channels, 3 * channels],
    mix: [channels, channels],
    up: [3, 3, channels, channels],
    join: [3, 3, 2 * channels, channels],
    last: [1, 1, channels, 1],
  };

  function groupNorm(x: tf.Tensor, groups: number): tf.Tensor {
    const [n, h, w, c] = x.shape;
    const grouped = tf.reshape(x, [n, h * w, groups, c / groups]);
    const { mean, variance } = tf.moments(grouped, [1, 3], true);
    return tf.reshape(tf.mul(tf.sub(grouped, mean), tf.rsqrt(tf.add(variance, 1e-3))), x.shape);
  }

  /**
   * Norm, SiLU, scale and shift by class, stride 2, attention, upsampling, a skip: everything at least once.
   */
  const unetLoss: Loss = (p, { x, keep, labels, target }) => {
    const conv = (value: tf.Tensor, filter: tf.Tensor, stride = 1) =>
      tf.conv2d(value as tf.Tensor4D, filter as tf.Tensor4D, stride, "same");
    const n = x.shape[0];
    const [factor, offset] = tf.split(
      tf.reshape(tf.gather(p.table, labels as tf.Tensor1D), [n, 1, 1, -1]),
      2,
      3,
    );
    const top = conv(tf.concat([x, keep], 3), p.first);
    const normed = tf.add(tf.mul(groupNorm(top, 4), p.scale), p.shift);
    const skip = silu(tf.add(tf.mul(normed, tf.add(factor, 1)), offset));
    let h: tf.Tensor = conv(skip, p.down, 2);
    const [, height, width] = h.shape;
    const rows = tf.reshape(groupNorm(h, 1), [-1, channels]) as tf.Tensor2D;
    const qkv = tf.reshape(tf.matMul(rows, p.qkv as tf.Tensor2D), [n, height * width, 3, 2, channels / 2]);
    const [q, k, v] = tf.unstack(tf.transpose(qkv, [2, 0, 3, 1, 4]));
    const weights = tf.softmax(tf.mul(tf.matMul(q, k, false, true), (channels / 2) ** -0.5));
    const mixed = tf.reshape(tf.transpose(tf.matMul(weights, v), [0, 2, 1, 3]), [-1, channels]);
    h = tf.add(h, tf.reshape(tf.matMul(mixed as tf.Tensor2D, p.mix as tf.Tensor2D), h.shape));
    const spread = tf.add(tf.reshape(h, [n * height, 1, width, 1, channels]), tf.zeros([1, 2, 1, 2, 1]));
    h = silu(conv(tf.reshape(spread, [n, 2 * height, 2 * width, channels]), p.up));
    h = silu(conv(tf.concat([h, skip], 3), p.join));
    const out = tf.mul(conv(h, p.last), tf.sub(1, keep));
    return tf.mean(tf.squaredDifference(out, target)) as tf.Scalar;
  };
  const unetBatch = (i: number) => ({
    x: floats([2, 8, 6, 1], i),
    keep: { shape: [2, 8, 6, 1], data: Float32Array.from(whole([96], i, 2).data) },
    labels: whole([2], i, 3),
    target: floats([2, 8, 6, 1], 3),
  });

  test("of a small U-Net, over 20 steps", () => expectSameTraining(unet, unetLoss, unetBatch, "onnx", 20));

  test("of a small U-Net, on wasm with kernels lent by cpu", () =>
    expectSameTraining(unet, unetLoss, unetBatch, "wasm", 4));
});
