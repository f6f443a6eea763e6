import { join } from "node:path";
import type { NdArray } from "../../array";
import { readRecord } from "../../data/record";
import { expected } from "../../errors";
import type { Field } from "../../fields";
import { loadWithChecksum, saveWithChecksum } from "../../fields/network/store";
import { projectRoot, restoreAdvice } from "../../files/project";
import { type FileRecord, readVerified } from "../../files/verified";
import type { ModelMeasures } from "./measure";
import type { ModelRecipe } from "./recipe";
import { encodeModel, modelVelocity, type RestModel, storedModel } from "./velocity";

/** What datasets/models/NAME.json says of a model. */
export interface ModelCard extends ModelMeasures {
  /** What the model does, for headings. */
  readonly title: string;
  /** The command that trains it. */
  readonly command: string;
  /** Training steps, of all rounds. */
  readonly steps: number;
  /** Samples in each step. */
  readonly batch: number;
  /** Seed of all randomness in the training. */
  readonly seed: number;
  /** How many parameters the network has. */
  readonly parameters: number;
  /** Hours that one core of `machine` computed for it. */
  readonly hours: number;
  /** The processor it was trained on, such as "AMD EPYC". */
  readonly machine: string;
  /** The day it was trained, in ISO 8601: "2026-11-30". */
  readonly trained: string;
  /** Length and checksum of its safetensors file. */
  readonly file: FileRecord;
}

/** A trained library model. */
export interface Pretrained extends RestModel {
  /** How it was trained, and how it scores on unseen images. */
  readonly card: ModelCard;
  /** b_t(x, ξ). */
  readonly b: Field;
}

/**
 * Reads a model that comes with the library, by its recipe.
 * @throws UsageError if its file is missing or damaged, with the command that restores it.
 */
export async function pretrained({ name }: Pick<ModelRecipe, "name">): Promise<Pretrained> {
  const root = projectRoot();
  const card = await readRecord<ModelCard>(root, `models/${name}`);
  const folder = join(root, "datasets", "models");
  const file = `${name}.safetensors`;
  await readVerified({
    what: `model "${name}"`,
    folder,
    files: { [file]: card.file },
    restore: restoreAdvice(`"datasets/models/${file}"`, root),
  });
  const model = loadModel(join(folder, file));
  return Object.freeze({ ...model, card, b: modelVelocity(model) });
}

/**
 * Writes a model's network, parameters and moments as safetensors, floats as float16.
 * @param more further arrays by name, to be read by `loadSafetensors`
 */
export function saveModel(
  path: string,
  model: RestModel,
  more: Readonly<Record<string, NdArray>> = {},
): void {
  if (model?.moments === undefined) {
    throw expected(
      "a model of trainModel, with its moments",
      "one without",
      "For a model of train, use saveNetwork(path, model).",
    );
  }
  const beside = Object.entries(more).map(([name, { shape, data }]) => [
    name,
    { shape, data: Float32Array.from(data) },
  ]);
  saveWithChecksum(path, encodeModel(model, Object.fromEntries(beside)), { floats: "F16" });
}

/** Reads what `saveModel` wrote. @throws UsageError if the file is something else. */
export function loadModel(path: string): RestModel {
  return storedModel(loadWithChecksum(path), path);
}
