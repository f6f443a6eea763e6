import * as tf from "@tensorflow/tfjs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compile, type Named, type Values } from "../../lib/engine";
import { rewrites } from "../../lib/engine/onnx/fuse";
import type { Model } from "../../lib/engine/onnx/ir/graph";
import { writeModel } from "../../lib/engine/onnx/ir/writer";
import type { Rewrite } from "../../lib/engine/onnx/lower/operation";
import { loadOrt, openSession } from "../../lib/engine/onnx/run/session";
import { names, trace } from "../../lib/engine/onnx/trace/tracer";
import type { AnyProgram } from "../../lib/engine/program";
import { loadTfjs } from "../../lib/engine/tfjs";
import { childKey } from "../../lib/engine/tree";
import { gelu } from "../../lib/networks/layers/gelu";
import { type Case, expectClose, floats, programOf } from "./same";

const conv = (x: tf.Tensor, filter: tf.Tensor, stride = 1) =>
  tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, stride, "same");
const silu = (x: tf.Tensor) => tf.mul(x, tf.sigmoid(x));
const layerNorm = (x: tf.Tensor) => {
  const centred = tf.sub(x, tf.mean(x, -1, true));
  return tf.mul(centred, tf.rsqrt(tf.add(tf.mean(tf.square(centred), -1, true), 1e-3)));
};
function groupNorm(x: tf.Tensor, groups: number): tf.Tensor {
  const [n, h, w, c] = x.shape;
  const grouped = tf.reshape(x, [n, h * w, groups, c / groups]);
  const { mean, variance } = tf.moments(grouped, [1, 3], true);
  return tf.reshape(tf.mul(tf.sub(grouped, mean), tf.rsqrt(tf.add(variance, 1e-3))), x.shape);
}

/** For each rewrite at least one program that it is meant for. */
const cases: readonly Case[] = [
  {
    name: "arithmetic with constants",
    inputs: [floats([3, 4], 1)],
    f: (x) => tf.add(tf.mul(tf.div(tf.sub(x, 0), 1), tf.ones([2, 3, 4])), tf.mul(2, tf.add(1, 3))),
  },
  { name: "log of a sigmoid", inputs: [floats([3, 4], 1)], f: (x) => tf.log(tf.sigmoid(x)) },
  { name: "SiLU", inputs: [floats([3, 4], 1)], f: silu },
  { name: "GELU", inputs: [floats([3, 4], 1)], f: gelu },
  {
    name: "GELU with a fixed bias",
    inputs: [floats([3, 4], 1)],
    f: (x) => gelu(tf.add(x, tf.tensor1d([1, -1, 0.5, 2]))),
  },
  { name: "layer norm", inputs: [floats([2, 3, 8], 1)], f: layerNorm },
  {
    name: "square of a scaled tensor",
    inputs: [floats([5, 7], 1), floats([], 2)],
    f: (x, s) => tf.square(tf.mul(x, s)),
  },
  {
    name: "scale and small factor",
    inputs: [floats([5, 7], 1), floats([], 2), floats([7], 3)],
    f: (x, s, v) => tf.mul(v, tf.mul(x, s)),
  },
  {
    name: "convolution with bias",
    inputs: [floats([2, 5, 5, 3], 1), floats([3, 3, 3, 4], 2), floats([4], 3)],
    f: (x, filter, bias) => tf.add(conv(x, filter), bias),
  },
  {
    name: "dense layer on pixels",
    inputs: [floats([2, 5, 5, 3], 1), floats([3, 3, 3, 4], 2), floats([4, 6], 3), floats([6], 4)],
    f: (x, filter, w, b) => {
      const rows = tf.reshape(conv(x, filter), [-1, 4]) as tf.Tensor2D;
      const dense = silu(tf.add(tf.matMul(rows, w as tf.Tensor2D), b));
      return [tf.sum(tf.tanh(dense), 0), tf.sum(dense, 0, true), tf.reshape(dense, [2, 5, 5, 6])];
    },
  },
  {
    name: "two reshapes that move numbers, of which neither can be put off for the other",
    inputs: [floats([6, 4, 5], 1), floats([3, 8, 5], 2)],
    f: (x, y) => tf.mul(tf.reshape(tf.transpose(x, [1, 0, 2]), [8, 3, 5]), tf.transpose(y, [1, 0, 2])),
  },
  {
    name: "linear attention's softmax",
    inputs: [floats([2, 5, 5, 4], 1), floats([3, 3, 4, 4], 2), floats([4, 3 * 16], 3)],
    f: (x, filter, q) => {
      const rows = tf.matMul(tf.reshape(conv(x, filter), [-1, 4]) as tf.Tensor2D, q as tf.Tensor2D);
      return tf.softmax(tf.reshape(rows, [2, 25, 3, 16]));
    },
  },
  { name: "sum of rows", inputs: [floats([9, 17], 1)], f: (x) => tf.sum(tf.sin(x), 0) },
  {
    name: "sum of many rows",
    inputs: [floats([8192, 16], 1, -0.1, 0.1)],
    f: (x) => tf.sum(x, 0),
    tolerance: 1e-4,
  },
  {
    name: "sums of products",
    inputs: [floats([6, 800], 1), floats([6, 800], 2)],
    f: (x, y) => [tf.sum(tf.mul(x, y), 1), tf.mean(tf.square(x), 1)],
    tolerance: 1e-4,
  },
  {
    name: "a block of a U-Net",
    inputs: [
      floats([2, 6, 6, 4], 1),
      floats([3, 3, 4, 4], 2),
      floats([4, 12], 3, -0.5, 0.5),
      floats([4, 4, 4, 4], 4, -0.5, 0.5),
    ],
    f: (x, filter, qkv, down) => {
      const h = silu(groupNorm(conv(x, filter), 2));
      const rows = tf.reshape(groupNorm(h, 1), [-1, 4]) as tf.Tensor2D;
      const parts = tf.reshape(tf.matMul(rows, qkv as tf.Tensor2D), [2, 36, 3, 2, 2]);
      const [q, k, v] = tf.unstack(tf.transpose(parts, [2, 0, 3, 1, 4]));
      const mixed = tf.matMul(tf.softmax(tf.matMul(q, k, false, true)), v);
      return conv(tf.add(h, tf.reshape(tf.transpose(mixed, [0, 2, 1, 3]), h.shape)), down, 2);
    },
    tolerance: 1e-4,
  },
];

const { inputs, program } = programOf(cases);

async function modelWith(list: readonly Rewrite[], channelBlock = 0): Promise<Model> {
  const traced = program as unknown as AnyProgram;
  const given = { name: "rewrites", program: traced, state: {}, constants: {}, inputs, channelBlock };
  return trace(await loadTfjs(), { ...given, rewrites: list }).model;
}

/** What a model gives when it runs as it is, without onnxruntime's own rewrites. */
async function run(model: Model): Promise<Named<Values>> {
  const ort = await loadOrt();
  const session = await openSession(ort, "rewrites", writeModel("rewrites", model), { optimise: false });
  try {
    const feeds = Object.entries(inputs).map(([name, { shape, data }]) => [
      names.input(childKey("", name)),
      new ort.Tensor("float32", data as Float32Array, [...shape]),
    ]);
    const results = await session.run(Object.fromEntries(feeds));
    return Object.fromEntries(
      Object.entries(results).map(([name, { dims, data }]) => [
        name.slice(names.output(childKey("", "")).length),
        { shape: [...dims], data: data as Float32Array },
      ]),
    );
  } finally {
    await session.release();
  }
}

const without = (rewrite: Rewrite) => rewrites.filter((other) => other !== rewrite);
const text = (model: Model) =>
  model.nodes.map(({ op, outputs }) => `${op} ${outputs.map(({ shape }) => shape.join())}`).join("\n");

describe("rewrites", () => {
  let wanted: Named<Values>;
  const eager = compile({ name: "rewrites", engine: "cpu", program });
  beforeAll(async () => {
    wanted = await eager.run(inputs);
  });
  afterAll(() => eager.dispose());

  test("all together leave every number what it is", async () => {
    expectClose(cases, await run(await modelWith(rewrites)), wanted);
  });

  test("can be left out altogether", async () => {
    const plain = await modelWith([]);
    expectClose(cases, await run(plain), wanted);
    expect(plain.nodes.length).toBeGreaterThan((await modelWith(rewrites)).nodes.length);
  });

  test("have names of their own", () => {
    expect(new Set(rewrites.map(({ name }) => name)).size).toBe(rewrites.length);
  });

  test.each(rewrites)("$name, switched off, changes the model and no number", async (rewrite) => {
    const model = await modelWith(without(rewrite));
    expect(text(model)).not.toBe(text(await modelWith(rewrites)));
    expectClose(cases, await run(model), wanted);
  });

  test.each(rewrites)("$name alone changes no number", async (rewrite) => {
    expectClose(cases, await run(await modelWith([rewrite])), wanted);
  });

  test("remember nothing from one trace to the next", async () => {
    expect(text(await modelWith(rewrites))).toBe(text(await modelWith(rewrites)));
  });
});
