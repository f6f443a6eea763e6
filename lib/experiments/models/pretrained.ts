import { join } from "node:path";
import { type NdArray, ndarray } from "../../array";
import { type FileRecord, readRecord, readVerified } from "../../data/files";
import { projectRoot } from "../../data/root";
import { choose } from "../../errors";
import type { Field } from "../../fields";
import { loadNetwork, saveNetwork } from "../../fields";
import { loadSafetensors } from "../../formats";
import type { ModelMeasures } from "./measure";
import { modelVelocity, momentNames, type RestModel } from "./model";
import type { ModelRecipe } from "./recipe";

/** What datasets/models/NAME.json says of a model. */
export interface ModelCard extends ModelMeasures {
  readonly title: string;
  /** The command that trains it. */
  readonly command: string;
  readonly steps: number;
  readonly batch: number;
  readonly seed: number;
  readonly parameters: number;
  /** Hours that one core of `machine` computed for it. */
  readonly hours: number;
  readonly machine: string;
  readonly trained: string;
  readonly file: FileRecord;
}

/** A trained model of the box. */
export interface Pretrained extends RestModel {
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
    restore: `git checkout -- "datasets/models/${file}"`,
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
  { network, parameters, moments }: RestModel,
  more: Readonly<Record<string, NdArray>> = {},
): void {
  const arrays = momentNames.map((name) => [`moments.${name}`, asFloats(moments[name])] as const);
  const others = Object.entries(more).map(([name, array]) => [name, asFloats(array)] as const);
  const beside = Object.fromEntries([...arrays, ...others]);
  saveNetwork(path, { network, parameters }, { floats: "F16", beside });
}

/** Reads what `saveModel` wrote. @throws UsageError if the file is something else. */
export function loadModel(path: string): RestModel {
  const { tensors } = loadSafetensors(path);
  const moments = Object.fromEntries(
    momentNames.map((name) => {
      const { shape, data } = choose(`array of ${path}`, `moments.${name}`, tensors);
      return [name, ndarray(shape, data as Float32Array)];
    }),
  ) as unknown as RestModel["moments"];
  return Object.freeze({ ...loadNetwork(path), moments });
}

const asFloats = ({ shape, data }: NdArray) => ({ shape, data: Float32Array.from(data) });
