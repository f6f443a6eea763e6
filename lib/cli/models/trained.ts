import { existsSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { ndarray } from "../../array";
import { type Coupling, classBases, independent, inpainting, superResolution, tiles } from "../../couplings";
import { type Dataset, describe } from "../../data";
import { arrayPath } from "../../data/arrays/read-array";
import { expected, nearest, UsageError } from "../../errors";
import { loadModel, type ModelRecipe, modelRecipes, modelVelocity } from "../../experiments/models";
import { tableCoupling } from "../../experiments/models/own-table";
import type { RestModel } from "../../experiments/models/velocity";
import { type Field, loadNetwork, type NetworkWithParameters, networkField } from "../../fields";
import { folderPath } from "../../files/folder-path";
import { projectRoot } from "../../files/project";
import { sha256 } from "../../files/sha256";
import { loadSafetensors } from "../../formats";
import { wrongCall } from "../exit-codes";
import { isAbout, isSettings, type ModelAbout } from "./about";
import { ownData } from "./own-data";
import { dataPath, type OwnTask, type TrainSettings } from "./settings";

/** The files of a trained model's folder. */
export const files = Object.freeze({
  model: "model.safetensors",
  about: "model.json",
  record: "record.json",
  config: "config.json",
  losses: "losses.csv",
  card: "data-card",
  checkpoint: "checkpoint.safetensors",
  training: "training.json",
  evaluation: "evaluation.json",
});

/** A trained model, one's own or one that comes with the library. */
export interface Trained {
  /** For file names. */
  readonly name: string;
  /** Where its own results go: its folder, or the working directory for a model of the library. */
  readonly home: string;
  readonly own: boolean;
  readonly about: ModelAbout;
  readonly model: NetworkWithParameters & Partial<Pick<RestModel, "moments">>;
  /** b_t(x, ξ). */
  readonly b: Field;
  readonly coupling: Coupling;
  /** How it was trained; of one's own models. @throws UsageError when that is missing or damaged. */
  readonly settings?: () => TrainSettings;
  /** The data that it was trained on, split in the same way. @throws UsageError when they are gone. */
  data(print: (line: string) => void, options: DataOptions): Promise<Dataset>;
}

interface DataOptions {
  /** Where the data are now, unless they are where they were. */
  readonly at?: string;
  /** What to do where they are gone. */
  readonly advice: string;
}

const suffix = ".safetensors";

/**
 * Opens a model: the folder that `train` wrote, or the name of one that comes with the library.
 * @throws UsageError when there is none, or its files are damaged.
 */
export async function openTrained(named: string): Promise<Trained> {
  const folder = folderPath(named);
  if (existsSync(folder) && statSync(folder).isDirectory()) return openOwn(folder, named);
  if (Object.hasOwn(modelRecipes, named)) {
    const path = join(projectRoot(), "datasets", "models", named + suffix);
    if (existsSync(path)) return openShipped(modelRecipes[named], path);
  }
  const shipped = Object.keys(modelRecipes).filter((name) =>
    existsSync(join(projectRoot(), "datasets", "models", name + suffix)),
  );
  const near = nearest(named, shipped);
  const inside = existsSync(join(dirname(folder), files.about)) ? dirname(named) : undefined;
  throw wrongCall(
    expected(
      `the folder of a trained model, or one of ${shipped.join(", ")}`,
      `"${named}"`,
      inside !== undefined ? `Did you mean its folder, ${inside}?` : near ? `Did you mean "${near}"?` : "",
    ),
  );
}

function openOwn(folder: string, named: string): Trained {
  const settings = () =>
    readJson(
      join(folder, files.config),
      (value): value is TrainSettings => isSettings(value),
      () => expected(`${files.config} in "${named}"`, "none", "Put it back, or train again."),
    );
  const about = readAbout(join(folder, files.about), () => {
    const begun = existsSync(join(folder, files.checkpoint));
    const advice = begun
      ? "Its training was interrupted: run the same train command again."
      : "As in: interpolants train photos.";
    return expected(`a trained model in "${named}"`, `no ${files.about}`, advice);
  });
  const path = join(folder, files.model);
  const damaged = () =>
    expected(
      `${files.model} of ${about.file.bytes} bytes in "${named}", as ${files.about} says`,
      existsSync(path) ? "another file" : "none",
      "Put both back, or train again.",
    );
  if (!existsSync(path) || sha256(readFileSync(path)) !== about.file.sha256) throw damaged();
  const model = about.task === "table" ? loadNetwork(path) : loadModel(path);
  return Object.freeze({
    name: basename(folder),
    home: folder,
    own: true,
    about,
    model,
    b: velocityOf(model),
    coupling: couplingOf(about, path),
    settings,
    async data(print: (line: string) => void, { at, advice }: DataOptions) {
      const asked = settings();
      const path = at === undefined ? asked.data : dataPath(at);
      if (!existsSync(arrayPath(path).file)) {
        throw expected(`the data of "${named}" at ${path}`, "nothing there", advice);
      }
      const { data } = await ownData({ ...asked, data: path }, print);
      if (at !== undefined) assertSame(folder, named, at, data);
      return data;
    },
  });
}

async function openShipped(recipe: ModelRecipe, path: string): Promise<Trained> {
  const model = loadModel(path);
  const { name, title, task } = recipe;
  const [height, width, channels] = model.moments.mean0.shape;
  // The base of classes, and their names, are those of the data.
  const given = task === "classes" ? await recipe.load() : undefined;
  const bytes = readFileSync(path);
  const labelled = model.network.condition.labels !== undefined;
  const bases = given?.coupling;
  const about: ModelAbout = Object.freeze({
    title,
    task,
    image: [height, width, channels] as const,
    classes: given?.data.classes ?? [],
    ...(task === "classes" && {
      labels: { velocity: labelled, base: bases !== undefined && "means" in bases },
    }),
    ...(task === "in-painting" && { tiles: trainedTiles }),
    ...(task === "super-resolution" && trainedEnlargement),
    file: { bytes: bytes.length, sha256: sha256(bytes) },
  });
  return Object.freeze({
    name,
    home: process.cwd(),
    own: false,
    about,
    model,
    b: modelVelocity(model),
    coupling: given?.coupling ?? couplingOf(about, path),
    data: async () => (given ?? (await recipe.load())).data,
  });
}

/** As in the recipes of `ownImages` and of the models that come with the library. */
export const trainedTiles = Object.freeze({ grid: 8, p: 0.3 });
export const trainedEnlargement = Object.freeze({ factor: 4, sigma: 0.25 });

const velocityOf = ({ moments, ...model }: Trained["model"]): Field =>
  moments ? modelVelocity({ ...model, moments }) : networkField(model);

/** The coupling of a model, from its description and the arrays beside its weights. */
function couplingOf(about: ModelAbout, path: string): Coupling {
  const { task, image = [0, 0, 0], tiles: masks = trainedTiles, columns = [] } = about;
  const { factor = 1, sigma = 0 } = about;
  const made: Readonly<Record<OwnTask, () => Coupling>> = {
    "in-painting": () => inpainting({ mask: tiles(masks) }),
    "super-resolution": () => superResolution({ factor, sigma, channels: image[2] }),
    classes() {
      if (!about.labels?.base) return independent({ classes: about.classes.length });
      const { tensors } = loadSafetensors(path);
      const array = (name: string) => {
        const { shape, data } = tensors[`base.${name}`];
        return ndarray(shape, data as Float32Array);
      };
      const labelled = about.labels.velocity;
      return classBases({ means: array("means"), deviations: array("deviations"), labelled });
    },
    table: () => tableCoupling(columns.map(({ span }) => span)),
  };
  return made[task]();
}

/** The description of a model, in a file. @throws UsageError where there is none, or it is damaged. */
export const readAbout = (path: string, missing: () => UsageError): ModelAbout =>
  readJson(path, isAbout, missing);

function readJson<T>(path: string, fits: (value: unknown) => value is T, missing: () => UsageError): T {
  if (!existsSync(path)) throw missing();
  const value = jsonIn(path);
  if (fits(value)) return value;
  throw new UsageError(`${path} is damaged. Put back a copy of it, or train again.`);
}

function jsonIn(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return undefined;
  }
}

/** @throws unless these are the data that a model was trained on, by their checksum. */
function assertSame(folder: string, named: string, at: string, data: Dataset): void {
  const record = jsonIn(join(folder, files.record)) as { data?: { checksum?: string } } | undefined;
  if (record?.data?.checksum === describe(data).checksum) return;
  throw expected(
    `the data that "${named}" was trained on at --data ${at}`,
    "others",
    "What is held out is told by them: give those, unchanged.",
  );
}
