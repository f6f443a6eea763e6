/**
 * Trains the networks behind the feature metrics anew, and writes their weights and records to
 * datasets/features. Run it with `npx tsx datasets/tools/train-features.ts [mnist] [fashion] [emoji]`; it
 * takes minutes on 2 cores.
 */
import { join } from "node:path";
import type { NdArray } from "../../lib/array";
import { type Dataset, emoji, fashionMnist, mnist, type Samples } from "../../lib/data";
import type { Named, Values } from "../../lib/engine";
import { choose } from "../../lib/errors";
import { writeAtomically } from "../../lib/files/atomic-write";
import { projectRoot } from "../../lib/files/project";
import { sha256 } from "../../lib/files/sha256";
import { decodeSafetensors, encodeSafetensors } from "../../lib/formats";
import { type ClassifierOptions, classifier } from "../../lib/metrics/features/classifier";
import { type FeatureRecord, fromWeights } from "../../lib/metrics/features/feature-network";
import { type TrainClassifierOptions, trainClassifier } from "./train-classifier";

interface Labelled {
  readonly images: NdArray;
  readonly labels: Readonly<Record<string, Int32Array>>;
}

interface Recipe {
  readonly architecture: ClassifierOptions;
  readonly heads: Readonly<Record<string, readonly string[]>>;
  readonly training: Omit<TrainClassifierOptions, "images" | "labels">;
  readonly data: () => Promise<{ readonly train: Labelled; readonly test: Labelled }>;
}

/** A small network for grey 32×32 images of one kind of classes, and how it is trained. */
const grey = (
  { train, test, classes }: Dataset,
  { head, epochs }: { readonly head: string; readonly epochs: number },
): Recipe => {
  const labelled = ({ x, labels }: Samples) => ({ images: x, labels: { [head]: labels! } });
  return {
    architecture: {
      size: 32,
      channels: 1,
      widths: [32, 64, 96],
      strides: [2, 2, 2],
      dimension: 64,
      heads: { [head]: classes.length },
    },
    heads: { [head]: classes },
    training: {
      epochs,
      batch: 128,
      learningRate: 2e-3,
      dropout: 0.2,
      shift: 2,
      mirror: false,
      seed: 1,
    },
    data: async () => ({ train: labelled(train), test: labelled(test) }),
  };
};

async function recipes(): Promise<Readonly<Record<string, () => Promise<Recipe>>>> {
  return {
    mnist: async () => grey(await mnist(), { head: "digit", epochs: 5 }),
    fashion: async () => grey(await fashionMnist(), { head: "article", epochs: 30 }),
    emoji: async () => {
      const { train, test, categories, styles } = await emoji();
      const labelled = (split: typeof train) => ({
        images: split.x,
        labels: { category: split.categories, style: split.styles },
      });
      return {
        architecture: {
          size: 32,
          channels: 3,
          widths: [32, 64, 96, 128],
          strides: [1, 2, 2, 2],
          dimension: 96,
          heads: { category: categories.length, style: styles.length },
        },
        heads: { category: categories, style: styles },
        training: {
          epochs: 30,
          batch: 64,
          learningRate: 1.5e-3,
          dropout: 0.4,
          shift: 3,
          mirror: true,
          seed: 1,
        },
        data: async () => ({ train: labelled(train), test: labelled(test) }),
      };
    },
  };
}

async function main(): Promise<void> {
  const known = await recipes();
  const chosen = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(known);
  for (const set of chosen) await run(set, await choose("data set", set, known)());
}

async function run(set: string, { architecture, heads, training, data }: Recipe): Promise<void> {
  const { train, test } = await data();
  const began = Date.now();
  const seconds = () => Math.round((Date.now() - began) / 1000);
  const network = classifier(architecture);
  const trained = await trainClassifier(network, {
    ...train,
    ...training,
    onEpoch: (epoch, loss) => console.log(`${set}: epoch ${epoch}, loss ${loss.toFixed(4)}, ${seconds()} s`),
  });
  const bytes = encodeSafetensors(trained, { floats: "F16" });
  const weights = decodeSafetensors(bytes).tensors;
  const outline = { name: `${set}-cnn`, architecture, heads, accuracy: {}, scale: 1 };
  const scale = await featureScale(outline, weights, train.images);
  const accuracy = await accuracyOf(outline, weights, test);
  console.log(`${set}: ${JSON.stringify(accuracy)} on ${test.images.shape[0]} test images`);

  const folder = join(projectRoot(), "datasets", "features");
  const file = `${set}.safetensors`;
  writeAtomically(join(folder, file), bytes);
  const record: FeatureRecord = {
    ...outline,
    accuracy,
    scale,
    training: {
      ...training,
      images: train.images.shape[0],
      date: new Date().toISOString().slice(0, 10),
    },
    files: { [file]: { bytes: bytes.length, sha256: sha256(bytes) } },
  };
  writeAtomically(join(folder, `${set}.json`), `${JSON.stringify(record, null, 2)}\n`);
}

type Outline = Parameters<typeof fromWeights>[0];

/**
 * The factor that gives the features of these images mean square 1/4; the cubic kernel is then of moderate
 * tails.
 */
async function featureScale(outline: Outline, weights: Named<Values>, images: NdArray): Promise<number> {
  const { data } = await fromWeights(outline, weights).features(images);
  let sum = 0;
  for (const value of data) sum += value * value;
  return 0.5 / Math.sqrt(sum / data.length);
}

async function accuracyOf(outline: Outline, weights: Named<Values>, { images, labels }: Labelled) {
  const network = fromWeights(outline, weights);
  const accuracy: Record<string, number> = {};
  for (const [head, wanted] of Object.entries(labels)) {
    const seen = await network.classify(images, head);
    accuracy[head] = seen.filter((label, i) => label === wanted[i]).length / wanted.length;
  }
  return accuracy;
}

main();
