import * as tf from "@tensorflow/tfjs";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { type NdArray, ndarray, sizeOf } from "../../lib/array";
import { parametersApi } from "../../lib/networks/layer";
import { attention } from "../../lib/networks/layers/attention";
import { classTable } from "../../lib/networks/layers/class-embedding";
import { convolution } from "../../lib/networks/layers/convolution";
import { dense } from "../../lib/networks/layers/dense";
import { gelu } from "../../lib/networks/layers/gelu";
import { groupNorm } from "../../lib/networks/layers/group-norm";
import { layerNorm } from "../../lib/networks/layers/layer-norm";
import { linearAttention } from "../../lib/networks/layers/linear-attention";
import { fromPatches, toPatches } from "../../lib/networks/layers/patches";
import { gridPositions } from "../../lib/networks/layers/positions";
import { residualBlock } from "../../lib/networks/layers/residual-block";
import { silu } from "../../lib/networks/layers/silu";
import { sinusoidal } from "../../lib/networks/layers/time-embedding";
import { transformerBlock } from "../../lib/networks/layers/transformer-block";
import { repeatPixels } from "../../lib/networks/layers/upsample";
import { rng } from "../../lib/random";
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

  it.each([
    [1, false, false],
    [2, false, true],
    [2, true, false],
    [4, true, true],
  ])("of %i groups has the gradient of its definition, and that gradient has one", (groups, bias, after) => {
    const [n, h, w, c] = [2, 2, 3, 4];
    const layer = groupNorm({ channels: c, groups, bias });
    const p = randomParameters(parametersApi(layer.parameters).shapes);
    const set = { scale: random("scale", [n, c]), shift: random("shift", [n, c]) };
    const probe = tensor(random("probe", [n, h, w, c]));
    const names = ["x", ...Object.keys(p), ...(after ? ["by", "plus"] : [])];
    const start = [random("x", [n, h, w, c]), ...Object.values(p), ...(after ? [set.scale, set.shift] : [])];
    type Norm = (given: Record<string, tf.Tensor>) => tf.Tensor;
    const here: Norm = ({ x, by, plus, ...own }) =>
      layer.apply((name) => own[name], x, after ? { scale: by, shift: plus } : undefined);
    const defined: Norm = ({ x, scale, shift, bias: added = tf.scalar(0), by, plus }) => {
      const cut = tf.reshape(tf.add(x, added), [n, h * w, groups, c / groups]);
      const { mean, variance } = tf.moments(cut, [1, 3], true);
      const normed = tf.reshape(tf.div(tf.sub(cut, mean), tf.sqrt(tf.add(variance, 1e-5))), x.shape);
      const y = tf.add(tf.mul(normed, scale), shift);
      const row = (value: tf.Tensor) => tf.reshape(value, [n, 1, 1, c]);
      return after ? tf.add(tf.mul(y, tf.add(row(by), 1)), row(plus)) : y;
    };
    const slopes = (norm: Norm) => {
      const value = (...given: tf.Tensor[]) =>
        tf.sum(tf.mul(norm(Object.fromEntries(names.map((name, i) => [name, given[i]]))), probe));
      const at = start.map(tensor);
      const [x, scale, ...others] = at;
      const size = (...given: tf.Tensor[]) => tf.sum(tf.square(tf.grads(value)([...given, ...others])[0]));
      return [...tf.grads(value)(at), ...tf.grads(size)([x, scale])];
    };
    const wanted = slopes(defined);
    slopes(here).forEach((slope, i) => {
      const numbers = (t: tf.Tensor) => ndarray(t.shape, t.dataSync() as Float32Array);
      expectClose(numbers(slope), numbers(wanted[i]), 1e-3);
    });
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
    expect(() => groupNorm({ channels: 12, groups: 8 })).toThrow(
      /divisible by the 8 groups, but received 12/,
    );
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

  it("has one more row for labels that aren't known, and for what probabilities lack to 1", () => {
    const p = randomParameters({ table: [4, 2] });
    const hard = classTable({ classes: 3, width: 2, missing: true });
    const labels = [2, -1, 0];
    const looked = fill([3, 2], (i, k) => at(p.table)(labels[i] < 0 ? 3 : labels[i], k));
    expectClose(evaluate(hard, p, tf.tensor1d(labels, "int32")), looked, 1e-7);
    const soft = classTable({ classes: 3, width: 2, missing: true, soft: true });
    const weights = [0.2, 0.3, 0, 0, 0, 0];
    const mixed = fill([2, 2], (i, k) =>
      i === 0
        ? 0.2 * at(p.table)(0, k) + 0.3 * at(p.table)(1, k) + 0.5 * at(p.table)(3, k)
        : at(p.table)(3, k),
    );
    expectClose(evaluate(soft, p, tf.tensor2d(weights, [2, 3])), mixed, 1e-6);
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

/** `[n, tokens, width]` with mean 0 and variance 1 over the last axis. */
function naiveLayerNorm(x: NdArray): NdArray {
  const width = x.shape[2];
  return fill(x.shape, (i, j, k) => {
    const mean = sum(width, (l) => at(x)(i, j, l)) / width;
    const variance = sum(width, (l) => (at(x)(i, j, l) - mean) ** 2) / width;
    return (at(x)(i, j, k) - mean) / Math.sqrt(variance + 1e-6);
  });
}

describe("layerNorm", () => {
  it("has the gradient of its definition, and that gradient has one", () => {
    const [n, tokens, width] = [2, 3, 5];
    const given = [random("x", [n, tokens, width]), random("by", [n, width]), random("plus", [n, width])];
    const probe = tensor(random("probe", [n, tokens, width]));
    type Norm = (x: tf.Tensor, scale: tf.Tensor, shift: tf.Tensor) => tf.Tensor;
    const defined: Norm = (x, scale, shift) => {
      const { mean, variance } = tf.moments(x, 2, true);
      const row = (value: tf.Tensor) => tf.reshape(value, [n, 1, width]);
      const normed = tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, 1e-6)));
      return tf.add(tf.mul(normed, tf.add(row(scale), 1)), row(shift));
    };
    const slopes = (norm: Norm) => {
      const value = (...at: tf.Tensor[]) => tf.sum(tf.mul(norm(at[0], at[1], at[2]), probe));
      const [x, scale, shift] = given.map(tensor);
      const size = (x: tf.Tensor, scale: tf.Tensor) =>
        tf.sum(tf.square(tf.grads(value)([x, scale, shift])[0]));
      return [...tf.grads(value)([x, scale, shift]), ...tf.grads(size)([x, scale])];
    };
    const wanted = slopes(defined);
    slopes((x, scale, shift) => layerNorm(x, { scale, shift })).forEach((slope, i) => {
      const numbers = (t: tf.Tensor) => ndarray(t.shape, t.dataSync() as Float32Array);
      expectClose(numbers(slope), numbers(wanted[i]), 1e-3);
    });
  });
});

describe("transformerBlock", () => {
  const [n, tokens, width, heads, expansion] = [2, 3, 4, 2, 3];
  const layer = transformerBlock({ width, heads, expansion });
  const x = random("x", [n, tokens, width]);
  const e = random("e", [n, width]);

  it("is normed attention and two normed dense layers, each scaled, shifted, gated and added", () => {
    const p = randomParameters(parametersApi(layer.parameters).shapes);
    const project = (input: NdArray, name: string): NdArray => {
      const [kernel, bias] = [p[`${name}.kernel`], p[`${name}.bias`]];
      const [from, to] = kernel.shape;
      return fill([...input.shape.slice(0, -1), to], (...index) => {
        const k = index[index.length - 1];
        const before = index.slice(0, -1);
        return sum(from, (j) => at(input)(...before, j) * at(kernel)(j, k)) + at(bias)(k);
      });
    };
    const six = project(e, "condition");
    const part = (which: number, i: number, k: number) => at(six)(i, which * width + k);
    const modulated = (value: NdArray, shift: number, scale: number) => {
      const normed = naiveLayerNorm(value);
      return fill(
        value.shape,
        (i, j, k) => at(normed)(i, j, k) * (1 + part(scale, i, k)) + part(shift, i, k),
      );
    };
    const qkv = at(project(modulated(x, 0, 1), "qkv"));
    const headWidth = width / heads;
    const mixed = fill([n, tokens, width], (i, j, k) => {
      const first = Math.floor(k / headWidth) * headWidth;
      const scores = range(tokens).map(
        (other) =>
          sum(headWidth, (f) => qkv(i, j, first + f) * qkv(i, other, width + first + f)) /
          Math.sqrt(headWidth),
      );
      const weights = softmax(scores);
      return sum(tokens, (other) => weights[other] * qkv(i, other, 2 * width + k));
    });
    const attended = at(project(mixed, "mixed"));
    const between = fill(x.shape, (i, j, k) => at(x)(i, j, k) + part(2, i, k) * attended(i, j, k));
    const hidden = project(modulated(between, 3, 4), "hidden");
    const active = fill(hidden.shape, (...index) => tanhGelu(at(hidden)(...index)));
    const out = at(project(active, "out"));
    const wanted = fill(x.shape, (i, j, k) => at(between)(i, j, k) + part(5, i, k) * out(i, j, k));
    expectClose(evaluate(layer, p, tensor(x), tensor(e)), wanted, 1e-4);
  });

  it("starts as the identity", () => {
    const fresh = parametersApi(layer.parameters).init(rng(0));
    expect(evaluate(layer, fresh, tensor(x), tensor(e)).data).toEqual(x.data);
  });
});

const tanhGelu = (x: number) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));

describe("patches", () => {
  it("are squares of pixels, row by row", () => {
    const x = random("x", [2, 4, 6, 3]);
    const wanted = fill([2, 6, 12], (i, patch, k) => {
      const [row, column] = [Math.floor(patch / 3), patch % 3];
      const [pixel, channel] = [Math.floor(k / 3), k % 3];
      return at(x)(i, 2 * row + Math.floor(pixel / 2), 2 * column + (pixel % 2), channel);
    });
    const cut = toPatches(tensor(x), 2);
    expectClose(ndarray(cut.shape, cut.dataSync() as Float32Array), wanted, 1e-9);
  });

  it("give back the image that was cut, of any size", () => {
    const size = fc.integer({ min: 1, max: 3 });
    fc.assert(
      fc.property(size, size, size, size, size, (n, rows, columns, patch, channels) => {
        const x = random("x", [n, rows * patch, columns * patch, channels]);
        const again = fromPatches(toPatches(tensor(x), patch), {
          size: patch,
          h: rows * patch,
          w: columns * patch,
        });
        expect(again.shape).toEqual(x.shape);
        expect(again.dataSync()).toEqual(x.data);
      }),
      { numRuns: 20, seed: 1 },
    );
  });

  it("have positions whose products depend on the steps between them alone", () => {
    const [rows, columns, width] = [3, 4, 8];
    const places = gridPositions(rows, columns, width);
    expect(places.shape).toEqual([12, 8]);
    for (let a = 0; a < 12; a++) {
      for (let b = 0; b < 12; b++) {
        const down = Math.floor(a / 4) - Math.floor(b / 4);
        const across = (a % 4) - (b % 4);
        const product = sum(width, (k) => at(places)(a, k) * at(places)(b, k));
        // cos a cos b + sin a sin b for the frequencies 1 and 1/100 of either axis.
        const wanted = Math.cos(down) + Math.cos(down / 100) + Math.cos(across) + Math.cos(across / 100);
        expect(product).toBeCloseTo(wanted, 5);
      }
    }
  });
});

describe("small parts", () => {
  it("gelu is 0.5 x (1 + tanh(√(2/π) (x + 0.044715 x³)))", () => {
    const x = Float32Array.from({ length: 41 }, (_, i) => (i - 20) / 4);
    gelu(tf.tensor1d(x))
      .dataSync()
      .forEach((value, i) => {
        expect(value).toBeCloseTo(tanhGelu(x[i]), 5);
      });
  });

  it.each([
    { name: "gelu", layer: gelu, formula: tanhGelu },
    { name: "silu", layer: silu, formula: (x: number) => x * sigmoid(x) },
  ])("$name has the first and second derivative of its formula", ({ layer, formula }) => {
    const x = Float32Array.from({ length: 41 }, (_, i) => (i - 20) / 6);
    const first = (t: tf.Tensor) => tf.grad(layer)(t);
    const [once, twice] = [first, tf.grad((t) => first(t))].map((f) => f(tf.tensor1d(x)).dataSync());
    const h = 1e-4;
    x.forEach((at, i) => {
      const [before, here, after] = [at - h, at, at + h].map(formula);
      expect(once[i]).toBeCloseTo((after - before) / (2 * h), 5);
      expect(twice[i]).toBeCloseTo((after - 2 * here + before) / h ** 2, 5);
    });
  });

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
