import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ndarray } from "../../../lib/array";
import { quantise } from "../../../lib/data/pixels";
import { resizeBilinear } from "../../../lib/data/resample";
import { exportOnnx } from "../../../lib/engine";
import { Graph } from "../../../lib/engine/onnx/ir/graph";
import { writeModel } from "../../../lib/engine/onnx/ir/writer";
import { conditionAgreement, imageDistances } from "../../../lib/metrics";
import { onnxFeatures } from "../../../lib/metrics/features";
import { rng } from "../../../lib/random";

const folder = mkdtempSync(join(tmpdir(), "features-"));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string) => join(folder, name);
const images = (n: number, h: number, w: number, c: number, seed = 1) =>
  quantise(
    ndarray(
      [n, h, w, c],
      rng(seed)
        .normals([n, h, w, c])
        .data.map((z) => Math.tanh(z)),
    ),
  );

/** Features that tell every axis apart: sums over pixels weighted by row + 10 column, one per channel. */
const weighted = (
  { shape: [n, h, w, c], data }: ReturnType<typeof images>,
  value = (x: number, _c: number) => x,
) =>
  Array.from({ length: n * c }, (_, e) => {
    let sum = 0;
    for (let y = 0; y < h; y++) {
      for (let x = 0; x < w; x++) {
        sum += (y + 10 * x) * value(data[((Math.floor(e / c) * h + y) * w + x) * c + (e % c)], e % c);
      }
    }
    return sum;
  });

async function writeWeighted(name: string, [n, h, w, c]: number[], layout: "nchw" | "nhwc") {
  const weights = Float32Array.from({ length: h * w }, (_, p) => Math.floor(p / w) + 10 * (p % w));
  const first = layout === "nchw";
  const bytes = await exportOnnx({
    name,
    constants: { weights: { shape: first ? [1, 1, h, w] : [1, h, w, 1], data: weights } },
    inputs: { images: { shape: first ? [n, c, h, w] : [n, h, w, c], data: new Float32Array(n * h * w * c) } },
    program: ({ constants, inputs }) => {
      const pool = tf.sum(tf.mul(inputs.images, constants.weights), first ? [2, 3] : [1, 2]);
      return {
        outputs: { pool, logits: tf.slice(tf.neg(pool), [0, 0], [n, 2]), maps: tf.add(inputs.images, 1) },
      };
    },
  });
  writeFileSync(file(name), bytes);
}

/** Means over pixels of images of any number and size. */
function writeOpen(name: string) {
  const graph = new Graph();
  const input = graph.input("pixels", "float32", [-1, 3, -1, -1]);
  const value = graph.node("GlobalAveragePool", [input], "float32", [-1, 3, 1, 1]);
  writeFileSync(file(name), writeModel(name, graph.finish([{ name: "pool", value }])));
}

const close = (found: ArrayLike<number>, wanted: readonly number[], digits = 3) => {
  expect(found.length).toBe(wanted.length);
  wanted.forEach((value, e) => {
    expect(found[e]).toBeCloseTo(value, digits);
  });
};

describe("onnxFeatures", () => {
  beforeAll(async () => {
    await writeWeighted("nchw.onnx", [2, 4, 5, 3], "nchw");
    await writeWeighted("nhwc.onnx", [2, 4, 5, 3], "nhwc");
    writeOpen("open.onnx");
  });
  const base = { name: "toy", range: [-1, 1], output: "pool" } as const;

  it.each(["nchw", "nhwc"] as const)(
    "hands over %s images, more than fit into the model at once",
    async (layout) => {
      const network = await onnxFeatures({ ...base, file: file(`${layout}.onnx`) });
      expect(network.dimension).toBe(3);
      expect(network.imageShape).toEqual([4, 5, 3]);
      const x = images(5, 4, 5, 3);
      const { shape, data } = await network.features(x);
      expect(shape).toEqual([5, 3]);
      close(data, weighted(x));
    },
  );

  it("moves values into the range and normalises them by channel", async () => {
    const normalise = { mean: [100, 110, 120], deviation: [50, 60, 70] };
    const network = await onnxFeatures({ ...base, file: file("nchw.onnx"), range: [0, 255], normalise });
    const x = images(2, 4, 5, 3);
    const moved = (value: number, c: number) =>
      ((value + 1) * 127.5 - normalise.mean[c]) / normalise.deviation[c];
    close((await network.features(x)).data, weighted(x, moved));
  });

  it("rounds to 256 levels and cuts at -1 and 1, repeats grey, and resizes", async () => {
    const network = await onnxFeatures({ ...base, file: file("nhwc.onnx") });
    const grey = images(2, 8, 10, 1);
    const small = resizeBilinear(grey, [4, 5]);
    const repeated = ndarray(
      [2, 4, 5, 3],
      Float32Array.from({ length: 120 }, (_, e) => small.data[Math.floor(e / 3)]),
    );
    close((await network.features(grey)).data, weighted(repeated));
    const bright = ndarray([1, 4, 5, 3], new Float32Array(60).fill(1.7));
    const white = ndarray([1, 4, 5, 3], new Float32Array(60).fill(1));
    expect(await network.features(bright)).toEqual(await network.features(white));
  });

  it("takes models that leave number and size open, with vectors as [n, d, 1, 1]", async () => {
    const own = await onnxFeatures({ file: file("open.onnx"), name: "mean", range: [0, 1] });
    const x = images(40, 3, 7, 3);
    const means = Array.from({ length: 120 }, (_, e) => {
      let sum = 0;
      for (let p = 0; p < 21; p++) sum += (x.data[(Math.floor(e / 3) * 21 + p) * 3 + (e % 3)] + 1) / 2 / 21;
      return sum;
    });
    close((await own.features(x)).data, means, 5);
    const sized = await onnxFeatures({
      file: file("open.onnx"),
      name: "mean",
      range: [0, 1],
      resize: [6, 14],
    });
    expect(sized.imageShape).toEqual([6, 14, 3]);
  });

  it("serves the distances and, with heads, the agreement with a condition", async () => {
    const heads = { sign: { output: "logits", classes: ["first", "second"], accuracy: 0.9 } };
    const network = await onnxFeatures({ ...base, file: file("nchw.onnx"), heads });
    const x = images(12, 4, 5, 3);
    const features = await network.features(x);
    // The logits are minus the features, so the lesser of the first two wins.
    const labels = Int32Array.from({ length: 12 }, (_, i) =>
      features.data[3 * i + 1] < features.data[3 * i] ? 1 : 0,
    );
    expect(Array.from(await network.classify(x))).toEqual(Array.from(labels));
    labels[0] = 1 - labels[0];
    const { agreement, judgeAccuracy } = await conditionAgreement(network, x, labels);
    expect(agreement).toBeCloseTo(11 / 12, 12);
    expect(judgeAccuracy).toBe(0.9);
    const [kernel] = await imageDistances({
      network,
      generated: x,
      reference: x,
      train: images(12, 4, 5, 3, 2),
      rng: rng(1),
    });
    expect(kernel.name).toBe("KID (toy)");
    const silent = await onnxFeatures({ ...base, file: file("nchw.onnx") });
    await expect(conditionAgreement(silent, x, labels)).rejects.toThrow("no heads");
    await expect(silent.classify(x)).rejects.toThrow("Pass heads");
  });

  it.each<[string, object, string]>([
    ["a missing file", { file: "none.onnx" }, "no such file"],
    ["a wrong input, with the nearest", { input: "image" }, 'Did you mean "images"?'],
    ["a wrong output, with the nearest", { output: "pol" }, 'Did you mean "pool"?'],
    ["no output among several", { output: undefined }, "Pass output: one of pool, logits, maps"],
    ["an output that is no vector", { output: "maps" }, "after the pooling"],
    ["a size that the model doesn't have", { resize: [8, 8] }, "Leave resize out"],
    ["a layout that doesn't fit", { layout: "nhwc" }, "1 or 3 channels (nhwc)"],
    ["no range", { range: undefined }, "Pass range"],
    ["means for other channels", { normalise: { mean: [0], deviation: [1] } }, "3 means"],
    [
      "classes that don't fit",
      { heads: { a: { output: "logits", classes: ["x"], accuracy: 1 } } },
      "2 class names",
    ],
    ["no name", { name: "" }, "a name"],
  ])("refuses %s", async (_, options, message) => {
    const given = { ...base, file: "nchw.onnx", ...options };
    await expect(onnxFeatures({ ...given, file: file(given.file) })).rejects.toThrow(message);
  });

  it("refuses images that don't fit", async () => {
    const network = await onnxFeatures({ ...base, file: file("nchw.onnx") });
    await expect(network.features(images(2, 4, 5, 2))).rejects.toThrow("1 or 3 channels");
    await expect(
      network.features(ndarray([1, 4, 5, 3], new Float32Array(60).fill(Number.NaN))),
    ).rejects.toThrow("finite");
  });
});
