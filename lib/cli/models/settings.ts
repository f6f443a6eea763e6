import { existsSync, statSync } from "node:fs";
import { basename } from "node:path";
import { arrayPath, arrayShapes } from "../../data/arrays/read-array";
import { expected } from "../../errors";
import { folderPath } from "../../files/folder-path";
import type { Given, OptionSpecs } from "./command-options";

/** What a model is trained for. */
export const tasks = ["in-painting", "super-resolution", "classes", "table"] as const;
export type OwnTask = (typeof tasks)[number];

/** How the numbers of an array of images are read. */
export const readingSpecs = {
  range: {
    type: "list",
    value: "LOW,HIGH",
    help: "array: black and white, such as 0,255 or -1,1 (default: by type and values, if clear)",
  },
  layout: {
    type: "text",
    value: "AXES",
    choices: ["nhwc", "nchw"],
    help: "array: nhwc (default), or nchw as in PyTorch",
  },
} as const satisfies OptionSpecs;

/** The options of `train`. */
export const trainSpecs = {
  data: {
    type: "text",
    value: "PATH",
    help: "a folder of images; a .npy, .npz or IDX array; or a CSV, TSV, JSON, Parquet or Arrow file",
  },
  task: {
    type: "text",
    value: "TASK",
    choices: tasks,
    help: "in-painting (default for images), super-resolution, classes, or table (for rows)",
  },
  out: { type: "text", value: "DIR", help: "where the model goes (default: NAME-TASK in this folder)" },
  steps: { type: "whole", value: "N", help: "training steps (default: 6000; table 10000)" },
  batch: { type: "whole", value: "N", help: "samples a step (default: 16; table 256)" },
  width: { type: "whole", value: "N", help: "units of the network (default: 16, by eights; table 128)" },
  "learning-rate": {
    type: "number",
    value: "RATE",
    above: 0,
    help: "the highest; it falls to zero by the end (default: 0.005; table 0.003)",
  },
  "branch-from": {
    type: "text",
    value: "DIR",
    help: "go on from the interrupted training in this folder under other options, such as a lower rate",
  },
  seed: {
    type: "whole",
    value: "N",
    range: [0, Number.MAX_SAFE_INTEGER],
    help: "of all randomness (default: 0)",
  },
  test: {
    type: "number",
    value: "SHARE",
    range: [0.001, 0.999],
    help: "held out for `evaluate` (default: 0.2)",
  },
  licence: { type: "text", value: "TEXT", help: "what records say about the licence of the data" },
  size: {
    type: "whole",
    value: "N",
    help: "images: pixels a side, a multiple of 8 (default: 32; as they are in an array)",
  },
  fit: {
    type: "text",
    value: "HOW",
    choices: ["crop", "pad", "stretch"],
    help: "images: what becomes of other proportions: crop (default), pad or stretch",
  },
  labels: {
    type: "text",
    value: "FILE",
    help: "array: the class of each image, whole numbers from 0, in a second array, such as faces.npz:y",
  },
  "class-names": { type: "list", value: "A,B", help: "array: names of classes 0, 1, … (default: numbers)" },
  ...readingSpecs,
  group: {
    type: "text",
    value: "PATTERN",
    help: "folder: files whose name agrees in this pattern's first (…) are on one side of the split",
  },
  apart: {
    type: "number",
    value: "ERROR",
    range: [0, 4],
    help: "images: drop held-out ones that look like a training image (default: 0.01; 0: none)",
  },
  limit: { type: "whole", value: "N", help: "images: use this many, chosen at random" },
  mirror: { type: "flag", help: "images: learn from mirror images as well; not for letters" },
  target: { type: "list", value: "A,B", help: "table: the columns to model (default: all that can be)" },
  ignore: { type: "list", value: "A,B", help: "table: columns to leave out" },
  categories: { type: "list", value: "A,B", help: "table: columns of numbers that are names of categories" },
  missing: { type: "list", value: "A,B", help: "table: texts that mean a missing value, besides NA, NaN, …" },
  decimal: {
    type: "text",
    value: "MARK",
    choices: [".", ","],
    help: "table: the decimal mark, . or , where numbers don't tell",
  },
  dates: {
    type: "text",
    value: "ORDER",
    choices: ["dmy", "mdy"],
    help: "table: the order of dates, dmy or mdy, where they don't tell",
  },
  "checkpoint-every": {
    type: "number",
    value: "SECONDS",
    range: [0.001, 86_400],
    help: "how often the training is saved (default: 30)",
  },
  "dry-run": { type: "flag", help: "look at the data, say what would be trained, and stop" },
  force: { type: "flag", help: "train anew what is finished; the old model stays until the new one is done" },
} as const satisfies OptionSpecs;

/** What a training is made of: equal settings and data give equal models. */
export interface TrainSettings {
  readonly data: string;
  readonly task: OwnTask;
  readonly steps: number;
  readonly batch: number;
  readonly width: number;
  readonly "learning-rate": number;
  /** The folder whose training this one goes on from. */
  readonly "branch-from"?: string;
  readonly seed: number;
  readonly test?: number;
  readonly licence?: string;
  readonly size?: number;
  readonly fit?: "crop" | "pad" | "stretch";
  readonly labels?: string;
  readonly "class-names"?: readonly string[];
  readonly range?: readonly [low: number, high: number];
  readonly layout?: "nhwc" | "nchw";
  readonly group?: string;
  readonly apart?: number;
  readonly limit?: number;
  readonly mirror?: boolean;
  readonly target?: readonly string[];
  readonly ignore?: readonly string[];
  readonly categories?: readonly string[];
  readonly missing?: readonly string[];
  readonly decimal?: "." | ",";
  readonly dates?: "dmy" | "mdy";
}

const forArrays = ["labels", "class-names", "range", "layout"] as const;
const forFolders = ["group"] as const;
const forImages = ["size", "fit", "apart", "limit", "mirror"] as const;
const forTables = ["target", "ignore", "categories", "missing", "decimal", "dates"] as const;

/**
 * The settings of a training, defaults included: those that a config file holds.
 * @throws UsageError when the data or something that the task needs is missing, or an option is for other
 *   tasks.
 */
export function trainSettings(given: Given<typeof trainSpecs>, words: readonly string[]): TrainSettings {
  if (words.length > 1) throw expected("one folder or file to learn from", words.join(", "));
  if (words.length === 1 && given.data !== undefined && given.data !== words[0]) {
    throw expected("one folder or file to learn from", `${words[0]} and --data ${given.data}`);
  }
  const named = words[0] ?? given.data;
  if (named === undefined) {
    throw expected(
      "a folder of images, an array or a table's file to learn from",
      "none",
      "As in: interpolants train photos.",
    );
  }
  const data = dataPath(named);
  const kind = kindOfData(data);
  const task = (given.task ?? (kind === "table" ? "table" : "in-painting")) as OwnTask;
  if ((task === "table") !== (kind === "table")) {
    throw expected(
      task === "table" ? "rows for --task table" : `images for --task ${task}`,
      { folder: "a folder of images", array: "an array of images", table: "a table's file" }[kind],
    );
  }
  const taken: readonly string[] = {
    folder: [...forImages, ...forFolders],
    array: [...forImages, ...forArrays],
    table: forTables,
  }[kind];
  const special = [...forImages, ...forFolders, ...forArrays, ...forTables];
  const idle = special.find((name) => given[name] && !taken.includes(name));
  if (idle) {
    const what = { folder: "a folder of images", array: "an array of images", table: "a table" }[kind];
    throw expected(`only options for ${what}`, `--${idle}`);
  }
  if (kind === "array" && task === "classes" && given.labels === undefined) {
    throw expected("--labels FILE, the class of each image, for --task classes of an array", "none");
  }
  const { seed = 0 } = given;
  const rate = { "learning-rate": given["learning-rate"] ?? usualRate(task) };
  const branch =
    given["branch-from"] === undefined ? {} : { "branch-from": folderPath(given["branch-from"]) };
  if (given.group !== undefined) patternOf(given.group);
  if (task === "table") {
    const { steps = 10_000, batch = 256, width = 128 } = given;
    return Object.freeze({
      data,
      task,
      steps,
      batch,
      width,
      ...rate,
      ...branch,
      seed,
      ...pickGiven(given, ["test", "licence", ...forTables]),
    });
  }
  const {
    steps = 6000,
    batch = 16,
    width = 16,
    size = kind === "array" ? undefined : 32,
    fit = "crop",
    apart = 0.01,
    mirror = false,
    labels,
  } = given;
  if (size !== undefined && size % 8 !== 0) throw expected("a multiple of 8 as --size", `${size}`);
  if (width % 8 !== 0) throw expected("a multiple of 8 as --width", `${width}`);
  return Object.freeze({
    ...{ data, task, steps, batch, width, ...rate, ...branch, seed },
    ...{ fit: fit as TrainSettings["fit"], apart, mirror },
    ...(size !== undefined && { size }),
    ...(labels !== undefined && { labels: arrayFile(labels, "--labels") }),
    ...(given.range && { range: rangeOf(given.range) }),
    ...pickGiven(given, ["test", "licence", "group", "limit", "layout", "class-names"]),
  });
}

/** The learning rate where none is given. */
export const usualRate = (task: OwnTask): number => (task === "table" ? 0.003 : 0.005);

/** The pattern that groups files. @throws when it isn't one. */
export function patternOf(text: string): RegExp {
  try {
    return new RegExp(text, "u");
  } catch (error) {
    throw expected("a regular expression as --group", `"${text}" (${(error as Error).message})`);
  }
}

/** The two ends of a range. @throws unless they are numbers, the first below the second. */
export function rangeOf(given: readonly string[]): readonly [low: number, high: number] {
  const [low, high] = given.map(Number);
  if (given.length === 2 && low < high) return [low, high];
  throw expected("two numbers, black and white, as --range", given.join(","), "As in: --range 0,255.");
}

/** What there is to learn from. @throws where a file of arrays can't be read. */
export function kindOfData(data: string): "folder" | "array" | "table" {
  if (statSync(arrayPath(data).file).isDirectory()) return "folder";
  return arrayShapes(data)?.some((shape) => shape.length > 2) ? "array" : "table";
}

/** The whole path of what was named. @throws when there is nothing. */
export function dataPath(given: string): string {
  return existsSync(folderPath(given)) ? folderPath(given) : arrayFile(given);
}

/** The whole path of an array, with its name in a .npz file. @throws when there is no such file. */
function arrayFile(
  given: string,
  what = "a folder of images, an array or a table's file to learn from",
): string {
  const { file, inside } = arrayPath(given);
  const path = folderPath(file);
  if (existsSync(path)) return inside === undefined ? path : `${path}:${inside}`;
  throw expected(
    what.startsWith("--") ? `an array's file as ${what}` : what,
    `"${given}", which doesn't exist`,
  );
}

function pickGiven<K extends string>(given: Readonly<Partial<Record<K, unknown>>>, names: readonly K[]) {
  return Object.fromEntries(
    names.flatMap((name) => (given[name] === undefined ? [] : [[name, given[name]]])),
  );
}

/** The name of a folder for the model: that of the data, and the task. */
export function outName({ data, task }: Pick<TrainSettings, "data" | "task">): string {
  const name = basename(arrayPath(data).file).replace(/(\.[^.]+)?(\.gz)?$/, "");
  return `${name.replace(/[^\p{L}\p{N}._-]+/gu, "-") || "model"}-${task}`;
}
