import { type NdArray, ndarray } from "../../array";
import { quantise } from "../../data/pixels";
import { resizeBilinear } from "../../data/resample";
import { type ModelFile, openModel, type Port } from "../../engine";
import { assertKnown, choose, expected } from "../../errors";
import { type Chunking, inChunks } from "./chunks";
import { assertNetworkImages, type FeatureNetwork, largest } from "./feature-network";

/** An output of a model that classifies images. */
export interface OnnxHead {
  /** The output's name: logits or probabilities `[n, classes]`. */
  readonly output: string;
  /** Names by class index. */
  readonly classes: readonly string[];
  /** Its accuracy on real test images, as you measured it. */
  readonly accuracy: number;
}

/** Options of {@link onnxFeatures}. */
export interface OnnxFeaturesOptions {
  /** Path of the model. */
  readonly file: string;
  /** The name that metrics carry, as in "KID (inception-v3)". */
  readonly name: string;
  /** The lowest and highest pixel value that the model was trained with: [0, 1], [-1, 1], [0, 255]. */
  readonly range: readonly [number, number];
  /** If the model expects (pixel − mean) / deviation, in the units of `range`, one number per channel. */
  readonly normalise?: { readonly mean: readonly number[]; readonly deviation: readonly number[] };
  /** The input for images; needed when the model has several. */
  readonly input?: string;
  /** The output for features `[n, d]`, or `[n, d, 1, 1]`; needed when the model has several. */
  readonly output?: string;
  /** The order of its axes; inferred where only one of the two candidates has 1 or 3 channels. */
  readonly layout?: "nchw" | "nhwc";
  /** Height and width that images are resized to. Default: the model's own, or else those of each image. */
  readonly resize?: readonly [number, number];
  /** Its classifiers, for `conditionAgreement`. */
  readonly heads?: Readonly<Record<string, OnnxHead>>;
}

const known = {
  file: true,
  name: true,
  range: true,
  normalise: true,
  input: true,
  output: true,
  layout: true,
  resize: true,
  heads: true,
} as const satisfies Record<keyof OnnxFeaturesOptions, true>;

/**
 * A feature network from your own ONNX file. With the same file of FID's Inception network that others use,
 * distances can be compared with theirs.
 *
 * Images are first rounded to 256 levels, as an image file would store them; then resized (bilinear between
 * pixel centres, without smoothing when they shrink), grey ones repeated over three channels, and mapped to
 * `range`. Features are used as the model returns them, so distances are in its units.
 *
 * @example
 * import { writeFileSync } from "node:fs";
 * import * as tf from "@tensorflow/tfjs-core";
 * const images = { shape: [8, 16, 16, 3], data: new Float32Array(8 * 16 * 16 * 3) };
 * const model = await exportOnnx({
 *   name: "mean",
 *   program: ({ inputs }) => ({ outputs: { mean: tf.mean(inputs.images, [1, 2]) } }),
 *   inputs: { images },
 * });
 * writeFileSync("mean.onnx", model);
 * const network = await onnxFeatures({ file: "mean.onnx", name: "mean colour", range: [-1, 1] });
 * (await network.features(colourImages.x)).shape; // [32, 3]
 * @throws UsageError when the file is missing or isn't a model, a name is unknown, or a shape or number
 * format doesn't fit.
 */
export async function onnxFeatures(options: OnnxFeaturesOptions): Promise<FeatureNetwork> {
  assertKnown(options, known, "onnxFeatures");
  const { file, name, heads = {} } = options;
  if (!name) throw expected("a name for the feature network", `"${name}"`, 'Pass name: "inception-v3".');
  const model = await openModel(file);
  try {
    return await prepare(model, options);
  } catch (error) {
    await model.dispose();
    throw error;
  }

  async function prepare(model: ModelFile, options: OnnxFeaturesOptions): Promise<FeatureNetwork> {
    const input = theOne("input", options.input, model.inputs, file);
    const output = theOne("output", options.output, model.outputs, file);
    for (const { output } of Object.values(heads)) choose(`output of ${file}`, output, model.outputs);
    const reader = imageReader(model.inputs[input], input, options);

    /** One output of the model for all images. */
    const outputs = async (images: NdArray, from: string): Promise<NdArray> => {
      assertNetworkImages(images, [-1, -1, -1], name);
      return inChunks(quantise(images), reader.chunking, async (chunk) => {
        const results = await model.run({ [input]: reader.read(chunk) }, [from]);
        const { shape } = results[from];
        if (shape.length < 2 || shape.slice(2).some((length) => length !== 1) || shape[0] < chunk.shape[0]) {
          throw expected(
            `one vector per image, [n, d], from output "${from}" of ${file}`,
            `shape [${shape.join(", ")}]`,
            "Name an output after the pooling.",
          );
        }
        return results[from];
      });
    };

    const [height, wide] = reader.size ?? [32, 32];
    const probe = ndarray(
      [1, height, wide, reader.channels],
      new Float32Array(height * wide * reader.channels),
    );
    const dimension = (await outputs(probe, output)).shape[1];
    for (const [head, { output, classes }] of Object.entries(heads)) {
      const found = (await outputs(probe, output)).shape[1];
      if (found !== classes.length) {
        throw expected(
          `${found} class names for head "${head}", as output "${output}" has`,
          `${classes.length}`,
        );
      }
    }
    const each = <T>(of: (head: OnnxHead) => T) =>
      Object.freeze(Object.fromEntries(Object.entries(heads).map(([head, value]) => [head, of(value)])));
    return Object.freeze({
      name,
      dimension,
      imageShape: Object.freeze([height, wide, reader.channels] as const),
      heads: each(({ classes }) => classes),
      accuracy: each(({ accuracy }) => accuracy),
      features: (images: NdArray) => outputs(images, output),
      async classify(images: NdArray, head = Object.keys(heads)[0]) {
        if (head === undefined) throw expected(`heads for ${name} to classify with`, "none", "Pass heads.");
        return largest(await outputs(images, choose(`head of ${name}`, head, heads).output));
      },
    });
  }
}

/** The port called `name`, or the only one. */
function theOne(
  role: string,
  name: string | undefined,
  named: Readonly<Record<string, Port>>,
  file: string,
): string {
  const all = Object.keys(named);
  if (name !== undefined) {
    choose(`${role} of ${file}`, name, named);
    return name;
  }
  if (all.length === 1) return all[0];
  throw expected(`the name of one ${role} of ${file}`, "none", `Pass ${role}: one of ${all.join(", ")}.`);
}

/** How images are passed to a model. */
interface ImageReader {
  readonly channels: number;
  /** Height and width, where they are fixed. */
  readonly size?: readonly [number, number];
  readonly chunking: Chunking;
  read(images: NdArray): { readonly shape: readonly number[]; readonly data: Float32Array };
}

/** Batch size where the model leaves it open. */
const MOST = 32;

function imageReader(port: Port, input: string, options: OnnxFeaturesOptions): ImageReader {
  const { file, range, normalise, resize } = options;
  const what = `input "${input}" of ${file}`;
  const text = `${port.type} [${port.shape.map((length) => length ?? "any").join(", ")}]`;
  if (port.type !== "float32" || (port.shape.length !== 4 && port.shape.length !== 0)) {
    throw expected(`${what} to take images as float32 with four axes`, text);
  }
  const shape = port.shape.length === 4 ? port.shape : [null, null, null, null];
  const isChannels = (length: number | null) => length === 1 || length === 3;
  const seen =
    isChannels(shape[1]) === isChannels(shape[3]) ? undefined : isChannels(shape[1]) ? "nchw" : "nhwc";
  const layout = options.layout ?? seen;
  if (layout !== "nchw" && layout !== "nhwc") {
    throw expected(`a layout for ${what}, ${text}`, `${layout}`, 'Pass layout: "nchw" or layout: "nhwc".');
  }
  const first = layout === "nchw";
  const channels = shape[first ? 1 : 3] ?? normalise?.mean.length ?? 3;
  const [h, w] = first ? [shape[2], shape[3]] : [shape[1], shape[2]];
  if (!isChannels(channels)) throw expected(`${what} to take 1 or 3 channels (${layout})`, text);
  if (resize && !resize.every((length) => Number.isInteger(length) && length > 0)) {
    throw expected("a height and a width to resize to", resize.join(" × "));
  }
  if (resize && ((h ?? resize[0]) !== resize[0] || (w ?? resize[1]) !== resize[1])) {
    throw expected(`to resize to the size of ${what}, ${text}`, resize.join(" × "), "Leave resize out.");
  }
  const size = resize ?? (h !== null && w !== null ? ([h, w] as const) : undefined);
  const [low, high] = range ?? [];
  if (!(low < high && Number.isFinite(high - low))) {
    throw expected(
      "a range of pixel values, the lowest first",
      `[${range}]`,
      "Pass range: [0, 1], [-1, 1] or [0, 255], as the model was trained.",
    );
  }
  const { mean, deviation } = normalise ?? {
    mean: Array(channels).fill(0),
    deviation: Array(channels).fill(1),
  };
  if (mean.length !== channels || deviation.length !== channels || !deviation.every((value) => value > 0)) {
    throw expected(
      `${channels} means and deviations above 0 to normalise with`,
      `[${mean}] and [${deviation}]`,
    );
  }
  const fixed = shape[0];

  return {
    channels,
    ...(size && { size }),
    chunking: fixed === null ? { most: MOST } : { most: fixed, rows: () => fixed },
    read(images) {
      const from = images.shape[3];
      if (from !== channels && from !== 1) {
        throw expected(
          `images of ${channels === 1 ? "1 channel" : "1 or 3 channels"} for ${what}`,
          `${from}`,
        );
      }
      const sized = size ? resizeBilinear(images, size) : images;
      const [n, height, width] = sized.shape;
      const data = new Float32Array(n * height * width * channels);
      const pixels = height * width;
      for (let i = 0; i < n; i++) {
        for (let p = 0; p < pixels; p++) {
          for (let c = 0; c < channels; c++) {
            const value = sized.data[(i * pixels + p) * from + (from === 1 ? 0 : c)];
            const scaled = (low + ((value + 1) / 2) * (high - low) - mean[c]) / deviation[c];
            data[first ? (i * channels + c) * pixels + p : (i * pixels + p) * channels + c] = scaled;
          }
        }
      }
      return { shape: first ? [n, channels, height, width] : [n, height, width, channels], data };
    },
  };
}
