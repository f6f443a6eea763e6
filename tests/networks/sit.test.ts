import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { type NdArray, ndarray } from "../../lib/array";
import { embeddingPart, imagePart, labelsPart, labelWeightsPart, maskPart } from "../../lib/conditions";
import { type NetworkInput, parameterCount, restoreNetwork, sit } from "../../lib/networks";
import { rng } from "../../lib/random";
import { random, tensor } from "./evaluate";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

/** A transformer's number of parameters, counted from the description of DiT. */
function count(o: {
  shown: number;
  channels: number;
  patch: number;
  width: number;
  depth: number;
  expansion: number;
  timeFeatures: number;
  rows: number;
  vector: number;
}): number {
  const linear = (a: number, b: number) => (a + 1) * b;
  const embed = (from: number) => linear(from, o.width) + linear(o.width, o.width);
  const block =
    linear(o.width, 6 * o.width) +
    4 * linear(o.width, o.width) +
    linear(o.width, o.expansion * o.width) +
    linear(o.expansion * o.width, o.width);
  return (
    linear(o.patch ** 2 * o.shown, o.width) +
    o.timeFeatures / 2 +
    embed(o.timeFeatures + 1) +
    o.rows * o.width +
    (o.vector > 0 ? embed(o.vector) : 0) +
    o.depth * block +
    linear(o.width, 2 * o.width) +
    linear(o.width, o.patch ** 2 * o.channels)
  );
}

describe("sit", () => {
  const tiny = sit({ channels: 2, patch: 2, width: 8, depth: 2, heads: 2, timeFeatures: 4 });
  const size = [2, 4, 6, 2];
  const input = (x: NdArray): NetworkInput => ({ x: tensor(x), t: tf.tensor1d([0.2, 0.7]), xi: {} });
  const run = (parameters: Readonly<Record<string, NdArray>>, x: NdArray) => {
    const out = tiny.apply(
      Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, tensor(value)])),
      input(x),
    );
    return ndarray(out.shape, out.dataSync() as Float32Array);
  };
  const fresh = tiny.init(rng(1));
  /** Fresh parameters, but for random ones in the layers whose names match. */
  const moved = (names: RegExp) =>
    Object.fromEntries(
      Object.entries(fresh).map(([name, value]) => [
        name,
        names.test(name) ? random(name, value.shape) : value,
      ]),
    );
  /** The patches in which two outputs for the first image differ. */
  const differing = (a: NdArray, b: NdArray) => {
    const found = new Set<number>();
    for (let e = 0; e < 48; e++) {
      const [row, column] = [Math.floor(e / 12), Math.floor(e / 2) % 6];
      if (a.data[e] !== b.data[e]) found.add(Math.floor(row / 2) * 3 + Math.floor(column / 2));
    }
    return [...found].sort();
  };
  const x = random("x", size);
  const touched = ndarray(size, x.data.slice());
  touched.data[0] += 1; // in the first patch

  it("has as many parameters as DiT's description says", () => {
    const plain = { channels: 3, patch: 4, width: 192, depth: 6, expansion: 4, timeFeatures: 32 };
    expect(parameterCount(sit({ channels: 3 }))).toBe(count({ ...plain, shown: 3, rows: 0, vector: 0 }));
    const whole = sit({
      channels: 1,
      patch: 2,
      width: 24,
      depth: 3,
      heads: 2,
      expansion: 2,
      timeFeatures: 0,
      condition: {
        keep: maskPart(),
        image: imagePart({ channels: 2 }),
        labels: labelsPart({ classes: 5, missing: true }),
        embedding: embeddingPart({ width: 7, missing: true }),
      },
    });
    const small = { channels: 1, patch: 2, width: 24, depth: 3, expansion: 2, timeFeatures: 0 };
    expect(parameterCount(whole)).toBe(count({ ...small, shown: 4, rows: 6, vector: 8 }));
  });

  it("starts from the velocity zero", () => {
    expect(run(fresh, x).data.every((value) => value === 0)).toBe(true);
  });

  it("starts with blocks that change nothing: a patch of the output knows its own patch alone", () => {
    const shown = moved(/^(out|last)\./);
    expect(differing(run(shown, x), run(shown, touched))).toEqual([0]);
  });

  it("joins all patches once the gates open", () => {
    const open = moved(/^(out|last)\.|condition/);
    expect(differing(run(open, x), run(open, touched))).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it("knows where a patch is", () => {
    const shown = moved(/^(out|last)\./);
    const flat = ndarray(size, new Float32Array(96).fill(0.5));
    const { data } = run(shown, flat);
    const corners = [0, 4, 8, 24, 28, 32].map((e) => data[e]); // the first number of every patch
    expect(new Set(corners).size).toBe(6);
  });

  it("scales by half of the last modulation and shifts by the other: at scale -1 the shift is left", () => {
    const shift = random("shift", [8]);
    const [kernel, bias] = [
      random("kernel", fresh["out.kernel"].shape),
      random("bias", fresh["out.bias"].shape),
    ];
    const modulation = ndarray(
      [16],
      Float32Array.from({ length: 16 }, (_, k) => (k < 8 ? shift.data[k] : -1)),
    );
    const out = run({ ...fresh, "last.bias": modulation, "out.kernel": kernel, "out.bias": bias }, x);
    const pixel = [0, 1].map((c) =>
      Array.from(shift.data, (value, k) => value * kernel.data[k * 8 + c]).reduce(
        (a, b) => a + b,
        bias.data[c],
      ),
    );
    for (const corner of [0, 4, 8, 24, 28, 32]) {
      for (const c of [0, 1]) expect(out.data[corner + c]).toBeCloseTo(pixel[c], 5);
    }
  });

  it("is zero on known pixels and nowhere else", () => {
    const network = sit({
      channels: 2,
      patch: 2,
      width: 8,
      depth: 1,
      heads: 2,
      condition: { keep: maskPart() },
    });
    const keep = tf.tensor(
      Array.from({ length: 48 }, (_, p) => (p % 5 < 2 ? 1 : 0)),
      [2, 4, 6, 1],
    );
    const parameters = Object.fromEntries(
      Object.entries(network.shapes).map(([name, shape]) => [name, tensor(random(name, shape))]),
    );
    const out = network.apply(parameters, { ...input(x), xi: { keep } }).dataSync();
    for (let e = 0; e < 96; e++) expect(out[e] === 0).toBe((e >> 1) % 5 < 2);
  });

  it("takes any size that the patch divides, and refuses others", () => {
    const wide = random("wide", [2, 2, 10, 2]);
    expect(run(fresh, wide).shape).toEqual([2, 2, 10, 2]);
    expect(() => run(fresh, random("odd", [2, 3, 6, 2]))).toThrow(/divisible by 2, .* 3 × 6/);
    expect(() => run(fresh, random("grey", [2, 4, 6, 1]))).toThrow(/for the transformer/);
    expect(() => sit({ channels: 1, width: 10, heads: 2 })).toThrow(/divisible by 4 and by the 2 heads/);
    expect(() => sit({ channels: 1, width: 16, heads: 3 })).toThrow(/but received 16/);
    expect(() => sit({ channels: 1, depth: 0 })).toThrow(/depth as a whole number/);
  });

  it("can be made again from its options as JSON", () => {
    const condition = {
      labelWeights: labelWeightsPart({ classes: 3, missing: true }),
      embedding: embeddingPart({ width: 2, missing: true }),
    };
    const network = sit({ channels: 2, patch: 2, width: 8, depth: 1, heads: 2, condition });
    const again = restoreNetwork(network.name, JSON.parse(JSON.stringify(network.options)));
    expect(again.shapes).toEqual(network.shapes);
    expect(JSON.stringify(again.options)).toBe(JSON.stringify(network.options));
  });
});
