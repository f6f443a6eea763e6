import { type NdArray, ndarray, sizeOf, takeRows } from "../../array";
import { advise, assertKnown, choose, expected, option } from "../../errors";
import { sha256 } from "../../files/sha256";
import type { NumberArray } from "../../formats/numbers-file";
import { rng } from "../../random";
import { type ApartSplit, apartRows } from "../apart-rows";
import type { Fit } from "../images/decode-image";
import { type Dataset, rowsOf, type Samples } from "../samples";
import { assertSplit, joinedGroups, splitByGroup } from "../split";
import { type ReadingOptions, type ReadValues, readValues, sizedImages } from "./image-values";
import { type ArraySource, arrayPath, readArray } from "./read-array";

/** The arrays of a data set, or of one of its splits; each has one entry per sample. */
export interface ArraySources {
  /** Points `[n, d]`, numbers `[n]`, grey images `[n, h, w]` or images `[n, h, w, c]`. */
  readonly x: ArraySource;
  /** Class indices `[n]` from 0; −1 where the class is unknown. */
  readonly labels?: ArraySource;
  /** Vectors `[n, k]`, for ξ.embedding. */
  readonly embedding?: ArraySource;
  /** Base draws of x's shape, where data come in pairs. */
  readonly x0?: ArraySource;
  /** Numbers `[n]`; samples of the same number are on the same side of the split. */
  readonly groups?: ArraySource;
}

/** Splits that are given, rather than made. */
export interface SplitArrays {
  /** The arrays to learn from. */
  readonly train: ArraySources;
  /** The arrays to judge by. */
  readonly test: ArraySources;
  /** The arrays to choose settings by. Left out, there is no such split. */
  readonly validation?: ArraySources;
}

/** Options of {@link arrays}. */
export interface ArraysOptions extends ReadingOptions {
  /** Side of an image in pixels, or its height and width. Default: as it is in the array. */
  readonly size?: number | readonly [height: number, width: number];
  /**
   * What becomes of other proportions, where `size` is given: "crop" keeps the middle, "pad" all of it with
   * white around it, "stretch" all of it, distorted. Default "crop".
   */
  readonly fit?: Fit;
  /** How many samples to use of all, chosen at random by the seed. Default: all. */
  readonly limit?: number;
  /** Names of the classes. Default: their numbers. */
  readonly classes?: readonly string[];
  /** How samples are held out, where the splits aren't given as arrays. Default: a fifth for testing. */
  readonly split?: ApartSplit;
  /** Decides the split and the order. Default 1. */
  readonly seed?: number | string;
  /** What reports call the data. Default: the file of x without its ending, or "arrays". */
  readonly name?: string;
  /** What a report says about the data's licence. Default "not stated". */
  readonly licence?: string;
}

/** One's own arrays as a data set. */
export interface ArrayDataset extends Dataset {
  /** Of images, the numbers that became −1 and 1, where they were given or told by the numbers themselves. */
  readonly range?: readonly [low: number, high: number];
}

/**
 * One's own arrays, such as those that NumPy saved: points, or images in [-1, 1]. Where points are NaN they
 * are missing, which the mask `keep` then says.
 *
 * @example
 * saveNpz("points.npz", { x: data.x, y: ndarray([256], Float32Array.from(data.labels!)) });
 * const mine = await arrays({ x: "points.npz:x", labels: "points.npz:y" }, { split: { test: 0.25 } });
 * mine.train.x.shape; // [192, 2]
 * @throws UsageError when a file can't be read, or the arrays don't fit each other or what is asked for.
 */
export async function arrays(
  source: ArraySource | ArraySources | SplitArrays,
  options: ArraysOptions = {},
): Promise<ArrayDataset> {
  assertKnown(options, known, "arrays");
  const { split = {}, layout = "nhwc", limit } = options;
  assertSplit(split);
  choose("layout", layout, { nhwc: true, nchw: true });
  if (limit !== undefined && !(Number.isInteger(limit) && limit > 0)) {
    throw expected("a whole number of samples above 0 as limit", `${limit}`);
  }
  const given = isSources(source) ? source : { x: source };
  const { told, notes, ...made } =
    "train" in given ? givenSplits(given, options) : randomSplits(samplesOf(given, options), options);
  const splits = [made.train, made.test, ...(made.validation ? [made.validation] : [])];
  const [first] = splits;
  for (const samples of splits) {
    if (samples.x.shape.slice(1).join() !== first.x.shape.slice(1).join()) {
      throw expected(
        `samples of shape [${first.x.shape.slice(1).join(", ")}] in every split`,
        `[${samples.x.shape.slice(1).join(", ")}]`,
      );
    }
  }
  const range = options.range ?? told[0]?.range;
  return Object.freeze({
    name: options.name ?? nameOf(given),
    classes: Object.freeze(classesOf(splits, options.classes)),
    origin: Object.freeze({
      source: sourceText(given),
      licence: options.licence ?? "not stated",
      checksum: sha256(...splits.flatMap(bytesOf)),
      ...(notes.length > 0 && { notes: Object.freeze(notes) }),
    }),
    ...(range && { range }),
    ...made,
  });
}

const known = {
  range: true,
  layout: true,
  size: true,
  fit: true,
  limit: true,
  classes: true,
  split: true,
  seed: true,
  name: true,
  licence: true,
} as const satisfies Record<keyof ArraysOptions, true>;

const isSources = (source: unknown): source is ArraySources | SplitArrays =>
  typeof source === "object" && source !== null && ("x" in source || "train" in source);

interface Made extends Pick<Dataset, "train" | "test" | "validation"> {
  /** The ranges that were told by the numbers. */
  readonly told: Read["told"];
  readonly notes: readonly string[];
}

function givenSplits(given: SplitArrays, options: ArraysOptions): Made {
  for (const name of ["split", "limit"] as const) {
    if (options[name]) throw expected(`no ${name} for arrays that are split already`, `options.${name}`);
  }
  if (!given.test) throw expected("arrays train and test", "train alone");
  const parts = [given.train, given.test, ...(given.validation ? [given.validation] : [])];
  const read = parts.map((part) => samplesOf(part, options));
  const [train, test, validation] = read.map(({ samples }) => samples);
  const told = read.flatMap((part) => part.told);
  return { train, test, ...(validation && { validation }), told, notes: oneRange(told) };
}

interface Read {
  readonly samples: Samples;
  readonly groups: readonly (string | undefined)[] | undefined;
  /** The ranges that were told by the numbers. */
  readonly told: readonly NonNullable<ReadValues["told"]>[];
}

/** Notes on how numbers were read. @throws where they would be read in different ways. */
function oneRange(told: Read["told"]): readonly string[] {
  const other = told.find(({ range }) => range[0] !== told[0].range[0]);
  if (other)
    throw expected(
      "numbers of one range",
      `these: ${told[0].note} ${other.note}`,
      advise`Give the ${option("range")}.`,
    );
  return told.map(({ note }) => note);
}

function randomSplits({ samples, groups, told }: Read, { split = {}, limit, seed = 1 }: ArraysOptions): Made {
  const [n] = samples.x.shape;
  const some = limit !== undefined && limit < n;
  const used = some ? rng(seed).fork("limit").permutation(n).subarray(0, limit).sort() : undefined;
  const all = used ? rowsOf(samples, used) : samples;
  const names = Array.from({ length: all.x.shape[0] }, (_, row) => `${row}`);
  const kept = groups && used ? Array.from(used, (row) => groups[row]) : groups;
  const made = splitByGroup(joinedGroups(names, kept ? [kept] : []), { ...split, seed });
  const { apart = 0 } = split;
  if (apart !== 0 && all.x.shape.length !== 4) throw expected("no split.apart for points", `${apart}`);
  const { rows, dropped } = apartRows(made, (of) => takeRows(all.x, of), apart);
  return {
    train: rowsOf(all, rows.train),
    test: rowsOf(all, rows.test),
    ...(rows.validation && { validation: rowsOf(all, rows.validation) }),
    told,
    notes: [...oneRange(told), ...dropped],
  };
}

function samplesOf(sources: ArraySources, options: ArraysOptions): Read {
  const known = ["x", "labels", "embedding", "x0", "groups"] as const;
  for (const name of Object.keys(sources))
    choose("array", name, Object.fromEntries(known.map((each) => [each, 1])));
  const read = (name: (typeof known)[number]) => {
    const source = sources[name];
    return source === undefined ? undefined : readArray(source, name);
  };
  const images = (array: NumberArray, name: string) => {
    const { x, told } = readValues(array, name, options);
    return { x: sized(x, options), told };
  };
  const target = images(read("x") ?? missing("x"), "x");
  const { x } = target;
  const [n] = x.shape;
  if (n === 0) throw expected("samples in x", "none");
  if (x.data.length === 0)
    throw expected("numbers in each sample of x", `none, of shape [${x.shape.join(", ")}]`);
  const [labels, embedding, x0, groups] = [read("labels"), read("embedding"), read("x0"), read("groups")];
  for (const [name, array] of Object.entries({ labels, embedding, x0, groups })) {
    if (array && array.shape[0] !== n) {
      throw expected(`${n} entries in ${name}, as in x`, `${array.shape[0]}`);
    }
  }
  const gaps = x.data.some(Number.isNaN);
  const base = x0 && images(x0, "x0");
  return {
    samples: Object.freeze({
      x,
      ...(gaps && {
        keep: ndarray(
          x.shape,
          Float32Array.from(x.data, (value) => (Number.isNaN(value) ? 0 : 1)),
        ),
      }),
      ...(labels && { labels: labelsOf(labels) }),
      ...(embedding && { embedding: vectors(embedding) }),
      ...(base && { x0: base.x }),
    }),
    told: [target, base].flatMap((read) => (read?.told ? [read.told] : [])),
    groups: groups && Array.from(groups.data, (value) => (Number.isNaN(value) ? undefined : `${value}`)),
  };
}

const missing = (name: string): never => {
  throw expected(`an array ${name}`, "none");
};

/** Images at the size that is asked for. */
function sized(x: NdArray, { size, fit = "crop" }: ArraysOptions): NdArray {
  if (size === undefined) return x;
  if (x.shape.length !== 4) throw expected("no size for points", `size ${size}`);
  const sides = typeof size === "number" ? ([size, size] as const) : size;
  if (!sides.every((side) => Number.isInteger(side) && side > 0)) {
    throw expected("whole numbers of pixels above 0 as size", `${size}`);
  }
  choose("fit", fit, { crop: true, pad: true, stretch: true });
  return x.shape[0] === 0 || x.data.length === 0 ? x : sizedImages(x, sides, fit);
}

/** Larger labels are identifiers, not indices: each class up to the largest would have a name. */
const MOST_CLASS = 65_535;

function labelsOf({ shape, data }: NumberArray): Int32Array {
  if (sizeOf(shape) !== shape[0]) throw expected("labels of shape [n]", `[${shape.join(", ")}]`);
  const odd = Array.prototype.findIndex.call(
    data,
    (value: number) => !(Number.isInteger(value) && value >= -1),
  );
  if (odd >= 0)
    throw expected("class indices from 0 as labels, or −1 where unknown", `${data[odd]} for sample ${odd}`);
  const large = Array.prototype.findIndex.call(data, (value: number) => value > MOST_CLASS);
  if (large >= 0) {
    throw expected(
      `class indices of at most ${MOST_CLASS} as labels`,
      `${data[large]} for sample ${large}`,
      "Number the classes one after the other, from 0.",
    );
  }
  return Int32Array.from(data);
}

function vectors({ shape, data }: NumberArray): NdArray {
  if (shape.length > 2) throw expected("an embedding of shape [n, k]", `[${shape.join(", ")}]`);
  const values = Float32Array.from(data);
  const odd = values.findIndex((value) => !Number.isFinite(value));
  if (odd >= 0) {
    const sample = Math.floor(odd / (shape[1] ?? 1));
    throw expected("finite numbers in embedding, as float32 has them", `${data[odd]} for sample ${sample}`);
  }
  return ndarray([shape[0], shape[1] ?? 1], values);
}

function classesOf(splits: readonly Samples[], named: readonly string[] | undefined): readonly string[] {
  const labels = splits.flatMap((samples) => (samples.labels ? [samples.labels] : []));
  if (labels.length === 0) {
    if (named) throw expected("labels for the names of classes", "none");
    return [];
  }
  if (labels.length < splits.length) throw expected("labels in every split, or in none", "labels in some");
  const most = labels.reduce((top, each) => each.reduce((a, b) => Math.max(a, b), top), -1);
  if (named && named.length <= most) throw expected(`${most + 1} names as classes`, `${named.length}`);
  const twice = named?.find((name, k) => named.indexOf(name) < k);
  if (twice !== undefined) throw expected("different names as classes", `"${twice}" twice`);
  return named ?? Array.from({ length: most + 1 }, (_, k) => `${k}`);
}

function bytesOf({ x, labels, embedding, x0 }: Samples): readonly Uint8Array[] {
  const all = [x.data, labels, embedding?.data, x0?.data];
  return all.flatMap((array) =>
    array ? [new Uint8Array(array.buffer, array.byteOffset, array.byteLength)] : [],
  );
}

function sourceText(given: ArraySources | SplitArrays): string {
  const { x } = "train" in given ? given.train : given;
  return typeof x === "string" ? `the file "${x.replace(/^.*[/\\]/, "")}"` : "arrays in memory";
}

function nameOf(given: ArraySources | SplitArrays): string {
  const { x } = "train" in given ? given.train : given;
  if (typeof x !== "string") return "arrays";
  const name = arrayPath(x).file.replace(/^.*[/\\]/, "");
  return name.replace(/(\.[^.]+)?(\.gz)?$/, "") || "arrays";
}
