import * as tf from "@tensorflow/tfjs";
import fc from "fast-check";
import { describe, test } from "vitest";
import type { Values } from "../../lib/engine";
import { gelu } from "../../lib/networks/layers/gelu";
import { axisLength, type Case, floats, pairOfShapes, property, seed, shapeOf, whole } from "./same";

type Unary = (x: tf.Tensor) => tf.Tensor;
type Binary = (a: tf.Tensor, b: tf.Tensor) => tf.Tensor;

const unary = (name: string, f: Unary, low = -2, high = 2, gradient = true) =>
  fc.record({ shape: shapeOf(0, 4), seed }).map(
    ({ shape, seed }): Case => ({
      name,
      inputs: [floats(shape, seed, low, high)],
      f,
      gradient,
    }),
  );

const binary = (name: string, f: Binary, [low, high] = [-2, 2], gradient = true) =>
  fc.record({ shapes: pairOfShapes, seed }).map(
    ({ shapes: [a, b], seed }): Case => ({
      name,
      inputs: [floats(a, seed, low, high), floats(b, seed + 1, low, high)],
      f,
      gradient,
    }),
  );

/** int32 operands. */
const wholes = (name: string, f: Binary, low = 1) =>
  fc.record({ shapes: pairOfShapes, seed }).map(({ shapes: [a, b], seed }): Case => {
    const shifted = ({ shape, data }: Values): Values => ({
      shape,
      data: Int32Array.from(data, (x) => x + low),
    });
    return { name, inputs: [shifted(whole(a, seed, 6)), shifted(whole(b, seed + 1, 6))], f, gradient: false };
  });

/** A shape and some of its axes. */
const reduction = (
  name: string,
  f: (x: tf.Tensor, axes: number[], keep: boolean) => tf.Tensor,
  gradient = true,
) =>
  fc
    .record({
      shape: shapeOf(1, 4),
      pick: fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
      fromEnd: fc.boolean(),
      keep: fc.boolean(),
      seed,
    })
    .map(({ shape, pick, fromEnd, keep, seed }): Case => {
      const rank = shape.length;
      const axes = shape.map((_, axis) => axis).filter((axis) => pick[axis]);
      const chosen = axes.length === 0 ? [0] : axes;
      return {
        name,
        inputs: [floats(shape, seed)],
        f: (x) =>
          f(x, fromEnd && !name.startsWith("cumsum") ? chosen.map((axis) => axis - rank) : chosen, keep),
        gradient,
      };
    });

const bool = (x: tf.Tensor) => tf.greater(x, 0);

describe("elementwise operators", () => {
  test("of one tensor", () =>
    property(
      [
        unary("abs", tf.abs),
        unary("acos", tf.acos, -0.9, 0.9),
        unary("acosh", tf.acosh, 1.2, 3),
        unary("asin", tf.asin, -0.9, 0.9),
        unary("asinh", tf.asinh),
        unary("atan", tf.atan),
        unary("atanh", tf.atanh, -0.9, 0.9),
        unary("ceil", tf.ceil),
        unary("clipByValue", (x) => tf.clipByValue(x, -0.5, 1)),
        unary("cos", tf.cos),
        unary("cosh", tf.cosh),
        unary("elu", tf.elu),
        unary("erf", tf.erf),
        unary("exp", tf.exp),
        unary("expm1", tf.expm1),
        unary("floor", tf.floor),
        unary("gelu", (x) => tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.div(x, Math.SQRT2)), 1))),
        unary("gelu with tanh", gelu),
        reduction("gelu with a fixed bias", (x) => {
          const bias = Float32Array.from({ length: x.shape.at(-1) as number }, (_, i) => Math.sin(i));
          return gelu(tf.add(x, tf.tensor1d(bias)));
        }),
        unary("leakyRelu", (x) => tf.leakyRelu(x, 0.3)),
        unary("log", tf.log, 0.1, 3),
        unary("log1p", tf.log1p, -0.5, 3),
        unary("neg", tf.neg),
        unary("reciprocal", tf.reciprocal, 0.3, 2),
        unary("relu", tf.relu),
        unary("relu6", tf.relu6, -2, 9),
        unary("round", tf.round),
        unary("rsqrt", tf.rsqrt, 0.2, 3),
        unary("selu", tf.selu),
        unary("sigmoid", tf.sigmoid),
        unary("sign", tf.sign),
        unary("silu", (x) => tf.mul(x, tf.sigmoid(x))),
        unary("silu the other way round", (x) => tf.mul(tf.sigmoid(x), x)),
        unary("sin", tf.sin),
        unary("sinh", tf.sinh),
        unary("softplus", tf.softplus),
        unary("sqrt", tf.sqrt, 0.2, 3),
        unary("square", tf.square),
        unary("step", (x) => tf.step(x, 0.2)),
        unary("tan", tf.tan, -1, 1),
        unary("tanh", tf.tanh),
        unary("isFinite", (x) => tf.isFinite(tf.log(x)), -2, 2, false),
        unary("isInf", (x) => tf.isInf(tf.div(x, tf.floor(x))), -2, 2, false),
        unary("isNaN", (x) => tf.isNaN(tf.log(x)), -2, 2, false),
        unary("cast to int32", (x) => tf.cast(x, "int32"), -3, 3, false),
        unary("cast to bool and back", (x) => tf.cast(tf.cast(tf.floor(x), "bool"), "float32"), -2, 2, false),
        unary("onesLike", tf.onesLike),
        unary("zerosLike", tf.zerosLike),
        unary("arithmetic with constants", (x) =>
          tf.add(tf.mul(tf.div(tf.sub(x, 0), 1), tf.mul(tf.ones(x.shape), 1)), tf.zeros(x.shape)),
        ),
        unary("a constant alone", (x) => tf.add(tf.mul(x, 0), tf.sub(tf.scalar(3), tf.div(1, 4)))),
      ],
      8,
    ));

  test("of two tensors, broadcasting", () =>
    property(
      [
        binary("add", tf.add),
        binary("addN", (a, b) => tf.addN([a, tf.mul(a, 2), tf.mul(tf.sum(b), tf.onesLike(a))])),
        binary("sub", tf.sub),
        binary("mul", tf.mul),
        binary("div", (a, b) => tf.div(a, tf.add(b, 3))),
        binary("divNoNan", (a, b) => tf.divNoNan(a, tf.relu(b)), [-2, 2], false),
        binary("floorDiv", tf.floorDiv, [0.3, 4], false),
        binary("maximum", tf.maximum, [-2, 2], false),
        binary("minimum", tf.minimum, [-2, 2], false),
        unary("gradient of maximum and minimum", (x) => tf.maximum(tf.minimum(x, tf.sin(x)), tf.mul(x, 0.7))),
        binary("mod", tf.mod, [0.4, 3]),
        binary("mod of negatives", (a, b) => tf.mod(a, tf.add(tf.round(b), 0.3)), [-3, 3], false),
        binary("pow", tf.pow, [0.3, 2]),
        binary("pow 2", (a, b) => tf.add(tf.pow(a, 2), b)),
        binary("pow 3", (a, b) => tf.add(tf.pow(a, 3), b)),
        binary("prelu", (a, b) => tf.prelu(a, tf.mul(tf.onesLike(a), tf.mean(b)))),
        binary("squaredDifference", tf.squaredDifference, [-2, 2], false),
        unary("gradient of squaredDifference", (x) => tf.squaredDifference(x, tf.sin(x))),
        binary("equal", (a, b) => tf.equal(tf.round(a), tf.round(b)), [-2, 2], false),
        binary("notEqual", (a, b) => tf.notEqual(tf.round(a), tf.round(b)), [-2, 2], false),
        binary("greater", tf.greater, [-2, 2], false),
        binary("greaterEqual", tf.greaterEqual, [-2, 2], false),
        binary("less", tf.less, [-2, 2], false),
        binary("lessEqual", tf.lessEqual, [-2, 2], false),
        binary("logicalAnd", (a, b) => tf.logicalAnd(bool(a), bool(b)), [-2, 2], false),
        binary("logicalOr", (a, b) => tf.logicalOr(bool(a), bool(b)), [-2, 2], false),
        binary("logicalXor", (a, b) => tf.logicalXor(bool(a), bool(b)), [-2, 2], false),
        binary("logicalNot", (a, b) => tf.logicalAnd(tf.logicalNot(bool(a)), bool(b)), [-2, 2], false),
        binary("where", (a, b) => tf.where(tf.greater(a, b), a, b), [-2, 2], false),
        binary("where with a constant", (a, b) => tf.where(tf.less(a, b), tf.add(a, b), 0.5), [-2, 2], false),
        wholes("add of int32", tf.add),
        wholes("sub of int32", tf.sub),
        wholes("mul of int32", tf.mul),
        wholes("div of int32", tf.div),
        wholes("floorDiv of int32", (a, b) => tf.floorDiv(tf.sub(a, 4), b)),
        wholes("mod of int32", tf.mod),
        wholes("maximum of int32", tf.maximum),
        wholes("minimum of int32", tf.minimum),
        wholes("comparison of int32", tf.greaterEqual),
        wholes("int32 with float32", (a, b) => tf.mul(a, tf.sqrt(tf.cast(b, "float32")))),
      ],
      10,
    ));
});

describe("reductions", () => {
  test("over any axes", () =>
    property(
      [
        reduction("sum", tf.sum),
        reduction("mean", tf.mean),
        reduction("max", tf.max),
        reduction("min", tf.min),
        reduction("prod", tf.prod, false),
        reduction("logSumExp", tf.logSumExp),
        reduction("norm", (x, axes, keep) => tf.sqrt(tf.sum(tf.square(x), axes, keep))),
        reduction("moments", (x, axes, keep) => tf.moments(x, axes, keep).variance),
        reduction("all", (x, axes, keep) => tf.all(bool(x), axes, keep), false),
        reduction("any", (x, axes, keep) => tf.any(bool(x), axes, keep), false),
        reduction(
          "sum of int32",
          (x, axes, keep) => tf.sum(tf.cast(tf.mul(x, 3), "int32"), axes, keep),
          false,
        ),
        reduction("argMax", (x, [axis]) => tf.argMax(x, axis), false),
        reduction("argMin", (x, [axis]) => tf.argMin(x, axis), false),
        reduction("cumsum", (x, [axis], exclusive) => tf.cumsum(x, axis, exclusive, false), false),
        reduction(
          "cumsum from the end",
          (x, [axis], exclusive) => tf.cumsum(x, axis, exclusive, true),
          false,
        ),
        reduction("gradient of cumsum", (x, _, exclusive) => tf.cumsum(x, x.rank - 1, exclusive)),
        reduction("softmax", (x) => tf.softmax(x)),
        reduction("logSoftmax", (x) => tf.logSoftmax(x)),
        reduction("softmax after a transpose", (x) => tf.softmax(tf.transpose(x))),
        reduction("sum of what was broadcast", (x, axes, keep) =>
          tf.sum(tf.add(tf.mean(x, 0, true), tf.zeros(x.shape)), axes, keep),
        ),
        reduction("max of what was broadcast", (x, axes, keep) =>
          tf.max(tf.mul(tf.mean(x, 0, true), tf.ones(x.shape)), axes, keep),
        ),
        reduction(
          "prod of what was broadcast",
          (x, axes, keep) => tf.prod(tf.mul(tf.mean(x, 0, true), tf.ones(x.shape)), axes, keep),
          false,
        ),
        reduction("normalised over the last axis", (x) => {
          const centred = tf.sub(x, tf.mean(x, -1, true));
          return tf.mul(centred, tf.rsqrt(tf.add(tf.mean(tf.square(centred), -1, true), 0.5)));
        }),
        reduction("softmax of a constant", (x) => tf.add(x, tf.softmax(tf.ones(x.shape)))),
        reduction("argMax of a constant", (x, [axis]) => tf.argMax(tf.ones(x.shape), axis), false),
        reduction("cumsum of a constant", (x, [axis]) => tf.cumsum(tf.ones(x.shape), axis), false),
      ],
      12,
    ));

  test("of products over long rows", () =>
    property(
      [
        fc.record({ n: fc.integer({ min: 1, max: 4 }), w: fc.integer({ min: 20, max: 40 }), seed }).map(
          ({ n, w, seed }): Case => ({
            name: `${n} rows of ${w} × 30`,
            inputs: [floats([n, w, 30], seed), floats([n, w, 30], seed + 1)],
            f: (a, b) =>
              tf.concat(
                [tf.mean(tf.mul(a, b), [1, 2]), tf.mean(tf.square(a), [1, 2])].map((t) => tf.mul(t, 3)),
              ),
          }),
        ),
      ],
      12,
    ));

  test("over many rows, in blocks", () =>
    property(
      [
        fc.constantFrom(4099, 8192, 12_288, 20_001).map(
          (rows): Case => ({
            name: `sum of ${rows} rows`,
            inputs: [floats([rows, 4, 5], 1, 0, 1)],
            f: (x) => tf.div(tf.sum(x, 0), rows),
            gradient: false,
          }),
        ),
      ],
      8,
    ));
});

describe("shapes", () => {
  const any = (
    name: string,
    f: (x: tf.Tensor, pick: number, other: number) => tf.Tensor | tf.Tensor[],
    least = 1,
    most = 4,
    gradient = true,
  ) =>
    fc.record({ shape: shapeOf(least, most), pick: fc.nat(1000), other: fc.nat(1000), seed }).map(
      ({ shape, pick, other, seed }): Case => ({
        name,
        inputs: [floats(shape, seed)],
        f: (x) => f(x, pick, other),
        gradient,
      }),
    );
  const rotate = (rank: number, by: number) => Array.from({ length: rank }, (_, axis) => (axis + by) % rank);
  // tfjs's own gradients of resizing on cpu are wrong for more than one image and for images that aren't
  // square.
  const images = (name: string, f: (x: tf.Tensor4D, pick: number) => tf.Tensor | tf.Tensor[]) =>
    fc.record({ n: axisLength, h: axisLength, w: axisLength, c: axisLength, pick: fc.nat(1000), seed }).map(
      ({ n, h, w, c, pick, seed }): Case => ({
        name,
        inputs: [floats(name.startsWith("resize") ? [1, 2 * h, 2 * h, c] : [n, 2 * h, 2 * w, 2 * c], seed)],
        f: (x) => f(x as tf.Tensor4D, pick),
      }),
    );

  test("are changed as in tfjs", () =>
    property(
      [
        any("reshape", (x) => tf.reshape(x, [-1, x.shape[x.rank - 1]])),
        any("flatten", (x) => tf.reshape(x, [-1])),
        any("expandDims", (x, pick) => tf.expandDims(x, pick % (x.rank + 1))),
        any("squeeze", (x) => tf.squeeze(tf.expandDims(x, 0))),
        any("transpose", (x, pick) => tf.transpose(x, rotate(x.rank, pick))),
        any("transpose then reshape", (x, pick) =>
          tf.reshape(tf.transpose(x, rotate(x.rank, pick)), [-1, x.shape[0]]),
        ),
        any("transpose, reshape and back", (x, pick) =>
          tf.transpose(
            tf.reshape(tf.transpose(tf.exp(x), rotate(x.rank, pick)), [-1, 1, x.shape[0]]),
            [2, 0, 1],
          ),
        ),
        any("two transposes meet", (x, pick) =>
          tf.add(
            tf.transpose(x, rotate(x.rank, pick)),
            tf.mul(tf.transpose(tf.exp(x), rotate(x.rank, pick)), 2),
          ),
        ),
        any("sum after a transpose", (x, pick) => tf.sum(tf.transpose(x, rotate(x.rank, pick)), 0)),
        any(
          "broadcastTo",
          (x, pick) => tf.broadcastTo(tf.expandDims(x, 0), [1 + (pick % 3), ...x.shape]),
          1,
          3,
        ),
        any("tile", (x, pick, other) =>
          tf.tile(
            x,
            x.shape.map((_, axis) => 1 + ((pick + axis * other) % 3)),
          ),
        ),
        any("concat", (x, pick) => tf.concat([x, tf.mul(x, 2), tf.ones(x.shape)], pick % x.rank)),
        any("concat of what was broadcast", (x, pick) => {
          const repeated = tf.broadcastTo(tf.mean(x, 0, true), x.shape);
          return tf.concat([repeated, tf.mul(repeated, 3)], pick % x.rank);
        }),
        any("stack", (x, pick) => tf.stack([x, tf.exp(x)], pick % (x.rank + 1))),
        any("unstack", (x, pick) => tf.unstack(tf.concat([x, tf.exp(x)], pick % x.rank), pick % x.rank)),
        any("split", (x, pick) => tf.split(tf.concat([x, x, x], pick % x.rank), 3, pick % x.rank)),
        any("split into unequal parts", (x, pick) => {
          const axis = pick % x.rank;
          return tf.split(tf.concat([x, x, x], axis), [x.shape[axis] + 1, 2 * x.shape[axis] - 1], axis);
        }),
        any("split of a transpose", (x) => tf.split(tf.transpose(tf.concat([x, x], 0)), 2, x.rank - 1)),
        any("slice", (x, pick) =>
          tf.slice(
            x,
            x.shape.map((length, axis) => (pick + axis) % length),
            x.shape.map((length, axis) => 1 + ((pick >> 3) % (length - ((pick + axis) % length)))),
          ),
        ),
        any("slice to the end", (x, pick) => tf.slice(x, pick % x.shape[0])),
        any(
          "stridedSlice",
          (x, pick) =>
            tf.stridedSlice(
              x,
              x.shape.map(() => 0),
              x.shape,
              x.shape.map((_, axis) => 1 + ((pick + axis) % 3)),
            ),
          1,
          4,
          false,
        ),
        any("stridedSlice backwards", (x) => tf.stridedSlice(x, [-1], [0], [-1], 0, 1), 1, 3, false),
        any("reverse", (x, pick) => tf.reverse(x, pick % x.rank)),
        any("pad", (x, pick, other) =>
          tf.pad(
            x,
            x.shape.map((_, axis): [number, number] => [(pick + axis) % 3, (other >> axis) % 3]),
            0.5,
          ),
        ),
        any("pad of a constant", (x) =>
          tf.mul(
            tf.sum(x),
            tf.pad(
              tf.ones(x.shape),
              x.shape.map((): [number, number] => [1, 2]),
            ),
          ),
        ),
        any(
          "mirrorPad",
          (x) =>
            tf.mirrorPad(
              x,
              x.shape.map((n): [number, number] => [n > 1 ? 1 : 0, n - 1]),
              "reflect",
            ),
          1,
          4,
          false,
        ),
        any(
          "symmetric mirrorPad",
          (x) =>
            tf.mirrorPad(
              x,
              x.shape.map((n): [number, number] => [1, n]),
              "symmetric",
            ),
          1,
          4,
          false,
        ),
        any("fill, range and linspace", (x, pick) =>
          tf.addN([
            tf.mul(tf.sum(x), tf.fill([3, 2], 4)),
            tf.mul(tf.mean(x), tf.reshape(tf.range(0, 6, 1), [3, 2])),
            tf.reshape(tf.linspace(0, pick, 6), [3, 2]),
          ]),
        ),
        images("depthToSpace", (x) =>
          tf.depthToSpace(
            tf
              .reshape(tf.transpose(x, [0, 1, 3, 2]), [
                x.shape[0],
                x.shape[1] / 2,
                x.shape[3],
                x.shape[2] * 2,
              ])
              .slice([0, 0, 0, 0], [-1, -1, -1, 4]) as tf.Tensor4D,
            2,
          ),
        ),
        images("resizeNearestNeighbor", (x) =>
          tf.image.resizeNearestNeighbor(x, [2 * x.shape[1], 2 * x.shape[2]]),
        ),
        images("resizeNearestNeighbor to any size", (x, pick) =>
          tf.image.resizeNearestNeighbor(x, [1 + (pick % 7), 1 + ((pick >> 3) % 9)]),
        ),
        images("resizeBilinear", (x, pick) =>
          tf.image.resizeBilinear(x, [1 + (pick % 7), 1 + ((pick >> 3) % 9)]),
        ),
        images("resizeBilinear, corners aligned", (x, pick) =>
          tf.image.resizeBilinear(x, [2 + (pick % 7), 2 + ((pick >> 3) % 9)], true),
        ),
        images("nearest upsampling by tiles", (x) => {
          const [n, h, w, c] = x.shape;
          const wide = tf.tile(tf.reshape(x, [n * h, 1, w, c]), [1, 2, 1, 1]);
          const both = tf.tile(tf.reshape(wide, [n * h * 2 * w, 1, c]), [1, 2, 1]);
          return tf.reshape(both, [n, 2 * h, 2 * w, c]);
        }),
        images("nearest upsampling by broadcasting", (x) => {
          const [n, h, w, c] = x.shape;
          const spread = tf.add(tf.reshape(x, [n * h, 1, w, 1, c]), tf.zeros([1, 2, 1, 2, 1]));
          return tf.reshape(spread, [n, 2 * h, 2 * w, c]);
        }),
      ].map((arbitrary) =>
        arbitrary.map((one) => (one.name === "depthToSpace" ? { ...one, gradient: false } : one)),
      ),
      8,
    ));
});

describe("products", () => {
  const matrices = fc.record({
    batch: fc.array(axisLength, { minLength: 0, maxLength: 2 }),
    m: axisLength,
    k: axisLength,
    n: axisLength,
    transA: fc.boolean(),
    transB: fc.boolean(),
    seed,
  });
  const product = (
    name: string,
    f: (a: tf.Tensor, b: tf.Tensor, transA: boolean, transB: boolean) => tf.Tensor,
  ) =>
    matrices.map(
      ({ batch, m, k, n, transA, transB, seed }): Case => ({
        name,
        inputs: [
          floats([...batch, ...(transA ? [k, m] : [m, k])], seed),
          floats([...batch, ...(transB ? [n, k] : [k, n])], seed + 1),
        ],
        f: (a, b) => f(a, b, transA, transB),
      }),
    );
  const last = (x: tf.Tensor) => {
    const axes = x.shape.map((_, axis) => axis);
    return tf.transpose(x, [...axes.slice(0, -2), x.rank - 1, x.rank - 2]);
  };

  test("of matrices, transposed, in batches", () =>
    property(
      [
        product("matMul", tf.matMul),
        product("matMul of transposes", (a, b, ta, tb) => tf.matMul(last(a), last(b), !ta, !tb)),
        product("transpose of a matMul", (a, b, ta, tb) =>
          tf.exp(last(tf.mul(tf.matMul(a, b, ta, tb), 0.1))),
        ),
        product("matMul of what was broadcast", (a, b, ta, tb) =>
          tf.matMul(tf.broadcastTo(tf.mean(a, a.rank - 1, true), a.shape), b, ta, tb),
        ),
        product("attention", (a, b, ta, tb) => {
          const scores = tf.softmax(tf.matMul(a, b, ta, tb));
          return tf.matMul(scores, scores, true, false);
        }),
        matrices.map(
          ({ m, k, n, seed }): Case => ({
            name: "dot",
            inputs: [floats([m, k], seed), floats([k, n], seed + 1)],
            f: (a, b) => tf.dot(a, b),
          }),
        ),
        matrices.map(
          ({ m, k, n, seed }): Case => ({
            name: "einsum",
            inputs: [floats([m, k], seed), floats([k, n], seed + 1), floats([m, n], seed + 2)],
            f: (a, b) => [tf.einsum("ij,jk->ik", a, b), tf.einsum("ij,ij->i", a, a), tf.einsum("ij->ji", a)],
            gradient: false,
          }),
        ),
        matrices.map(
          ({ batch, m, k, n, seed }): Case => ({
            name: "attention heads",
            inputs: [floats([m, k, 2, n], seed), floats([m, k, 2, n], seed + 1)],
            f: (a, b) => {
              const [q, v] = [a, b].map((x) => tf.transpose(x, [0, 2, 1, 3]));
              const mixed = tf.matMul(tf.softmax(tf.matMul(q, v, false, true)), v);
              return tf.add(tf.reshape(tf.transpose(mixed, [0, 2, 1, 3]), [m, k, 2 * n]), batch.length);
            },
          }),
        ),
        matrices.map(
          ({ m, k, n, seed }): Case => ({
            name: "fused matMul",
            inputs: [floats([m, k], seed), floats([k, n], seed + 1), floats([n], seed + 2)],
            f: (a, b, bias) =>
              tf.fused.matMul({ a: a as tf.Tensor2D, b: b as tf.Tensor2D, bias, activation: "relu" }),
          }),
        ),
      ],
      15,
    ));
});

describe("convolutions", () => {
  const convolution = fc.record({
    n: fc.integer({ min: 1, max: 3 }),
    h: fc.integer({ min: 3, max: 8 }),
    w: fc.integer({ min: 3, max: 8 }),
    from: fc.integer({ min: 1, max: 4 }),
    to: fc.integer({ min: 1, max: 4 }),
    size: fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 })),
    stride: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
    pad: fc.constantFrom<"same" | "valid">("same", "valid"),
    seed,
  });
  type Drawn = typeof convolution extends fc.Arbitrary<infer T> ? T : never;
  const fits = ({ h, w, size, pad }: Drawn) => pad === "same" || (size[0] <= h && size[1] <= w);
  const conv = (name: string, make: (d: Drawn) => Omit<Case, "name">) =>
    convolution.filter(fits).map((d): Case => ({ name, ...make(d) }));
  const image = ({ n, h, w, from, seed }: Drawn) => floats([n, h, w, from], seed);
  const filter = ({ size, from, to, seed }: Drawn) => floats([...size, from, to], seed + 1, -1, 1);
  type X = tf.Tensor4D;

  test("and their gradients", () =>
    property(
      [
        conv("conv2d, stride 1", (d) => ({
          inputs: [image(d), filter(d)],
          f: (x, w) => tf.conv2d(x as X, w as X, 1, d.pad),
        })),
        conv("conv2d, 3 × 3, same", (d) => ({
          inputs: [image(d), floats([3, 3, d.from, d.to], d.seed)],
          f: (x, w) => tf.conv2d(x as X, w as X, 1, "same"),
        })),
        conv("conv2d, any stride", (d) => ({
          inputs: [image(d), filter(d)],
          f: (x, w) => tf.conv2d(x as X, w as X, d.stride, d.pad),
        })),
        conv("conv2d, explicit padding", (d) => ({
          inputs: [image(d), filter(d)],
          f: (x, w) =>
            tf.conv2d(
              x as X,
              w as X,
              d.stride,
              [
                [0, 0],
                [d.size[0] - 1, 1],
                [0, d.size[1]],
                [0, 0],
              ],
              "NHWC",
              1,
              "floor",
            ),
        })),
        conv("conv2d with a bias", (d) => ({
          inputs: [image(d), filter(d), floats([d.to], d.seed + 2)],
          f: (x, w, bias) => tf.add(tf.conv2d(x as X, w as X, d.stride, d.pad), bias),
        })),
        conv("conv2d, dilated", (d) => ({
          inputs: [image(d), floats([2, 2, d.from, d.to], d.seed)],
          f: (x, w) => tf.conv2d(x as X, w as X, 1, "same", "NHWC", 2),
          gradient: false,
        })),
        conv("conv2d of many channels", (d) => ({
          inputs: [floats([d.n, d.h, d.w, 16], d.seed), floats([3, 3, 16, 32], d.seed, -0.3, 0.3)],
          f: (x, w) => tf.conv2d(x as X, w as X, d.stride[0], d.pad),
          tolerance: 2e-4,
        })),
        conv("conv2d of many channels with a bias", (d) => ({
          inputs: [
            floats([d.n, d.h, d.w, 16], d.seed),
            floats([...d.size, 16, 16], d.seed, -0.3, 0.3),
            floats([16], d.seed + 2),
          ],
          f: (x, w, bias) => tf.add(tf.conv2d(x as X, w as X, d.stride, d.pad), bias),
          tolerance: 2e-4,
        })),
        conv("conv2d from many channels to fewer", (d) => ({
          inputs: [floats([d.n, d.h, d.w, 32], d.seed), floats([...d.size, 32, 16], d.seed, -0.3, 0.3)],
          f: (x, w) => tf.conv2d(x as X, w as X, 1, d.pad),
          tolerance: 2e-4,
        })),
        ...(
          [
            ["whole blocks of samples", () => [16, 16, 32]],
            ["several blocks of samples", () => [32, 32, 16]],
            ["samples and a half", () => [24, 16, 16]],
            ["whole blocks of samples, from few channels", (d) => [16, d.from, 16]],
            ["whole blocks of samples, to few channels", (d) => [16, 16, d.to]],
          ] as readonly (readonly [string, (d: Drawn) => readonly [n: number, from: number, to: number]])[]
        ).map(([name, sizes]) =>
          conv(`conv2d of ${name}`, (d) => {
            const [n, from, to] = sizes(d);
            return {
              inputs: [floats([n, d.h, d.w, from], d.seed), floats([...d.size, from, to], d.seed, -0.3, 0.3)],
              f: (x, w) => tf.conv2d(x as X, w as X, d.stride, d.pad),
              tolerance: 5e-4,
            };
          }),
        ),
        conv("softmax over features of convolved pixels", (d) => ({
          inputs: [image(d), floats([3, 3, d.from, d.to], d.seed), floats([d.to, 32], d.seed + 2)],
          f: (x, w, q) => {
            const pixels = tf.conv2d(x as X, w as X, 1, "same");
            const rows = tf.matMul(tf.reshape(pixels, [-1, d.to]), q);
            const weights = tf.softmax(tf.reshape(rows, [d.n, d.h * d.w, 2, 16]));
            return tf.matMul(tf.reshape(weights, [-1, 32]), q as tf.Tensor2D, false, true);
          },
          tolerance: 5e-4,
        })),
        conv("two conv2d in a row", (d) => ({
          inputs: [image(d), floats([3, 3, d.from, d.to], d.seed), floats([3, 3, d.to, d.from], d.seed)],
          f: (x, w, u) =>
            tf.add(tf.conv2d(tf.tanh(tf.conv2d(x as X, w as X, 1, "same")) as X, u as X, 1, "same"), x),
          tolerance: 5e-4,
        })),
        conv("conv2d of a tensor that repeats", (d) => ({
          inputs: [floats([d.n, 1, 1, d.from], d.seed), filter({ ...d, pad: "same" })],
          f: (x, w) => tf.conv2d(tf.broadcastTo(x, [d.n, d.h, d.w, d.from]) as X, w as X, 1, "same"),
        })),
        conv("conv2dTranspose", (d) => ({
          inputs: [floats([d.n, d.h, d.w, d.to], d.seed), floats([...d.size, d.from, d.to], d.seed)],
          f: (x, w) => {
            const shape: [number, number, number, number] = [
              d.n,
              d.h * d.stride[0],
              d.w * d.stride[1],
              d.from,
            ];
            return tf.conv2dTranspose(x as X, w as X, shape, d.stride, "same");
          },
        })),
        conv("depthwiseConv2d", (d) => ({
          inputs: [image(d), floats([...d.size, d.from, 2], d.seed)],
          f: (x, w) => tf.depthwiseConv2d(x as X, w as X, d.stride[0], d.pad),
        })),
        conv("fused conv2d", (d) => ({
          inputs: [image(d), filter(d), floats([d.to], d.seed + 2)],
          f: (x, w, bias) =>
            tf.fused.conv2d({ x: x as X, filter: w as X, strides: 1, pad: d.pad, bias, activation: "relu" }),
        })),
        conv("avgPool", (d) => ({
          inputs: [image(d)],
          f: (x) => tf.avgPool(x as X, d.size, d.stride, d.pad),
        })),
        conv("maxPool", (d) => ({
          inputs: [image(d)],
          f: (x) => tf.maxPool(x as X, d.size, d.stride, d.pad),
        })),
        conv("group norm and SiLU between convolutions", (d) => ({
          inputs: [
            image(d),
            floats([3, 3, d.from, 4], d.seed),
            floats([3, 3, 4, 2], d.seed + 1),
            floats([4], d.seed),
          ],
          f: (x, w, u, scale) => {
            const h = tf.conv2d(x as X, w as X, 1, "same");
            const grouped = tf.reshape(h, [d.n, d.h * d.w, 2, 2]);
            const { mean, variance } = tf.moments(grouped, [1, 3], true);
            const normed = tf.mul(tf.sub(grouped, mean), tf.rsqrt(tf.add(variance, 0.1)));
            const y = tf.mul(tf.reshape(normed, h.shape), scale);
            return tf.conv2d(tf.mul(y, tf.sigmoid(y)) as X, u as X, 2, "same");
          },
          tolerance: 2e-4,
        })),
      ],
      15,
    ));
});

describe("look-ups", () => {
  const table = fc.record({ rows: axisLength, width: axisLength, count: axisLength, seed });
  const look = (
    name: string,
    make: (d: { rows: number; width: number; count: number; seed: number }) => Omit<Case, "name">,
  ) => table.map((d): Case => ({ name, ...make(d) }));

  test("by index", () =>
    property(
      [
        look("gather", ({ rows, width, count, seed }) => ({
          inputs: [floats([rows, width], seed), whole([count], seed, rows)],
          f: (x, i) => tf.gather(x, i as tf.Tensor1D),
        })),
        look("gather along an inner axis", ({ rows, width, count, seed }) => ({
          inputs: [floats([2, rows, width], seed), whole([count], seed, rows)],
          f: (x, i) => tf.gather(x, i as tf.Tensor1D, 1),
        })),
        look("gather by a matrix", ({ rows, width, count, seed }) => ({
          inputs: [floats([rows, width], seed), whole([count, 2], seed, rows)],
          f: (x, i) => tf.gather(x, i as tf.Tensor2D),
        })),
        look("gather in batches", ({ rows, width, count, seed }) => ({
          inputs: [floats([3, rows, width], seed), whole([3, count], seed, rows)],
          f: (x, i) => tf.gather(x, i as tf.Tensor2D, 1, 1),
          gradient: false,
        })),
        look("gatherND", ({ rows, width, count, seed }) => ({
          inputs: [floats([rows, rows, width], seed), whole([count, 2], seed, rows)],
          f: (x, i) => tf.gatherND(x, i),
          gradient: false,
        })),
        look("scatterND", ({ rows, width, count, seed }) => ({
          inputs: [floats([count, width], seed), whole([count, 1], seed, rows)],
          f: (x, i) => tf.scatterND(i, x, [rows, width]),
          gradient: false,
        })),
        look("unsortedSegmentSum", ({ rows, width, count, seed }) => ({
          inputs: [floats([count, width], seed), whole([count], seed, rows)],
          f: (x, i) => tf.unsortedSegmentSum(x, i as tf.Tensor1D, rows),
        })),
        look("oneHot", ({ rows, count, seed }) => ({
          inputs: [whole([count], seed, rows + 1)],
          f: (i) => tf.oneHot(i as tf.Tensor1D, rows + 1, 2, -1),
          gradient: false,
        })),
        look("a product with oneHot", ({ rows, width, count, seed }) => ({
          inputs: [floats([rows + 1, width], seed), whole([count], seed, rows + 1)],
          f: (x, i) => tf.matMul(tf.cast(tf.oneHot(i as tf.Tensor1D, rows + 1), "float32"), x as tf.Tensor2D),
        })),
        look("where, with a gradient", ({ rows, width, count, seed }) => ({
          inputs: [
            floats([count, width], seed),
            floats([count, width], seed + 1),
            whole([count, width], seed, rows),
          ],
          f: (a, b, i) => tf.where(tf.greater(i, 1), tf.mul(a, b), b),
        })),
        look("where, by rows", ({ rows, width, count, seed }) => ({
          inputs: [
            floats([count, width], seed),
            floats([count, width], seed + 1),
            whole([count], seed, rows),
          ],
          f: (a, b, i) => tf.where(tf.expandDims(tf.greater(i, 1), 1), a, b),
        })),
        look("cross-entropy", ({ rows, count, seed }) => ({
          inputs: [floats([count, rows + 1], seed), whole([count], seed, rows + 1)],
          f: (x, i) => tf.losses.softmaxCrossEntropy(tf.oneHot(i as tf.Tensor1D, rows + 1), x),
        })),
      ],
      15,
    ));
});
