import * as tf from "@tensorflow/tfjs";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { type NdArray, ndarray, sizeOf } from "../../lib/array";
import { parametersApi } from "../../lib/networks/layer";
import { attention } from "../../lib/networks/layers/attention";
import { classTable } from "../../lib/networks/layers/class-embedding";
import { convolution } from "../../lib/networks/layers/convolution";
import { dense } from "../../lib/networks/layers/dense";
import { groupNorm } from "../../lib/networks/layers/group-norm";
import { linearAttention } from "../../lib/networks/layers/linear-attention";
import { residualBlock } from "../../lib/networks/layers/residual-block";
import { silu } from "../../lib/networks/layers/silu";
import { sinusoidal } from "../../lib/networks/layers/time-embedding";
import { repeatPixels } from "../../lib/networks/layers/upsample";
import { evaluate, random, randomParameters, tensor } from "./evaluate";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

type At = (...index: number[]) => number;

/** Reads an array by its indices. */
const at =
  ({ shape, data }: NdArray): At =>
  (...index) =>
    data[index.reduce((offset, i, axis) => offset * shape[axis] + i, 0)];

/** Fills an array from a function of its indices. */
function fill(shape: readonly number[], value: At): NdArray {
  const data = new Float64Array(sizeOf(shape));
  for (let i = 0; i < data.length; i++) {
    const index: number[] = [];
    let rest = i;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis] = rest % shape[axis];
      rest = Math.floor(rest / shape[axis]);
    }
    data[i] = value(...index);
  }
  return ndarray(shape, data);
}

const range = (n: number) => Array.from({ length: n }, (_, i) => i);
const sum = (n: number, f: (i: number) => number) => range(n).reduce((total, i) => total + f(i), 0);
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

function softmax(values: number[]): number[] {
  const total = values.reduce((s, value) => s + Math.exp(value), 0);
  return values.map((value) => Math.exp(value) / total);
}

function expectClose(actual: NdArray, wanted: NdArray, tolerance = 1e-4) {
  expect(actual.shape).toEqual(wanted.shape);
  let worst = 0;
  for (let i = 0; i < wanted.data.length; i++) {
    const error = Math.abs(actual.data[i] - wanted.data[i]) / (1 + Math.abs(wanted.data[i]));
    worst = Math.max(worst, Number.isNaN(error) ? Number.POSITIVE_INFINITY : error);
  }
  expect(worst).toBeLessThan(tolerance);
}

/** Group normalisation by its definition, in two passes. */
function naiveNorm(x: NdArray, groups: number, scale: At, shift: At, bias: At = () => 0): NdArray {
  const [n, h, w, c] = x.shape;
  const width = c / groups;
  const value = (i: number, y: number, z: number, k: number) => at(x)(i, y, z, k) + bias(k);
  const stats = range(n).map((i) =>
    range(groups).map((g) => {
      const all = range(h * w * width).map((p) =>
        value(i, Math.floor(p / width / w), Math.floor(p / width) % w, g * width + (p % width)),
      );
      const mean = sum(all.length, (j) => all[j]) / all.length;
      return { mean, variance: sum(all.length, (j) => (all[j] - mean) ** 2) / all.length };
    }),
  );
  return fill(x.shape, (i, y, z, k) => {
    const { mean, variance } = stats[i][Math.floor(k / width)];
    return ((value(i, y, z, k) - mean) / Math.sqrt(variance + 1e-5)) * scale(k) + shift(k);
  });
}

/** A convolution by its definition; `same` padding, the odd pixel at the end. */
function naiveConv(x: NdArray, kernel: NdArray, stride = 1): NdArray {
  const [n, h, w, from] = x.shape;
  const [size, , , to] = kernel.shape;
  const out = [Math.ceil(h / stride), Math.ceil(w / stride)];
  const before = [h, w].map((length, axis) =>
    Math.floor(Math.max(0, (out[axis] - 1) * stride + size - length) / 2),
  );
  return fill([n, out[0], out[1], to], (i, y, z, k) =>
    sum(size, (a) =>
      sum(size, (b) => {
        const [row, column] = [y * stride + a - before[0], z * stride + b - before[1]];
        if (row < 0 || row >= h || column < 0 || column >= w) return 0;
        return sum(from, (c) => at(x)(i, row, column, c) * at(kernel)(a, b, c, k));
      }),
    ),
  );
}

describe("dense", () => {
  it("is x W + b over the last axis", () => {
    const layer = dense({ from: 3, to: 4 });
    const p = randomParameters({ kernel: [3, 4], bias: [4] });
    const x = random("x", [2, 5, 3]);
    const wanted = fill(
      [2, 5, 4],
      (i, j, k) => sum(3, (c) => at(x)(i, j, c) * at(p.kernel)(c, k)) + at(p.bias)(k),
    );
    expectClose(evaluate(layer, p, tensor(x)), wanted);
  });
});

describe("convolution", () => {
  it.each([
    [3, 1],
    [1, 1],
    [7, 1],
    [4, 2],
  ])("of size %i and stride %i keeps or halves the size", (size, stride) => {
    const layer = convolution({ from: 2, to: 3, size, stride, bias: false });
    const p = randomParameters({ kernel: [size, size, 2, 3] });
    const x = random("x", [2, 4, 6, 2]);
    expectClose(evaluate(layer, p, tensor(x)), naiveConv(x, p.kernel, stride));
  });
});

describe("groupNorm", () => {
  it("agrees with its definition, bias, scale and shift included, on any shape", () => {
    fc.assert(
      fc.property(
        fc.record({
          n: fc.integer({ min: 1, max: 3 }),
          h: fc.integer({ min: 1, max: 4 }),
          w: fc.integer({ min: 2, max: 4 }),
          groups: fc.constantFrom(1, 2, 4),
          width: fc.integer({ min: 1, max: 3 }),
          bias: fc.boolean(),
          after: fc.boolean(),
          seed: fc.integer(),
        }),
        ({ n, h, w, groups, width, bias, after, seed }) => {
          const c = groups * width;
          const layer = groupNorm({ channels: c, groups, bias });
          const p = randomParameters(parametersApi(layer.parameters).shapes, seed);
          const x = random(seed, [n, h, w, c]);
          const set = { scale: random(`a${seed}`, [n, c]), shift: random(`b${seed}`, [n, c]) };
          const normed = naiveNorm(x, groups, at(p.scale), at(p.shift), bias ? at(p.bias) : undefined);
          const wanted = after
            ? fill(
                x.shape,
                (i, y, z, k) => at(normed)(i, y, z, k) * (1 + at(set.scale)(i, k)) + at(set.shift)(i, k),
              )
            : normed;
          const extra = after ? { scale: tensor(set.scale), shift: tensor(set.shift) } : undefined;
          expectClose(evaluate(layer, p, tensor(x), extra), wanted, 2e-3);
        },
      ),
      { numRuns: 30 },
    );
  });

  it("gives mean 0 and variance 1 also far from the origin", () => {
    const layer = groupNorm({ channels: 4, groups: 2 });
    const p = {
      scale: ndarray([4], [1, 1, 1, 1]),
      shift: ndarray([4], [0, 0, 0, 0]),
    };
    const x = random("x", [1, 8, 8, 4]);
    for (let i = 0; i < x.data.length; i++) x.data[i] += 30;
    const y = evaluate(layer, p, tensor(x));
    const first = range(128).map((j) => at(y)(0, Math.floor(j / 16), Math.floor(j / 2) % 8, j % 2));
    const mean = sum(128, (j) => first[j]) / 128;
    expect(Math.abs(mean)).toBeLessThan(5e-3);
    expect(sum(128, (j) => (first[j] - mean) ** 2) / 128).toBeCloseTo(1, 2);
  });

  it("refuses channels that the groups don't divide", () => {
    expect(() => groupNorm({ channels: 12, groups: 8 })).toThrow(/8 groups divide, but received 12/);
  });
});

describe("embeddings", () => {
  it("gives t, sines and cosines of 2π w t", () => {
    const layer = sinusoidal({ features: 6 });
    const p = randomParameters({ frequencies: [3] });
    const t = [0, 0.25, 1];
    const wanted = fill([3, 7], (i, k) => {
      if (k === 0) return t[i];
      const angle = 2 * Math.PI * at(p.frequencies)((k - 1) % 3) * t[i];
      return k <= 3 ? Math.sin(angle) : Math.cos(angle);
    });
    expectClose(evaluate(layer, p, tf.tensor1d(t)), wanted);
    expect(() => sinusoidal({ features: 5 })).toThrow(/even number of time features/);
  });

  it("looks up one row per class", () => {
    const layer = classTable({ classes: 3, width: 2 });
    const p = randomParameters({ table: [3, 2] });
    const labels = [2, 0, 2, 1];
    const wanted = fill([4, 2], (i, k) => at(p.table)(labels[i], k));
    expectClose(evaluate(layer, p, tf.tensor1d(labels, "int32")), wanted, 1e-7);
  });
});

/** Queries, keys and values of a head: `[n][head][what]` as functions of (pixel, feature). */
function naiveHeads(normed: NdArray, p: Record<string, NdArray>, width: number) {
  const [, , w, c] = normed.shape;
  const read = (kernel: NdArray, head: number, i: number) => (pixel: number, f: number) =>
    sum(c, (k) => at(normed)(i, Math.floor(pixel / w), pixel % w, k) * at(kernel)(k, head * width + f));
  return (i: number, head: number) => ["q", "k", "v"].map((part) => read(p[`${part}.kernel`], head, i));
}

describe("attention", () => {
  const shape = [2, 2, 3, 4];
  const [heads, headWidth, pixels] = [2, 3, 6];
  const x = random("x", shape);
  const project = (mixed: At, p: Record<string, NdArray>) =>
    fill(
      shape,
      (i, y, z, k) =>
        sum(heads * headWidth, (j) => mixed(i, y * 3 + z, j) * at(p["out.kernel"])(j, k)) +
        at(p["out.bias"])(k),
    );
  const added = (value: NdArray) =>
    ndarray(
      shape,
      Float64Array.from(value.data, (v, i) => v + x.data[i]),
    );

  it("is softmax(q·k/√width) v per head, added to x", () => {
    const layer = attention({ channels: 4, heads, headWidth });
    const p = randomParameters(parametersApi(layer.parameters).shapes);
    const normed = naiveNorm(x, 1, at(p["norm.scale"]), at(p["norm.shift"]));
    const parts = naiveHeads(normed, p, headWidth);
    const mixed: At = (i, pixel, j) => {
      const [q, k, v] = parts(i, Math.floor(j / headWidth));
      const scores = range(pixels).map(
        (other) => sum(headWidth, (f) => q(pixel, f) * k(other, f)) / Math.sqrt(headWidth),
      );
      const weights = softmax(scores);
      return sum(pixels, (other) => weights[other] * v(other, j % headWidth));
    };
    expectClose(evaluate(layer, p, tensor(x)), added(project(mixed, p)), 1e-3);
  });

  it("is linear in the number of pixels where keys and values meet first", () => {
    const layer = linearAttention({ channels: 4, heads, headWidth });
    const p = randomParameters(parametersApi(layer.parameters).shapes);
    const normed = naiveNorm(x, 1, at(p["norm.scale"]), at(p["norm.shift"]));
    const parts = naiveHeads(normed, p, headWidth);
    const mixed: At = (i, pixel, j) => {
      const [q, k, v] = parts(i, Math.floor(j / headWidth));
      const query = softmax(range(headWidth).map((f) => q(pixel, f))).map(
        (value) => value / Math.sqrt(headWidth),
      );
      return sum(headWidth, (f) => {
        const key = softmax(range(pixels).map((other) => k(other, f)));
        return query[f] * sum(pixels, (other) => key[other] * v(other, j % headWidth));
      });
    };
    const out = naiveNorm(project(mixed, p), 1, at(p["outNorm.scale"]), at(p["outNorm.shift"]));
    expectClose(evaluate(layer, p, tensor(x)), added(out), 1e-3);
  });
});

describe("residualBlock", () => {
  it("is two normed convolutions with the embedding between, plus a 1×1 skip", () => {
    const [from, to, groups] = [2, 4, 2];
    const layer = residualBlock({ from, to, embedding: 3, groups });
    const p = randomParameters(parametersApi(layer.parameters).shapes);
    const x = random("x", [2, 3, 3, from]);
    const e = random("e", [2, 3]);
    const activated = (value: NdArray) =>
      fill(value.shape, (...i) => at(value)(...i) * sigmoid(at(value)(...i)));
    const condition: At = (i, k) =>
      sum(3, (j) => at(e)(i, j) * at(p["condition.kernel"])(j, k)) + at(p["condition.bias"])(k);
    const norm = (value: NdArray, k: 1 | 2) =>
      naiveNorm(value, groups, at(p[`norm${k}.scale`]), at(p[`norm${k}.shift`]), at(p[`norm${k}.bias`]));
    const first = norm(naiveConv(x, p["conv1.kernel"]), 1);
    const conditioned = fill(
      first.shape,
      (i, y, z, k) => at(first)(i, y, z, k) * (1 + condition(i, k)) + condition(i, to + k),
    );
    const second = activated(norm(naiveConv(activated(conditioned), p["conv2.kernel"]), 2));
    const skip = naiveConv(x, p["skip.kernel"]);
    const wanted = fill(
      second.shape,
      (i, y, z, k) => at(second)(i, y, z, k) + at(skip)(i, y, z, k) + at(p["skip.bias"])(k),
    );
    expectClose(evaluate(layer, p, tensor(x), tensor(e)), wanted, 2e-3);
  });
});

describe("small parts", () => {
  it("silu is x sigmoid(x)", () => {
    const x = random("x", [50]);
    expectClose(
      ndarray([50], silu(tensor(x)).dataSync() as Float32Array),
      fill([50], (i) => at(x)(i) * sigmoid(at(x)(i))),
      1e-6,
    );
  });

  it("repeatPixels doubles height and width, and its gradient sums squares", () => {
    const x = random("x", [2, 2, 3, 2]);
    const out = repeatPixels(tensor(x));
    expectClose(
      ndarray(out.shape, out.dataSync() as Float32Array),
      fill([2, 4, 6, 2], (i, y, z, k) => at(x)(i, y >> 1, z >> 1, k)),
      1e-7,
    );
    const slope = random("slope", [2, 4, 6, 2]);
    const back = tf.grad((value: tf.Tensor) => tf.sum(tf.mul(repeatPixels(value), tensor(slope))))(tensor(x));
    const square = (i: number, y: number, z: number, k: number) =>
      sum(2, (a) => sum(2, (b) => at(slope)(i, 2 * y + a, 2 * z + b, k)));
    expectClose(ndarray(back.shape, back.dataSync() as Float32Array), fill(x.shape, square), 1e-5);
  });
});
