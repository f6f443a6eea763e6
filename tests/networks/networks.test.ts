import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { type NdArray, ndarray, sizeOf } from "../../lib/array";
import { imagePart, labelsPart, maskPart } from "../../lib/conditions";
import {
  mlp,
  type Network,
  type NetworkInput,
  paperUnet,
  parameterCount,
  restoreNetwork,
  unet,
} from "../../lib/networks";
import { rng } from "../../lib/random";
import { random, randomParameters, tensor } from "./evaluate";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

function apply(network: Network, parameters: Record<string, NdArray>, input: NetworkInput): NdArray {
  const tensors = Object.fromEntries(Object.entries(parameters).map(([k, v]) => [k, tensor(v)]));
  const out = network.apply(tensors, input);
  return ndarray(out.shape, out.dataSync() as Float32Array);
}

/** The U-Net's number of parameters, counted from the paper's description. */
function countUnet(o: {
  input: number;
  channels: number;
  dim: number;
  mults: number[];
  blocks: number;
  width: number;
  place: "levels" | "middle" | "none";
  classes: number;
  timeFeatures: number;
  stem: number;
}): number {
  const conv = (a: number, b: number, size: number) => a * b * size ** 2 + b;
  const linear = (a: number, b: number) => a * b + b;
  const e = 4 * o.dim;
  const embedding = o.classes > 0 ? 2 * e : e;
  const residual = (a: number, b: number) =>
    linear(embedding, 2 * b) + conv(a, b, 3) + 2 * b + conv(b, b, 3) + 2 * b + (a === b ? 0 : conv(a, b, 1));
  const attend = (c: number, norms: number) => norms * 2 * c + 3 * c * o.width + conv(o.width, c, 1);
  const level = (c: number) => (o.place === "levels" ? attend(c, 2) : 0);
  const sizes = [o.dim, ...o.mults.map((m) => m * o.dim)];
  const last = sizes[sizes.length - 1];
  let total = conv(o.input, o.dim, o.stem);
  total += o.timeFeatures / 2 + linear(o.timeFeatures + 1, e) + linear(e, e);
  if (o.classes > 0) total += o.classes * o.dim + linear(o.dim, e) + linear(e, e);
  o.mults.forEach((_, i) => {
    const [a, b] = [sizes[i], sizes[i + 1]];
    total += o.blocks * residual(a, a) + level(a) + conv(a, b, i + 1 < o.mults.length ? 4 : 3);
    total += o.blocks * residual(a + b, b) + level(b) + conv(b, a, 3);
  });
  total += 2 * residual(last, last) + (o.place === "none" ? 0 : attend(last, 1));
  return total + residual(2 * o.dim, o.dim) + linear(o.dim, o.channels);
}

describe("unet", () => {
  it("has the paper's 270 million parameters by options alone, with none allocated", () => {
    const network = unet({
      ...paperUnet,
      condition: { keep: maskPart(), labels: labelsPart({ classes: 1000 }) },
    });
    const count = parameterCount(network);
    expect(count).toBe(
      countUnet({
        input: 4,
        channels: 3,
        dim: 256,
        mults: [1, 1, 2, 3, 4],
        blocks: 2,
        width: 256,
        place: "levels",
        classes: 1000,
        timeFeatures: 32,
        stem: 7,
      }),
    );
    expect(Math.abs(count / 270e6 - 1)).toBeLessThan(0.01);
  });

  it("is a small network by other options, and draws what it says", () => {
    const small = unet({ channels: 3, condition: { labels: labelsPart({ classes: 10 }), keep: maskPart() } });
    const base = { channels: 3, dim: 32, mults: [1, 2, 2], blocks: 2, width: 128, timeFeatures: 32, stem: 7 };
    expect(parameterCount(small)).toBe(countUnet({ ...base, input: 4, place: "levels", classes: 10 }));
    expect(Math.abs(parameterCount(small) / 1.7e6 - 1)).toBeLessThan(0.05);

    const toy = unet({
      channels: 3,
      condition: { image: imagePart({ channels: 4 }) },
      dim: 16,
      blocksPerLevel: 1,
      attention: "middle",
      headWidth: 8,
      timeFeatures: 0,
      stem: 3,
    });
    const drawn = toy.init(rng(0));
    const count = countUnet({
      ...base,
      input: 7,
      dim: 16,
      blocks: 1,
      width: 32,
      place: "middle",
      classes: 0,
      timeFeatures: 0,
      stem: 3,
    });
    expect(Object.values(drawn).reduce((sum, value) => sum + value.data.length, 0)).toBe(count);
    expect(parameterCount(toy)).toBe(count);
    for (const [name, value] of Object.entries(drawn)) expect(value.shape).toEqual(toy.shapes[name]);
  });

  const tiny = unet({
    channels: 2,
    dim: 4,
    mults: [1, 2],
    groups: 2,
    heads: 2,
    headWidth: 3,
    blocksPerLevel: 1,
    timeFeatures: 4,
    stem: 3,
    condition: { keep: maskPart(), labels: labelsPart({ classes: 3 }), image: imagePart({ channels: 1 }) },
  });
  const parameters = randomParameters(tiny.shapes);
  const keep = ndarray(
    [2, 4, 6, 1],
    Float32Array.from({ length: 48 }, (_, i) => (i % 3 === 0 ? 1 : 0)),
  );
  const input = (changes: Partial<Record<"t" | "labels", number[]>> = {}): NetworkInput => ({
    x: tensor(random("x", [2, 4, 6, 2])),
    t: tf.tensor1d(changes.t ?? [0.2, 0.7]),
    xi: {
      labels: tf.tensor1d(changes.labels ?? [0, 2], "int32"),
      keep: tensor(keep),
      image: tensor(random("image", [2, 4, 6, 1])),
    },
  });

  it("gives x's shape, exactly zero on known pixels and nowhere else", () => {
    const out = apply(tiny, parameters, input());
    expect(out.shape).toEqual([2, 4, 6, 2]);
    out.data.forEach((value, i) => {
      expect(value === 0).toBe(keep.data[i >> 1] === 1);
      expect(Number.isFinite(value)).toBe(true);
    });
  });

  it("depends on each sample's own time and class alone", () => {
    const out = apply(tiny, parameters, input());
    const rows = (array: NdArray) => [array.data.slice(0, 48), array.data.slice(48)];
    const changed = apply(tiny, parameters, input({ t: [0.3, 0.7] }));
    expect(rows(changed)[0]).not.toEqual(rows(out)[0]);
    expect(rows(changed)[1]).toEqual(rows(out)[1]);
    const relabelled = apply(tiny, parameters, input({ labels: [0, 1] }));
    expect(rows(relabelled)[0]).toEqual(rows(out)[0]);
    expect(rows(relabelled)[1]).not.toEqual(rows(out)[1]);
  });

  it("starts from the velocity zero", () => {
    expect(apply(tiny, { ...tiny.init(rng(3)) }, input()).data.every((value) => value === 0)).toBe(true);
  });

  it("has gradients that agree with finite differences for every parameter", () => {
    const names = Object.keys(tiny.shapes);
    const size = [1, 4, 4, 2];
    const given: NetworkInput = {
      x: tensor(random("x", size)),
      t: tf.tensor1d([0.3]),
      xi: {
        labels: tf.tensor1d([1], "int32"),
        keep: tensor(
          ndarray(
            [1, 4, 4, 1],
            Float32Array.from({ length: 16 }, (_, i) => (i % 5 === 0 ? 1 : 0)),
          ),
        ),
        image: tensor(random("image", [1, 4, 4, 1])),
      },
    };
    const direction = randomParameters(tiny.shapes, 7);
    const loss = (values: tf.Tensor[]) =>
      tf.sum(
        tf.square(
          tf.sub(
            tiny.apply(Object.fromEntries(names.map((name, i) => [name, values[i]])), given),
            tensor(random("target", size)),
          ),
        ),
      ) as tf.Scalar;
    // Sizes as in use, and away from the zeros that a fresh network starts with.
    const fresh = tiny.init(rng(5));
    const base = names.map((name) => tf.add(tensor(fresh[name]), tf.mul(tensor(parameters[name]), 0.1)));
    const gradients = tf.grads((...values: tf.Tensor[]) => loss(values))(base);
    let telling = 0;
    names.forEach((name, i) => {
      const step = 5e-3 / Math.sqrt(sizeOf(tiny.shapes[name]));
      const moved = (sign: number) =>
        loss(
          base.map((value, j) =>
            i === j ? tf.add(value, tf.mul(tensor(direction[name]), sign * step)) : value,
          ),
        ).dataSync()[0];
      const slope = (moved(1) - moved(-1)) / (2 * step);
      const exact = tf.sum(tf.mul(gradients[i], tensor(direction[name]))).dataSync()[0];
      expect(Math.abs(slope - exact), name).toBeLessThan(0.01 + 0.03 * Math.abs(exact));
      if (Math.abs(exact) > 0.1) telling++;
    });
    expect(telling).toBeGreaterThan(names.length / 3);
  });

  it("refuses images that it can't halve, other channels, and missing conditions", () => {
    const deep = unet({ channels: 1, dim: 8, mults: [1, 1, 1, 1], attention: "none", blocksPerLevel: 1 });
    const given = { x: tf.zeros([1, 28, 28, 1]), t: tf.tensor1d([0.5]), xi: {} };
    const values = deep.init(rng(0));
    expect(() => apply(deep, { ...values }, given)).toThrow(
      /divisible by 8, for a U-Net of 4 levels, .* 28 × 28/,
    );
    expect(() => apply(deep, { ...values }, { ...given, x: tf.zeros([1, 32, 32, 3]) })).toThrow(
      /shape \[any, any, any, 1\] for the U-Net, but received shape \[1, 32, 32, 3\]/,
    );
    const { xi, ...rest } = input();
    const { labels: _, ...others } = xi;
    expect(() => apply(tiny, parameters, { ...rest, xi: others })).toThrow(/condition with labels/);
  });

  it("refuses options out of their range", () => {
    expect(() => unet({ channels: 3, dim: 12 })).toThrow(/divisible by the 8 groups, but received 12/);
    expect(() => unet({ channels: 3, mults: [] })).toThrow(/1 to 16 levels in mults/);
    expect(() => unet({ channels: 0 })).toThrow(/channels as a whole number of at least 1/);
    expect(() => unet({ channels: 1, stem: 4 })).toThrow(/odd kernel size/);
    expect(() => unet({ channels: 1, attention: "all" as "levels" })).toThrow(/"levels", "middle" or "none"/);
  });

  it("can be made again from its options as JSON", () => {
    const again = restoreNetwork(tiny.name, JSON.parse(JSON.stringify(tiny.options)));
    expect(again.shapes).toEqual(tiny.shapes);
    expect(JSON.stringify(again.options)).toBe(JSON.stringify(tiny.options));
    expect(() => restoreNetwork("unett", {})).toThrow(/Did you mean "unet"/);
  });
});

describe("mlp", () => {
  it("agrees with a plain calculation", () => {
    const network = mlp({
      dim: 2,
      width: 5,
      depth: 2,
      timeFeatures: 2,
      condition: { labels: labelsPart({ classes: 3 }), keep: maskPart() },
    });
    const p = randomParameters(network.shapes);
    const x = random("x", [3, 2]);
    const t = [0.1, 0.5, 0.9];
    const labels = [2, 0, 1];
    const keep = [
      [0, 1],
      [0, 0],
      [1, 0],
    ];
    const times = (row: number[], kernel: NdArray) =>
      Array.from({ length: kernel.shape[1] }, (_, k) =>
        row.reduce((sum, value, j) => sum + value * kernel.data[j * kernel.shape[1] + k], 0),
      );
    const plus = (row: number[], other: ArrayLike<number>) => row.map((value, k) => value + other[k]);
    const activated = (row: number[]) => row.map((value) => value / (1 + Math.exp(-value)));
    const wanted = t.flatMap((time, i) => {
      const angle = 2 * Math.PI * p["waves.frequencies"].data[0] * time;
      const joined = [...x.data.slice(2 * i, 2 * i + 2), ...keep[i], time, Math.sin(angle), Math.cos(angle)];
      const label = p["classes.table"].data.slice(5 * labels[i], 5 * labels[i] + 5);
      let row = plus(plus(times(joined, p["hidden.0.kernel"]), p["hidden.0.bias"].data), label);
      row = plus(times(activated(row), p["hidden.1.kernel"]), p["hidden.1.bias"].data);
      row = plus(times(activated(row), p["out.kernel"]), p["out.bias"].data);
      return row.map((value, k) => value * (1 - keep[i][k]));
    });
    const out = apply(network, p, {
      x: tensor(x),
      t: tf.tensor1d(t),
      xi: { labels: tf.tensor1d(labels, "int32"), keep: tf.tensor2d(keep) },
    });
    out.data.forEach((value, i) => {
      expect(value).toBeCloseTo(wanted[i], 4);
    });
  });

  it("has (in + 1) width + … parameters and refuses points of another dimension", () => {
    const network = mlp({ dim: 2 });
    expect(parameterCount(network)).toBe(4 * 256 + 2 * 257 * 256 + 257 * 2);
    const given = { x: tf.zeros([4, 3]), t: tf.zeros([4]), xi: {} };
    expect(() => apply(network, { ...network.init(rng(0)) }, given)).toThrow(/shape \[any, 2\]/);
  });
});
