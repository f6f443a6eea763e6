import * as tf from "@tensorflow/tfjs";
import { describe, expect, test } from "vitest";
import type { Values } from "../../lib/engine";
import type { Model, Node } from "../../lib/engine/onnx/ir/graph";
import { writeModel } from "../../lib/engine/onnx/ir/writer";
import { trace } from "../../lib/engine/onnx/trace/tracer";
import type { AnyProgram } from "../../lib/engine/program";
import { loadTfjs } from "../../lib/engine/tfjs";
import { gelu } from "../../lib/networks/layers/gelu";
import { floats } from "./same";

type Tensors = Readonly<Record<string, tf.Tensor>>;

/** The model of a function of inputs of these shapes. */
async function modelOf(
  f: (inputs: Tensors, constants: Tensors) => tf.Tensor,
  shapes: Readonly<Record<string, readonly number[]>>,
  constants: Readonly<Record<string, Values>> = {},
): Promise<Model> {
  const program: AnyProgram = ({ inputs, constants }) => ({
    outputs: { y: f(inputs as Tensors, constants as Tensors) },
  });
  const inputs = Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, floats(shape, 1)]));
  const given = { name: "m", program, state: {}, constants, inputs, channelBlock: 0 };
  return trace(await loadTfjs(), given).model;
}

const ops = (model: Model) => model.nodes.map((node) => node.op).filter((op) => op !== "Identity");
const count = (model: Model, is: (node: Node) => boolean) => model.nodes.filter(is).length;
/** Transposes of batches of 4, rather than of filters. */
const moves = (model: Model) =>
  count(model, (node) => node.op === "Transpose" && node.inputs[0].shape[0] === 4);

describe("a traced model", () => {
  test("holds constants whose numbers are all equal as one number", async () => {
    const model = await modelOf(
      ({ x }) => tf.sum(tf.mul(tf.add(x, tf.ones([64, 100, 100])), tf.fill([64, 100, 100], 3))),
      { x: [64, 100, 100] },
    );
    expect(writeModel("m", model).length).toBeLessThan(1000);
  });

  test("holds other constants once, byte for byte", async () => {
    const w = floats([50, 50], 3);
    const model = await modelOf(
      ({ x }, { w }) => tf.add(tf.matMul(x, w), tf.matMul(tf.mul(x, 2), w)),
      { x: [2, 50] },
      { w },
    );
    const bytes = Buffer.from(writeModel("m", model));
    expect(bytes.length).toBeLessThan(4 * 2500 + 1000);
    expect(bytes.includes(Buffer.from(w.data.buffer))).toBe(true);
  });

  test("computes nothing twice and nothing in vain", async () => {
    const model = await modelOf(
      ({ x }) => {
        tf.exp(tf.matMul(x, x));
        return tf.add(tf.sin(x), tf.mul(tf.sin(x), tf.sub(tf.div(tf.sin(x), 1), 0)));
      },
      { x: [3, 3] },
    );
    expect(ops(model)).toEqual(["Sin", "Mul", "Add"]);
  });

  test("broadcasts without copies", async () => {
    const model = await modelOf(
      ({ x, y }) => tf.mul(tf.tile(tf.reshape(tf.broadcastTo(x, [8, 1, 5]), [8, 5, 1]), [1, 1, 7]), y),
      { x: [1, 5], y: [8, 5, 7] },
    );
    expect(ops(model).filter((op) => op !== "Reshape")).toEqual(["Mul"]);
  });

  test("sums what repeats by a factor", async () => {
    const model = await modelOf(({ x }) => tf.sum(tf.broadcastTo(x, [8, 5]), 0), { x: [1, 5] });
    expect(ops(model).filter((op) => op !== "Reshape")).toEqual(["Mul"]);
  });

  test("fuses x · sigmoid(x), and transposes into products", async () => {
    const model = await modelOf(
      ({ x }) => tf.matMul(tf.transpose(tf.mul(x, tf.sigmoid(x))), x, false, false),
      {
        x: [6, 5],
      },
    );
    expect(ops(model)).toEqual(["QuickGelu", "FusedMatMul"]);
  });

  test("computes GELU in one operator", async () => {
    expect(ops(await modelOf(({ x }) => gelu(x), { x: [6, 5] }))).toEqual(["FastGelu"]);
    const another = ({ x }: Tensors) => tf.mul(x, tf.sigmoid(tf.mul(x, tf.add(tf.mul(x, x), 1.6))));
    expect(ops(await modelOf(another, { x: [6, 5] }))).not.toContain("FastGelu");
  });

  test("computes GELU with a fixed bias in one operator", async () => {
    const biased = ({ x }: Tensors, { b }: Tensors) => gelu(tf.reshape(tf.add(x, b), [2, 3, 5]));
    expect(ops(await modelOf(biased, { x: [6, 5] }, { b: floats([5], 2) }))).toEqual(["FastGelu", "Reshape"]);
    const trained = ({ x, b }: Tensors) => gelu(tf.add(x, b));
    const free = ops(await modelOf(trained, { x: [6, 5], b: [5] }));
    expect(free.filter((op) => op !== "Reshape")).toEqual(["Add", "FastGelu"]);
  });

  test("normalises over the last axis in one operator, and over others by parts", async () => {
    const normalised = (axis: number) => (given: Tensors) => {
      const centred = tf.sub(given.x, tf.mean(given.x, axis, true));
      return tf.mul(centred, tf.rsqrt(tf.add(tf.mean(tf.square(centred), axis, true), 1e-6)));
    };
    expect(ops(await modelOf(normalised(2), { x: [2, 3, 5] }))).toEqual(["LayerNormalization"]);
    expect(ops(await modelOf(normalised(1), { x: [2, 3, 5] }))).not.toContain("LayerNormalization");
    const others = ({ x, y }: Tensors) => {
      const [a, b] = [x, y].map((value) => tf.sub(value, tf.mean(value, 1, true)));
      return tf.mul(b, tf.rsqrt(tf.add(tf.mean(tf.square(a), 1, true), 1e-6)));
    };
    expect(ops(await modelOf(others, { x: [4, 5], y: [4, 5] }))).toEqual(
      expect.arrayContaining(["Sub", "Mul", "LayerNormalization"]),
    );
  });

  test("sums products over long rows without them in between", async () => {
    const sum = ({ x, y }: Tensors) => tf.sum(tf.mul(x, y), [1, 2]);
    const used = async (pixels: number) =>
      ops(await modelOf(sum, { x: [6, 20, pixels], y: [6, 20, pixels] })).filter((op) => op !== "Reshape");
    expect(await used(40)).toEqual(["FusedMatMul"]);
    expect(await used(20)).toEqual(["Mul", "ReduceSum"]);
    const mean = ({ x }: Tensors) => tf.mean(tf.square(x), 1);
    expect(ops(await modelOf(mean, { x: [6, 800] })).filter((op) => op !== "Reshape")).toEqual([
      "FusedMatMul",
      "Mul",
    ]);
  });

  test("has a softmax over features where products put them, with pixels in another order", async () => {
    const queries =
      (width: number) =>
      ({ x, u, q }: Tensors) => {
        const pixels = tf.conv2d(x as tf.Tensor4D, u as tf.Tensor4D, 1, "same");
        const rows = tf.matMul(tf.reshape(pixels, [-1, 4]), q);
        return tf.softmax(tf.reshape(rows, [2, 25, 3, width]));
      };
    const used = async (width: number) =>
      ops(await modelOf(queries(width), { x: [2, 5, 5, 4], u: [3, 3, 4, 4], q: [4, 3 * width] }));
    expect(await used(16)).toContain("Softmax");
    expect(await used(5)).toEqual(expect.arrayContaining(["ReduceMax", "Exp", "Div"]));
  });

  test("repeats whole pixels in one operator", async () => {
    const resized = (size: [number, number]) => (given: Tensors) =>
      tf.image.resizeNearestNeighbor(given.x as tf.Tensor4D, size);
    const used = async (size: [number, number]) => ops(await modelOf(resized(size), { x: [2, 4, 3, 1] }));
    expect((await used([8, 6])).filter((op) => op !== "Reshape")).toEqual(["Resize"]);
    expect(await used([6, 6])).not.toContain("Resize");
  });
});

describe("images stay in the order of convolutions", () => {
  const x = [4, 8, 8, 16];
  const conv = (value: tf.Tensor, filter: tf.Tensor) =>
    tf.conv2d(value as tf.Tensor4D, filter as tf.Tensor4D, 1, "same");
  const filters = { u: [3, 3, 16, 16], w: [3, 3, 16, 16] };

  test("through norms, activations, dense layers and back through the gradient", async () => {
    const net = ({ x, u, w, d }: Tensors) => {
      const h = conv(x, u);
      const mean = tf.mean(h, [1, 2], true);
      const normed = tf.mul(
        tf.sub(h, mean),
        tf.rsqrt(tf.add(tf.mean(tf.square(tf.sub(h, mean)), [1, 2], true), 1)),
      );
      const rows = tf.reshape(tf.mul(normed, tf.sigmoid(normed)), [-1, 16]) as tf.Tensor2D;
      const dense = tf.add(tf.matMul(rows, d as tf.Tensor2D), tf.sum(d, 0));
      return conv(tf.concat([tf.reshape(dense, [4, 8, 8, 16]), h], 3), tf.concat([w, w], 2));
    };
    const shapes = { x, ...filters, d: [16, 16] };
    expect(moves(await modelOf(net, shapes))).toBe(2); // one in, one out
    const gradients = (inputs: Tensors) =>
      tf.concat(
        tf
          .grads((u: tf.Tensor, w: tf.Tensor, d: tf.Tensor) =>
            tf.sum(tf.square(net({ ...inputs, u, w, d }))),
          )([inputs.u, inputs.w, inputs.d])
          .map((gradient) => tf.reshape(gradient, [-1])),
      );
    const backward = await modelOf(gradients, shapes);
    expect(moves(backward)).toBe(1); // x alone
  });

  test("with biases that convolutions add themselves", async () => {
    const biased = ({ x, u, b }: Tensors) => tf.add(conv(x, u), b);
    const shapes = { x, u: filters.u, b: [16] };
    expect(ops(await modelOf(biased, shapes))).not.toContain("Add");
    const perPixel = ({ x, u, b }: Tensors) => tf.add(conv(x, u), tf.reshape(b, [1, 4, 4, 1]));
    expect(ops(await modelOf(perPixel, { x: [4, 4, 4, 16], u: filters.u, b: [16] }))).toContain("Add");
  });

  test("through attention over pixels", async () => {
    const net = ({ x, u, w, q }: Tensors) => {
      const [n, h, width, c] = x.shape;
      const rows = tf.matMul(tf.reshape(conv(x, u), [-1, c]) as tf.Tensor2D, q as tf.Tensor2D);
      const heads = tf.transpose(tf.reshape(rows, [n, h * width, 2, c / 2]), [0, 2, 1, 3]);
      const context = tf.matMul(tf.softmax(tf.transpose(heads, [0, 1, 3, 2])), heads);
      const mixed = tf.transpose(tf.matMul(heads, context), [0, 2, 1, 3]);
      return conv(tf.reshape(mixed, x.shape), w);
    };
    expect(moves(await modelOf(net, { x, ...filters, q: [16, 16] }))).toBe(2);
  });
});
