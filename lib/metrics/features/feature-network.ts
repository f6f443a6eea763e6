import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { assertShape, concatRows, type NdArray, ndarray, sliceRows } from "../../array";
import { quantise } from "../../data/pixels";
import { readRecord } from "../../data/record";
import { compile, type EngineName, type Values } from "../../engine";
import { chunkRows, chunksOf } from "../../engine/chunks";
import { assertKnown, choose, UsageError } from "../../errors";
import { projectRoot, restoreAdvice } from "../../files/project";
import { type FileRecord, readVerified } from "../../files/verified";
import { decodeSafetensors } from "../../formats/safetensors";
import { inChunks } from "./chunks";
import { type ClassifierOptions, classifier } from "./classifier";

/**
 * A network that turns images into features and classifies them: a small classifier trained on one data set
 * (`featureNetwork`; see datasets/features/README.md) or your own model (`onnxFeatures`). Metrics carry its
 * name.
 */
export interface FeatureNetwork {
  /** As in "KID (mnist-cnn)". */
  readonly name: string;
  /** Length of a feature vector. */
  readonly dimension: number;
  /** Height, width and channels of the images; `onnxFeatures` resizes others. */
  readonly imageShape: readonly [number, number, number];
  /** The classes of each head: head → names by class index. The first head is the default. */
  readonly heads: Readonly<Record<string, readonly string[]>>;
  /** Each head's accuracy on the data set's test images. */
  readonly accuracy: Readonly<Record<string, number>>;
  /**
   * Images `[n, h, w, c]` in [-1, 1] → features `[n, dimension]`; those of `featureNetwork` are at least 0,
   * with a mean square of 1/4 over the training images. Images are first rounded to 256 levels, as an image
   * file would store them.
   * @throws when the shape isn't the network's or a pixel isn't finite.
   */
  features(images: NdArray): Promise<NdArray>;
  /**
   * The same images → the activations after each stage of the network, `[n, h, w, channels]` each, for
   * `perceptualDistance`; `onnxFeatures` hasn't them.
   */
  activations?(images: NdArray): Promise<readonly NdArray[]>;
  /** The most likely class of each image, by the given head or the first. */
  classify(images: NdArray, head?: string): Promise<Int32Array>;
}

/** A feature network that comes with the library, by the data that it was trained on. */
export type FeatureNetworkName = "mnist" | "fashion" | "emoji";

/** Options of {@link featureNetwork}. */
export interface FeatureNetworkOptions {
  /** The engine that runs it; default: the environment variable ENGINE, or else "onnx". */
  readonly engine?: EngineName;
}

/** The record stored with the weights: datasets/features/<set>.json. */
export interface FeatureRecord {
  readonly name: string;
  readonly architecture: ClassifierOptions;
  readonly heads: Readonly<Record<string, readonly string[]>>;
  readonly accuracy: Readonly<Record<string, number>>;
  /** Factor on the features that makes their mean square 1/4. */
  readonly scale: number;
  readonly training: Readonly<Record<string, unknown>>;
  readonly files: Readonly<Record<string, FileRecord>>;
}

const chunking = { most: 128, rows: (count: number) => 2 ** Math.ceil(Math.log2(count)) };

/** Loads the network of a data set. @throws when its weights are missing or damaged. */
export async function featureNetwork(
  set: FeatureNetworkName,
  options: FeatureNetworkOptions = {},
): Promise<FeatureNetwork> {
  assertKnown(options, { engine: true }, "featureNetwork");
  const file = choose("feature network", set, {
    mnist: "mnist.safetensors",
    fashion: "fashion.safetensors",
    emoji: "emoji.safetensors",
  });
  const root = projectRoot();
  const record = await readRecord<FeatureRecord>(root, `features/${set}`);
  const folder = join(root, "datasets", "features");
  const restore = restoreAdvice("datasets/features", root);
  const contents = await readVerified({ what: `${set} network`, folder, files: record.files, restore });
  const { tensors } = decodeSafetensors(contents[file], file);
  return fromWeights(record, tensors, options.engine);
}

/** A feature network with the given weights. */
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
      return { outputs: { features: tf.mul(features, scale), ...logits } };
    },
  });
  const imageShape = Object.freeze([size, size, channels] as const);

  /** One output of the network for all images. */
  const outputs = async (images: NdArray, output: string): Promise<NdArray> => {
    assertNetworkImages(images, imageShape, name);
    const width = output === "features" ? dimension : heads[output].length;
    return inChunks(quantise(images), { ...chunking, width }, async (chunk) => {
      const results = await compiled.run({ images: chunk as Values });
      return results[output];
    });
  };

  const stages = compile({
    name: `${name}'s stages`,
    ...(engine && { engine }),
    constants: weights,
    program: ({ constants, inputs }) => {
      const { activations } = network.apply(constants, inputs.images);
      return { outputs: Object.fromEntries(activations.map((map, stage) => [`${stage}`, map])) };
    },
  });

  return Object.freeze({
    name,
    dimension,
    imageShape,
    heads,
    accuracy,
    features: (images: NdArray) => outputs(images, "features"),
    async activations(images: NdArray) {
      assertNetworkImages(images, imageShape, name);
      const maps: NdArray[][] = architecture.widths.map(() => []);
      const all = quantise(images) as Values;
      for (const chunk of chunksOf(images.shape[0], chunking.most)) {
        const outputs = await stages.run({ images: chunkRows(all, chunk) });
        for (const [stage, map] of maps.entries()) {
          const { shape, data } = outputs[stage];
          map.push(sliceRows(ndarray(shape, data as Float32Array), 0, chunk.count));
        }
      }
      return maps.map(concatRows);
    },
    async classify(images: NdArray, head: string = Object.keys(heads)[0]) {
      choose(`head of ${name}`, head, heads);
      return largest(await outputs(images, head));
    },
  });
}

/** @throws unless the images have this shape, −1 standing for any length, and are finite. */
export function assertNetworkImages(images: NdArray, shape: readonly number[], name: string): void {
  assertShape(images, [-1, ...shape], `images for ${name}`);
  if (!images.data.every(Number.isFinite)) {
    throw new UsageError(
      `Expected finite images for ${name}, but a pixel is NaN or infinite. ` +
        "Look for a sampler or a training run that diverged.",
    );
  }
}

/** The index of the largest value in each row. */
export function largest({ shape: [n, width], data }: NdArray): Int32Array {
  return Int32Array.from({ length: n }, (_, i) => {
    let best = 0;
    for (let k = 1; k < width; k++) if (data[i * width + k] > data[i * width + best]) best = k;
    return best;
  });
}
