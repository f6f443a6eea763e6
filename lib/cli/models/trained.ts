import { existsSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { ndarray } from "../../array";
import { type Coupling, classBases, independent, inpainting, superResolution, tiles } from "../../couplings";
import type { Dataset } from "../../data";
import { arrayPath } from "../../data/arrays/read-array";
import { sha256 } from "../../data/files";
import { folderPath } from "../../data/images/list-files";
import { projectRoot } from "../../data/root";
import type { TableColumn } from "../../data/table/codec";
import { expected, nearest, UsageError } from "../../errors";
import { loadModel, type ModelRecipe, modelRecipes, modelVelocity } from "../../experiments/models";
import { tableCoupling } from "../../experiments/models/own-table";
import type { RestModel } from "../../experiments/models/velocity";
import { type Field, loadNetwork, type NetworkWithParameters, networkField } from "../../fields";
import { loadSafetensors } from "../../formats";
import { ownData } from "./own-data";
import type { OwnTask, TrainSettings } from "./settings";

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

/** What a model is and how it was built, in model.json: all that sampling needs besides the weights. */
export interface ModelAbout {
  readonly title: string;
  readonly task: OwnTask;
  /** Of images: height, width and channels. */
  readonly image?: readonly [number, number, number];
  /** Of an array of images: the numbers of black and white, where they don't follow from its type. */
  readonly range?: readonly [low: number, high: number];
  readonly classes: readonly string[];
  /** Whether the velocity sees the class, and whether the base depends on it. */
  readonly labels?: { readonly velocity: boolean; readonly base: boolean };
  /** Of in-painting: the masks it was trained with. */
  readonly tiles?: { readonly grid: number; readonly p: number };
  /** Of super-resolution. */
  readonly factor?: number;
  readonly sigma?: number;
  /** Of a table: what its columns became. */
  readonly columns?: readonly TableColumn[];
  readonly file: { readonly bytes: number; readonly sha256: string };
}

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
  /** The data that it was trained on, split in the same way. */
  data(print: (line: string) => void): Promise<Dataset>;
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
  throw expected(
    `the folder of a trained model, or one of ${shipped.join(", ")}`,
    `"${named}"`,
    near ? `Did you mean "${near}"?` : "",
  );
}

function openOwn(folder: string, named: string): Trained {
  const about = readJson<ModelAbout>(join(folder, files.about), () => {
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
    async data(print: (line: string) => void) {
      const settings = readJson<TrainSettings>(join(folder, files.config), () =>
        expected(`${files.config} in "${named}"`, "none"),
      );
      if (!existsSync(arrayPath(settings.data).file)) {
        throw expected(
          `the data of "${named}" at ${settings.data}`,
          "nothing there",
          "Put them back, or give other inputs.",
        );
      }
      return (await ownData(settings, print)).data;
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

function readJson<T>(path: string, missing: () => UsageError): T {
  if (!existsSync(path)) throw missing();
  try {
    return JSON.parse(readFileSync(path, "utf8")) as T;
  } catch {
    throw new UsageError(`${path} is damaged: it isn't JSON. Put back a copy of it, or train again.`);
  }
}
