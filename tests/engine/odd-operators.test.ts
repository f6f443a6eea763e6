import * as tf from "@tensorflow/tfjs";
import { describe, expect, test } from "vitest";
import { compile, type Named, type Values } from "../../lib/engine";
import { type Case, expectSame, floats, whole } from "./same";

// Uses of operators that the random ones of operators.test.ts don't reach.

type X = tf.Tensor4D;

const of = (shape: readonly number[], ...data: number[]): Values => ({
  shape,
  data: Float32Array.from(data),
});
const ints = (...data: number[]): Values => ({ shape: [data.length], data: Int32Array.from(data) });

const same = (name: string, inputs: readonly Values[], f: Case["f"], gradient = true): Case => ({
  ...{ name, inputs, f, gradient },
});

/** The outputs of one program on ENGINE=onnx. */
async function run(f: Case["f"], ...inputs: readonly Values[]): Promise<Named<Values>> {
  const names = inputs.map((_, i) => `x${i}`);
  const compiled = compile({
    name: "odd",
    engine: "onnx",
    program: ({ inputs }) => {
      const result = f(...names.map((name) => inputs[name]));
      const list = Array.isArray(result) ? result : [result];
      return { outputs: Object.fromEntries(list.map((t, i) => [`y${i}`, t])) };
    },
  });
  try {
    return await compiled.run(Object.fromEntries(names.map((name, i) => [name, inputs[i]])));
  } finally {
    await compiled.dispose();
  }
}

describe("shapes", () => {
  test("a bias is added to a convolution that was repeated, and one with more axes than the image", () =>
    expectSame([
      same(
        "one image, repeated",
        [floats([1, 3, 3, 2], 1), floats([1, 1, 2, 4], 2), floats([4], 3)],
        (x, w, b) => tf.add(tf.broadcastTo(tf.conv2d(x as X, w as X, 1, "same"), [3, 3, 3, 4]), b),
      ),
      same(
        "one pixel, repeated",
        [floats([2, 1, 1, 2], 1), floats([1, 1, 2, 4], 2), floats([4], 3)],
        (x, w, b) => tf.add(tf.tile(tf.conv2d(x as X, w as X, 1, "same"), [1, 3, 3, 1]), b),
      ),
      same(
        "a bias of five axes",
        [floats([2, 3, 3, 2], 1), floats([1, 1, 2, 4], 2), floats([1, 1, 1, 1, 4], 3)],
        (x, w, b) => tf.add(tf.conv2d(x as X, w as X, 1, "same"), b),
        false,
      ),
    ]));

  test("a square takes the shape of its exponents", () =>
    expectSame([
      same("of rows", [floats([3], 1)], (x) => tf.pow(x, tf.fill([2, 3], 2)), false),
      same("of one number", [floats([1], 1)], (x) => tf.pow(x, tf.fill([2, 3], 2)), false),
    ]));

  test("ranges run down, reversals along all axes, look-ups along axes counted from the end", () =>
    expectSame([
      same("range", [floats([5], 1)], (x) => tf.mul(x, tf.range(5, 0))),
      same("range in steps", [floats([3], 1)], (x) => tf.mul(x, tf.range(5, 0, -2))),
      same("range of nothing", [floats([1], 1)], (x) => tf.mul(x, tf.range(5, 0, 2)), false),
      same("reverse", [floats([3, 4], 1)], (x) => tf.reverse(x)),
      same("gather", [floats([4, 3], 1), ints(2, 0)], (x, i) => tf.gather(x, i as tf.Tensor1D, -1), false),
    ]));
});

describe("numbers of other kinds", () => {
  test("means of whole numbers and booleans aren't whole, nor are products with fractions", () =>
    expectSame([
      same("mean", [ints(1, 2, 4, 4)], (x) => tf.mean(x), false),
      same("mean over an axis", [whole([3, 4], 1, 9)], (x) => tf.mean(x, 1), false),
      same("mean of booleans", [floats([5], 1)], (x) => tf.mean(tf.greater(x, 0)), false),
      same("variance", [ints(1, 2, 4, 4)], (x) => tf.moments(x).variance, false),
      same("leakyRelu", [ints(-2, 3)], (x) => tf.leakyRelu(x, 0.3), false),
    ]));

  test("booleans are added and multiplied as 0 and 1, joined with numbers, and made by oneHot", () =>
    expectSame([
      same("sum", [floats([6], 1)], (x) => tf.add(tf.greater(x, 0), tf.greater(x, 1)), false),
      same("product", [floats([6], 1)], (x) => tf.mul(tf.greater(x, 0), tf.less(x, 1)), false),
      same("concat", [floats([2], 1), ints(3, 4)], (x, i) => tf.concat([x, i]), false),
      same(
        "concat of booleans",
        [floats([2], 1), ints(3, 4)],
        (x, i) => tf.concat([tf.less(x, 1), i]),
        false,
      ),
      same("oneHot", [ints(0, 2)], (i) => tf.oneHot(i as tf.Tensor1D, 3, 1, 0, "bool"), false),
    ]));
});

describe("small and large numbers", () => {
  const tiny = [1e-9, -1e-9, 1e-30, 3e-6, -1e-4, 0.3, -0.4];

  test.each([
    ["log1p", tf.log1p, Math.log1p, [...tiny, 0, -1, 1, 1e20, Number.POSITIVE_INFINITY, -2, Number.NaN]],
    ["expm1", tf.expm1, Math.expm1, [...tiny, 0, 0.5, 3, -20, 100, Number.NEGATIVE_INFINITY, Number.NaN]],
  ] as const)("%s keeps its digits near 0", async (_, f, exact, numbers) => {
    const { y0 } = await run((x) => f(x), of([numbers.length], ...numbers));
    const rounded = Array.from(Float32Array.from(numbers), exact);
    rounded.forEach((wanted, i) => {
      const found = y0.data[i];
      const close = Math.abs(found - wanted) <= 1e-6 * Math.abs(wanted);
      expect(close || Object.is(found, Math.fround(wanted)), `${numbers[i]}: ${found}, not ${wanted}`).toBe(
        true,
      );
    });
  });

  test("constants that keep a product within the range of float32 stay where they are", async () => {
    const { y0 } = await run((x) => tf.square(tf.mul(x, 1e24)), of([2], 1e-25, 3e-26));
    expect(y0.data[0]).toBeCloseTo(0.01, 7);
    expect(y0.data[1]).toBeCloseTo(0.0009, 7);
    const { y0: large } = await run((x) => tf.square(tf.mul(x, 1e-22)), of([1], 1e20));
    expect(large.data[0]).toBeCloseTo(1e-4, 8);
    const { y0: scaled } = await run(
      (x, s) => tf.mul(s, tf.mul(x, 1e25)),
      of([2], 1e-30, 1e-31),
      of([], 1e20),
    );
    expect(scaled.data[0] / 1e15).toBeCloseTo(1, 5);
    expect(scaled.data[1] / 1e14).toBeCloseTo(1, 5);
  });
});

describe("indices that name nothing", () => {
  const x = floats([4, 2], 1);

  test.each([
    ["gather", (i: tf.Tensor) => tf.gather(tf.tensor2d(x.data, [4, 2]), i as tf.Tensor1D), ints(0, -1)],
    [
      "gatherND",
      (i: tf.Tensor) => tf.gatherND(tf.tensor2d(x.data, [4, 2]), tf.expandDims(i, 1)),
      ints(0, -1),
    ],
    [
      "scatterND",
      (i: tf.Tensor) => tf.scatterND(tf.expandDims(i, 1), tf.tensor2d(x.data, [4, 2]), [4, 2]),
      ints(0, -1, 2, 3),
    ],
  ])("%s refuses those below 0, as tfjs does", async (_, f, indices) => {
    await expect(run((i) => f(i), indices)).rejects.toThrow(/its run failed/);
  });

  test("unsortedSegmentSum leaves them out, as tfjs does", () =>
    expectSame([
      same(
        "below 0 and beyond the end",
        [floats([4, 2], 1), ints(0, -1, 9, 2)],
        (x, i) => tf.unsortedSegmentSum(x, i as tf.Tensor1D, 4),
        false,
      ),
    ]));
});

describe("convolutions and pools", () => {
  const image = floats([2, 2, 5, 4], 1);
  const filter = floats([3, 3, 2, 4], 2);
  const sides: [[number, number], [number, number], [number, number], [number, number]] = [
    [0, 0],
    [0, 0],
    [1, 0],
    [2, 1],
  ];

  test("of images with channels first: padding of each side, and biases", () =>
    expectSame([
      same("explicit padding", [image, filter], (x, w) =>
        tf.conv2d(x as X, w as X, 1, sides, "NCHW", 1, "floor"),
      ),
      ...(["relu", "prelu"] as const).flatMap((activation) =>
        [4, 5].map((channels) =>
          same(
            `fused, ${activation}, ${channels} channels`,
            [image, floats([3, 3, 2, channels], 2), floats([channels], 3), floats([channels], 4)],
            (x, w, bias, preluActivationWeights) =>
              tf.fused.conv2d({
                ...{
                  x: x as X,
                  filter: w as X,
                  strides: 1,
                  pad: "same",
                  dataFormat: "NCHW",
                  bias,
                  activation,
                },
                ...(activation === "prelu" && { preluActivationWeights }),
              }),
            false,
          ),
        ),
      ),
    ]));

  const roundings = ["floor", "round", "ceil"] as const;
  const large = floats([2, 6, 5, 2], 1);

  test("whose sizes are rounded up or down", () =>
    expectSame(
      roundings.flatMap((rounding) => [
        same(
          `conv2d, ${rounding}`,
          [large, floats([3, 3, 2, 3], 2)],
          (x, w) => tf.conv2d(x as X, w as X, 2, 1, "NHWC", 1, rounding),
          false,
        ),
        same(`maxPool, ${rounding}`, [large], (x) => tf.maxPool(x as X, 3, 2, 1, rounding), false),
        same(`avgPool, ${rounding}`, [large], (x) => tf.avgPool(x as X, 3, 2, 1, rounding), false),
      ]),
    ));

  // tfjs's own gradients leave the last windows out. Both are of degree 1 in x, so Σ x · ∂y/∂x = y.
  test.each(roundings)("gradients where sizes are rounded: %s", async (rounding) => {
    const uses = [
      (x: tf.Tensor, w: tf.Tensor) => tf.conv2d(x as X, w as X, 2, 1, "NHWC", 1, rounding),
      (x: tf.Tensor) => tf.maxPool(x as X, 3, 2, 1, rounding),
    ];
    for (const f of uses) {
      const { y0, y1 } = await run(
        (x, w) => {
          const total = (x: tf.Tensor) => {
            const y = tf.add(f(x, w), tf.mul(0, tf.sum(w)));
            return tf.sum(tf.mul(y, tf.reshape(tf.linspace(0.5, 1.5, y.size), y.shape)));
          };
          return [total(x), tf.sum(tf.mul(x, tf.grad(total)(x)))];
        },
        large,
        floats([3, 3, 2, 3], 2),
      );
      expect(y1.data[0]).toBeCloseTo(y0.data[0], 3);
    }
  });

  test("one number for padding where tfjs takes it for another size", async () => {
    await expectSame([
      same(
        "a larger output",
        [large, floats([1, 3, 2, 3], 2)],
        (x, w) => tf.conv2d(x as X, w as X, 1, 1),
        false,
      ),
    ]);
    await expect(
      run((x, w) => tf.conv2d(x as X, w as X, 1, 0), large, floats([3, 1, 2, 3], 2)),
    ).rejects.toThrow(/a filter of 3 × 1 .* need padding of each side/);
  });
});
