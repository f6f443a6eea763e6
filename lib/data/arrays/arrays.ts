import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { type NdArray, ndarray, sizeOf } from "../../array";
import { choose, expected, UsageError } from "../../errors";
import { decodeIdxArray } from "../../formats/idx";
import { decodeNpy, decodeNpz } from "../../formats/npy";
import type { NumberArray, Numbers } from "../../formats/numbers-file";
import { sha256 } from "../files";
import { folderPath } from "../images/list-files";
import { type Dataset, rowsOf, type Samples } from "../samples";
import { assertSplit, joinedGroups, type OwnSplit, splitByGroup } from "../split";

/**
 * An array, or the path of a .npy or IDX file (perhaps .gz) or, as "file.npz:name", of an array in a .npz
 * file.
 */
export type ArraySource = string | NumberArray | NdArray;

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
  readonly train: ArraySources;
  readonly test: ArraySources;
  readonly validation?: ArraySources;
}

/** Options of {@link arrays}. */
export interface ArraysOptions {
  /**
   * The numbers that become −1 and 1. Images of bytes are taken from 0 to 255, of two bytes from 0 to 65,535;
   * for images of other numbers say it, such as [0, 1]. Points stay as they are unless you say it.
   */
  readonly range?: readonly [low: number, high: number];
  /** The order of an image's axes: "nhwc", or "nchw" as in PyTorch. Default "nhwc". */
  readonly layout?: "nhwc" | "nchw";
  /** Names of the classes. Default: their numbers. */
  readonly classes?: readonly string[];
  readonly split?: OwnSplit;
  /** Decides the split and the order. Default 1. */
  readonly seed?: number | string;
  /** Default "arrays". */
  readonly name?: string;
  /** What a report says about the data's licence. Default "not stated". */
  readonly licence?: string;
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
): Promise<Dataset> {
  const { split = {}, seed = 1, name = "arrays", layout = "nhwc" } = options;
  assertSplit(split);
  choose("layout", layout, { nhwc: true, nchw: true });
  const given = isSources(source) ? source : { x: source };
  const made =
    "train" in given ? givenSplits(given, options) : randomSplits(samplesOf(given, options), split, seed);
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
  return Object.freeze({
    name,
    classes: Object.freeze(classesOf(splits, options.classes)),
    origin: Object.freeze({
      source: sourceText(given),
      licence: options.licence ?? "not stated",
      checksum: sha256(...splits.flatMap(bytesOf)),
    }),
    ...made,
  });
}

const isSources = (source: unknown): source is ArraySources | SplitArrays =>
  typeof source === "object" && source !== null && ("x" in source || "train" in source);

function givenSplits(
  given: SplitArrays,
  options: ArraysOptions,
): Pick<Dataset, "train" | "test" | "validation"> {
  if (options.split) throw expected("no split for arrays that are split already", "options.split");
  if (!given.test) throw expected("arrays train and test", "train alone");
  const part = (sources: ArraySources) => samplesOf(sources, options).samples;
  return {
    train: part(given.train),
    test: part(given.test),
    ...(given.validation && { validation: part(given.validation) }),
  };
}

interface Read {
  readonly samples: Samples;
  readonly groups: readonly (string | undefined)[] | undefined;
}

function randomSplits({ samples, groups }: Read, split: OwnSplit, seed: number | string) {
  const names = Array.from({ length: samples.x.shape[0] }, (_, row) => `${row}`);
  const rows = splitByGroup(joinedGroups(names, groups ? [groups] : []), { ...split, seed });
  return {
    train: rowsOf(samples, rows.train),
    test: rowsOf(samples, rows.test),
    ...(rows.validation && { validation: rowsOf(samples, rows.validation) }),
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
  const x = scaled(read("x") ?? missing("x"), "x", options);
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
      ...(x0 && { x0: scaled(x0, "x0", options) }),
    }),
    groups: groups && Array.from(groups.data, (value) => (Number.isNaN(value) ? undefined : `${value}`)),
  };
}

const missing = (name: string): never => {
  throw expected(`an array ${name}`, "none");
};

/** Reads an array, or takes the one that is given. */
function readArray(source: ArraySource, name: string): NumberArray {
  if (typeof source !== "string") {
    if (Array.isArray(source?.shape) && ArrayBuffer.isView(source.data)) {
      if (source.data.length === sizeOf(source.shape)) return source;
      throw expected(`${sizeOf(source.shape)} numbers in ${name}, for its shape`, `${source.data.length}`);
    }
    throw expected(
      `a path or an array with shape and data as ${name}`,
      `${JSON.stringify(source)?.slice(0, 40)}`,
    );
  }
  const [, file, inside] = /^(.*?\.npz)(?::(.*))?$/.exec(source) ?? [undefined, source];
  const what = `"${source}"`;
  const bytes = bytesOfFile(file, name);
  const start = Buffer.from(bytes.subarray(0, 6)).toString("latin1");
  if (start.startsWith("PK")) {
    const all = decodeNpz(bytes, what);
    const names = Object.keys(all);
    if (inside !== undefined) return choose(`array of "${file}"`, inside, all);
    if (names.length === 1) return all[names[0]];
    if (names.length === 0) throw expected(`arrays in ${what}`, "an archive without any .npy file");
    throw expected(
      `the name of one of the arrays of ${what} as ${name}`,
      "none",
      `They are ${names.map((each) => `"${source}:${each}"`).join(", ")}.`,
    );
  }
  if (start === "\x93NUMPY") return decodeNpy(bytes, what);
  if (start.startsWith("\0\0")) return decodeIdxArray(bytes, what);
  throw expected(`a .npy, .npz or IDX file as ${name}`, `${what}, which is none by its content`);
}

function bytesOfFile(path: string, name: string): Uint8Array {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(folderPath(path));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw expected(
      `the file of ${name}`,
      code === "ENOENT" ? `"${path}", which doesn't exist` : message.split("\n")[0],
    );
  }
  if (!(bytes[0] === 0x1f && bytes[1] === 0x8b)) return bytes;
  try {
    return gunzipSync(bytes);
  } catch (error) {
    throw new UsageError(`Can't read "${path}": it is compressed and damaged (${(error as Error).message}).`);
  }
}

/** x as points, or as images in [-1, 1] with their channels last. */
function scaled({ shape, data }: NumberArray, name: string, { range, layout }: ArraysOptions): NdArray {
  if (shape.length < 1 || shape.length > 4) {
    throw expected(`${name} of shape [n], [n, d], [n, h, w] or [n, h, w, c]`, `[${shape.join(", ")}]`);
  }
  const infinite = Array.prototype.findIndex.call(
    data,
    (value: number) => Math.abs(value) === Number.POSITIVE_INFINITY,
  );
  if (infinite >= 0) throw expected(`finite numbers in ${name}`, `${data[infinite]} at place ${infinite}`);
  const images = shape.length > 2;
  if (images && data.some(Number.isNaN)) throw expected(`numbers in the images ${name}`, "NaN");
  const [low, high] = range ?? (images ? rangeOf(data, name) : [-1, 1]);
  if (!(low < high)) throw expected("a range from low to high", `[${low}, ${high}]`);
  const values = Float32Array.from(data, (value) =>
    range || images ? (2 * (value - low)) / (high - low) - 1 : value,
  );
  if (images) {
    const beyond = values.findIndex((value) => Math.abs(value) > 1 + 1e-4);
    if (beyond >= 0)
      throw expected(`numbers from ${low} to ${high} in ${name}`, `${data[beyond]}`, "Say their range.");
  }
  if (shape.length === 1) return ndarray([shape[0], 1], values);
  if (shape.length === 3) return ndarray([...shape, 1], values);
  if (shape.length === 2) return ndarray(shape, values);
  const [n, a, b, c] = shape;
  const channels = layout === "nchw" ? a : c;
  if (channels > 4 && (layout === "nchw" ? c : a) <= 4) {
    const other = layout === "nchw" ? "nhwc" : "nchw";
    throw expected(
      `images of a few channels in ${name}, ${layout}`,
      `[${shape.join(", ")}]`,
      `Pass layout: "${other}".`,
    );
  }
  return layout === "nchw" ? ndarray([n, b, c, a], channelsLast(values, shape)) : ndarray(shape, values);
}

function rangeOf(data: Numbers, name: string): readonly [number, number] {
  if (data instanceof Uint8Array) return [0, 255];
  if (data instanceof Uint16Array) return [0, 65535];
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of data) {
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  if (least < 0 && least >= -1 && most <= 1) return [-1, 1];
  throw expected(
    `the range of the images ${name}, whose numbers go from ${least} to ${most}`,
    "none",
    "Say which become black and white: range: [0, 1], say.",
  );
}

function channelsLast(values: Float32Array, [n, channels, height, width]: readonly number[]): Float32Array {
  const out = new Float32Array(values.length);
  const pixels = height * width;
  for (let i = 0; i < n; i++) {
    for (let c = 0; c < channels; c++) {
      for (let p = 0; p < pixels; p++) {
        out[(i * pixels + p) * channels + c] = values[(i * channels + c) * pixels + p];
      }
    }
  }
  return out;
}

function labelsOf({ shape, data }: NumberArray): Int32Array {
  if (sizeOf(shape) !== shape[0]) throw expected("labels of shape [n]", `[${shape.join(", ")}]`);
  const odd = Array.prototype.findIndex.call(
    data,
    (value: number) => !(Number.isInteger(value) && value >= -1),
  );
  if (odd >= 0)
    throw expected("class indices from 0 as labels, or −1 where unknown", `${data[odd]} for sample ${odd}`);
  return Int32Array.from(data);
}

function vectors({ shape, data }: NumberArray): NdArray {
  if (shape.length > 2) throw expected("an embedding of shape [n, k]", `[${shape.join(", ")}]`);
  return ndarray([shape[0], shape[1] ?? 1], Float32Array.from(data));
}

function classesOf(splits: readonly Samples[], named: readonly string[] | undefined): readonly string[] {
  const labels = splits.flatMap((samples) => (samples.labels ? [samples.labels] : []));
  if (labels.length === 0) return [];
  if (labels.length < splits.length) throw expected("labels in every split, or in none", "labels in some");
  const most = labels.reduce((top, each) => each.reduce((a, b) => Math.max(a, b), top), -1);
  if (named && named.length <= most) throw expected(`${most + 1} names as classes`, `${named.length}`);
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
