import { existsSync, statSync } from "node:fs";
import { basename } from "node:path";
import { folderPath } from "../../data/images/list-files";
import { expected } from "../../errors";
import type { Given, OptionSpecs } from "./command-options";

/** What a model is trained for. */
const tasks = ["in-painting", "super-resolution", "classes", "table"] as const;
export type OwnTask = (typeof tasks)[number];

/** The options of `train`. */
export const trainSpecs = {
  data: {
    type: "text",
    value: "PATH",
    help: "a folder of images, or a CSV, TSV, JSON, Parquet or Arrow file",
  },
  task: {
    type: "text",
    value: "TASK",
    choices: tasks,
    help: "in-painting (default for a folder), super-resolution, classes, or table (for a file)",
  },
  out: { type: "text", value: "DIR", help: "where the model goes (default: NAME-TASK in this folder)" },
  steps: { type: "whole", value: "N", help: "training steps (default: 6000; table 10000)" },
  batch: { type: "whole", value: "N", help: "samples a step (default: 16; table 256)" },
  width: { type: "whole", value: "N", help: "units of the network (default: 16, by eights; table 128)" },
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
  size: { type: "whole", value: "N", help: "images: pixels a side, a multiple of 8 (default: 32)" },
  fit: {
    type: "text",
    value: "HOW",
    choices: ["crop", "pad", "stretch"],
    help: "images: what becomes of other proportions: crop (default), pad or stretch",
  },
  group: {
    type: "text",
    value: "PATTERN",
    help: "images: files whose name agrees in this pattern's first (…) are on one side of the split",
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
  decimal: { type: "text", value: "MARK", choices: [".", ","], help: "table: the decimal mark, if unclear" },
  dates: {
    type: "text",
    value: "ORDER",
    choices: ["dmy", "mdy"],
    help: "table: the order of dates, if unclear",
  },
  "checkpoint-every": {
    type: "number",
    value: "SECONDS",
    range: [0, 86_400],
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
  readonly seed: number;
  readonly test?: number;
  readonly licence?: string;
  readonly size?: number;
  readonly fit?: "crop" | "pad" | "stretch";
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

const forImages = ["size", "fit", "group", "apart", "limit", "mirror"] as const;
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
      "a folder of images or a table's file to learn from",
      "none",
      "As in: interpolants train photos.",
    );
  }
  const data = dataPath(named);
  const isFolder = statSync(data).isDirectory();
  const task = (given.task ?? (isFolder ? "in-painting" : "table")) as OwnTask;
  if ((task === "table") === isFolder) {
    const kind = isFolder ? "a folder" : "a file";
    throw expected(
      task === "table" ? "a table's file for --task table" : `a folder of images for --task ${task}`,
      kind,
    );
  }
  const others = task === "table" ? forImages : forTables;
  const idle = others.find((name) => given[name] !== undefined && given[name] !== false);
  if (idle)
    throw expected(`only options for ${task === "table" ? "tables" : "images"} with this task`, `--${idle}`);
  const { seed = 0 } = given;
  if (given.group !== undefined) patternOf(given.group);
  if (task === "table") {
    const { steps = 10_000, batch = 256, width = 128 } = given;
    return Object.freeze({
      data,
      task,
      steps,
      batch,
      width,
      seed,
      ...pickGiven(given, ["test", "licence", ...forTables]),
    });
  }
  const {
    steps = 6000,
    batch = 16,
    width = 16,
    size = 32,
    fit = "crop",
    apart = 0.01,
    mirror = false,
  } = given;
  if (size % 8 !== 0) throw expected("a multiple of 8 as --size", `${size}`);
  if (width % 8 !== 0) throw expected("a multiple of 8 as --width", `${width}`);
  return Object.freeze({
    ...{ data, task, steps, batch, width, seed, size, fit: fit as TrainSettings["fit"], apart, mirror },
    ...pickGiven(given, ["test", "licence", "group", "limit"]),
  });
}

/** The pattern that groups files. @throws when it isn't one. */
export function patternOf(text: string): RegExp {
  try {
    return new RegExp(text, "u");
  } catch (error) {
    throw expected("a regular expression as --group", `"${text}" (${(error as Error).message})`);
  }
}

/** The whole path of what was named. @throws when there is nothing. */
function dataPath(given: string): string {
  const path = folderPath(given);
  if (existsSync(path)) return path;
  throw expected("a folder of images or a table's file to learn from", `"${given}", which doesn't exist`);
}

function pickGiven<K extends string>(given: Readonly<Partial<Record<K, unknown>>>, names: readonly K[]) {
  return Object.fromEntries(
    names.flatMap((name) => (given[name] === undefined ? [] : [[name, given[name]]])),
  );
}

/** The name of a folder for the model: that of the data, and the task. */
export function outName({ data, task }: Pick<TrainSettings, "data" | "task">): string {
  const name = basename(data).replace(/(\.[^.]+)?(\.gz)?$/, "");
  return `${name.replace(/[^\p{L}\p{N}._-]+/gu, "-") || "model"}-${task}`;
}
