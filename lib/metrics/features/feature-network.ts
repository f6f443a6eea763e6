import { join } from "node:path";
import { assertShape, type NdArray, ndarray } from "../../array";
import { type FileRecord, readRecord, readVerified } from "../../data/files";
import { quantise } from "../../data/pixels";
import { projectRoot } from "../../data/root";
import { compile, type EngineName, type Values } from "../../engine";
import { choose, UsageError } from "../../errors";
import { decodeSafetensors } from "../../training/safetensors";
import { type ClassifierOptions, classifier } from "./classifier";

/**
 * A network that sees images as features and judges their class: a small classifier that was trained on one data set
 * (`featureNetwork`; see datasets/features/README.md) or your own model (`onnxFeatures`). What it measures is named by it.
 */
export interface FeatureNetwork {
  /** As in "KID (mnist-cnn)". */
  readonly name: string;
  /** Length of a feature vector. */
  readonly dimension: number;
  /** Height, width and channels of the images; `onnxFeatures` resizes others. */
  readonly imageShape: readonly [number, number, number];
  /** What each head tells apart: head → names by class number. The first head is the default. */
  readonly heads: Readonly<Record<string, readonly string[]>>;
  /** Share of the data set's test images that each head gets right. */
  readonly accuracy: Readonly<Record<string, number>>;
  /**
   * Images `[n, h, w, c]` in [-1, 1] → features `[n, dimension]`; those of `featureNetwork` are at least 0, with mean
   * square 1/4 over the training images. Images are first rounded to 256 levels, as a file would hold them.
   * @throws when the shape isn't the network's or a pixel isn't finite.
   */
  features(images: NdArray): Promise<NdArray>;
  /** The most likely class of each image. */
  classify(images: NdArray, head?: string): Promise<Int32Array>;
}

export type FeatureNetworkName = "mnist" | "emoji";

export interface FeatureNetworkOptions {
  /** Which engine runs it; default: the environment variable ENGINE, else "onnx". */
  readonly engine?: EngineName;
}

/** The record beside the weights: datasets/features/<set>.json. */
export interface FeatureRecord {
  readonly name: string;
  readonly architecture: ClassifierOptions;
  readonly heads: Readonly<Record<string, readonly string[]>>;
  readonly accuracy: Readonly<Record<string, number>>;
  /** Factor on the features that gives them mean square 1/4. */
  readonly scale: number;
  readonly training: Readonly<Record<string, unknown>>;
  readonly files: Readonly<Record<string, FileRecord>>;
}

const BATCH = 128;

/** Loads the network of a data set. @throws when its weights are missing or damaged. */
export async function featureNetwork(
  set: FeatureNetworkName,
  options: FeatureNetworkOptions = {},
): Promise<FeatureNetwork> {
  const file = choose("feature network", set, { mnist: "mnist.safetensors", emoji: "emoji.safetensors" });
  const root = projectRoot();
  const record = await readRecord<FeatureRecord>(root, `features/${set}`);
  const folder = join(root, "datasets", "features");
  const mend = "git checkout -- datasets/features";
  const contents = await readVerified({ what: `${set} network`, folder, files: record.files, mend });
  const { tensors } = decodeSafetensors(contents[file], file);
  return fromWeights(record, tensors, options.engine);
}

/** A feature network of given weights. */
export function fromWeights(
  record: Omit<FeatureRecord, "training" | "files">,
  weights: Readonly<Record<string, Values>>,
  engine?: EngineName,
): FeatureNetwork {
  const { name, architecture, heads, accuracy, scale } = record;
  const { size, channels, dimension } = architecture;
  const network = classifier(architecture);
  const compiled = compile({
    name,
    ...(engine && { engine }),
    constants: weights,
    program: ({ constants, inputs }) => {
      const { features, logits } = network.apply(constants, inputs.images);
      return { outputs: { features: features.mul(scale), ...logits } };
    },
  });
  const imageShape = Object.freeze([size, size, channels] as const);

  /** One output of the network over all images, batch by batch. */
  const outputs = async (images: NdArray, output: string): Promise<NdArray> => {
    assertImages(images, imageShape, name);
    const { data } = quantise(images);
    const n = images.shape[0];
    const pixels = size * size * channels;
    const width = output === "features" ? dimension : heads[output].length;
    const all = new Float32Array(n * width);
    for (let start = 0; start < n; ) {
      const count = Math.min(BATCH, n - start);
      // Batches of a power of two, the last one filled up: few shapes to compile for.
      const batch = 2 ** Math.ceil(Math.log2(count));
      const input = new Float32Array(batch * pixels);
      input.set(data.subarray(start * pixels, (start + count) * pixels));
      const result = await compiled.run({ images: { shape: [batch, ...imageShape], data: input } });
      all.set(result[output].data.subarray(0, count * width), start * width);
      start += count;
    }
    return ndarray([n, width], all);
  };

  return Object.freeze({
    name,
    dimension,
    imageShape,
    heads,
    accuracy,
    features: (images: NdArray) => outputs(images, "features"),
    async classify(images: NdArray, head: string = Object.keys(heads)[0]) {
      choose(`head of ${name}`, head, heads);
      return largest(await outputs(images, head));
    },
  });
}

/** Checks the shape of images, -1 for any length, and that they are finite. */
export function assertImages(images: NdArray, shape: readonly number[], name: string): void {
  assertShape(images, [-1, ...shape], `images for ${name}`);
  if (!images.data.every(Number.isFinite)) {
    throw new UsageError(
      `Expected finite images for ${name}, but a pixel is NaN or infinite. ` +
        "Look for a sampler or a training run that diverged.",
    );
  }
}

/** The class of the largest value in each row. */
export function largest({ shape: [n, width], data }: NdArray): Int32Array {
  return Int32Array.from({ length: n }, (_, i) => {
    let best = 0;
    for (let k = 1; k < width; k++) if (data[i * width + k] > data[i * width + best]) best = k;
    return best;
  });
}
