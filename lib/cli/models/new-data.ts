import { basename } from "node:path";
import { concatRows, type NdArray, sliceRows } from "../../array";
import { arrays, type Dataset, imageFolder, type Samples, take } from "../../data";
import { arrayPath } from "../../data/arrays/read-array";
import { fitRows } from "../../data/table/fit-rows";
import { expected } from "../../errors";
import { sha256 } from "../../files/sha256";
import { wrongCall } from "../exit-codes";
import { dataPath, kindOfData, type TrainSettings } from "./settings";
import type { Trained } from "./trained";

/** Samples to measure a model on that are none of its own held-out ones. */
export interface NewData {
  /** Of the file or folder. */
  readonly name: string;
  readonly path: string;
  readonly samples: Samples;
  /** Of the numbers as the model takes them. */
  readonly checksum: string;
}

interface NewDataOptions {
  /** The folder, array or table, as it was given. */
  readonly path: string;
  /** Of an array of images: the array of their classes, for a model of classes. */
  readonly labels?: string;
  /** How many samples at most. */
  readonly count: number;
  readonly print: (line: string) => void;
}

/**
 * Reads data of the kind that a model was trained on, as it was trained to take them: images at its size,
 * rows with its columns' levels, means and deviations.
 * @throws UsageError where their kind, shape, channels, columns or classes are not the model's.
 */
export async function newData(trained: Trained, options: NewDataOptions): Promise<NewData> {
  const path = dataPath(options.path);
  const kind = kindOfData(path);
  const wanted = trained.about.task === "table" ? "table" : "images";
  if ((kind === "table") !== (wanted === "table")) {
    throw wrongCall(
      expected(
        wanted === "table"
          ? "a table's file as --on, for a model of rows"
          : "images as --on, for a model of images",
        { folder: "a folder of images", array: "an array of images", table: "a table's file" }[kind],
      ),
    );
  }
  if (options.labels !== undefined && (kind !== "array" || trained.about.task !== "classes")) {
    throw wrongCall(
      expected("--labels for an array of images and a model of classes", `"${options.labels}"`),
    );
  }
  const read = { folder: ofFolder, array: ofArray, table: ofTable }[kind];
  const all = await read(trained, { ...options, path });
  const samples = take(all, Math.min(options.count, all.x.shape[0]));
  const { x, labels } = samples;
  const bytes = (array: NdArray["data"] | Int32Array) =>
    new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  return Object.freeze({
    name: basename(arrayPath(path).file),
    path,
    samples,
    checksum: sha256(bytes(x.data), ...(labels ? [bytes(labels)] : [])),
  });
}

/** How many samples are also, number for number, among those that a model was trained on. */
export function alsoIn(train: Samples, { x, keep }: Samples): number {
  const seen = new Set<string>();
  for (const digest of digests(train.x, train.keep)) seen.add(digest);
  return [...digests(x, keep)].filter((digest) => seen.has(digest)).length;
}

function* digests(x: NdArray, keep: NdArray | undefined): Generator<string> {
  const [n] = x.shape;
  for (let first = 0; first < n; first += 256) {
    const { shape, data } = sliceRows(x, first, Math.min(n, first + 256));
    const size = data.length / shape[0];
    for (let i = 0; i < shape[0]; i++) {
      // What is missing is NaN in any bits.
      const row = Float32Array.from(data.subarray(i * size, (i + 1) * size), (value, e) =>
        keep?.data[(first + i) * size + e] === 0 ? Number.NaN : value,
      );
      yield sha256(new Uint8Array(row.buffer));
    }
  }
}

async function ofTable({ about, settings }: Trained, { path }: NewDataOptions): Promise<Samples> {
  const columns = about.columns!;
  const { missing, decimal, dates } = settings!();
  const { x, keep, absent } = await fitRows(path, columns, { missing, decimal, dates });
  if (absent.length === 0) return { x, keep };
  const names = columns.map(({ name }) => name).join(", ");
  throw expected(
    `the columns ${names} in "${path}", which the model has`,
    `none called ${absent.join(", ")}`,
  );
}

async function ofFolder(trained: Trained, { path, count, print }: NewDataOptions): Promise<Samples> {
  const { about, settings } = trained;
  const [height, width, channels] = about.image!;
  const data = await imageFolder(path, {
    ...{ size: [height, width], fit: settings?.().fit, log: print },
    // What is grey is an image in colour, too.
    ...(channels === 3 && { channels }),
    classes: about.task === "classes" ? "folders" : "none",
    split: { by: "random" },
  });
  const found = data.test.x.shape[3];
  if (found !== channels) {
    throw expected(`grey images in "${path}", which the model takes`, "images in colour");
  }
  const samples = joined(data, count);
  if (about.task !== "classes") return { x: samples.x };
  const other = data.classes.find((name) => !about.classes.includes(name));
  if (other !== undefined || !samples.labels) {
    throw expected(
      `images in folders named ${about.classes.join(", ")} in "${path}", the classes of the model`,
      other === undefined ? "none in folders" : `"${other}"`,
    );
  }
  return { x: samples.x, labels: samples.labels.map((label) => about.classes.indexOf(data.classes[label])) };
}

async function ofArray({ about, settings }: Trained, options: NewDataOptions): Promise<Samples> {
  const { path, labels } = options;
  const { size, fit, layout }: Partial<TrainSettings> = settings?.() ?? {};
  const [height, width, channels] = about.image!;
  const classes = about.task === "classes";
  if (classes && labels === undefined) {
    throw wrongCall(expected("--labels FILE, the class of each image of an array", "none"));
  }
  const source = { x: path, ...(labels !== undefined && { labels }) };
  const reading = { range: about.range, layout, ...(classes && { classes: about.classes }) };
  const sized = size === undefined ? {} : { size: [height, width] as const, fit };
  // Both sides are all of it, of which one is taken.
  const { test } = await arrays({ train: source, test: source }, { ...reading, ...sized });
  const shape = test.x.shape.slice(1);
  if (shape.join() !== about.image!.join()) {
    throw expected(
      `images of shape [${[height, width, channels].join(", ")}] in "${path}", which the model takes`,
      `[${shape.join(", ")}]`,
    );
  }
  if (test.labels?.includes(-1)) throw expected("a class for each image", `−1 for some in "${labels}"`);
  return { x: test.x, ...(test.labels && { labels: test.labels }) };
}

/** All samples of a data set, in the order of its splits, up to a number. */
function joined({ train, test }: Dataset, count: number): Pick<Samples, "x" | "labels"> {
  const first = take(test, Math.min(count, test.x.shape[0]));
  const left = Math.min(count - first.x.shape[0], train.x.shape[0]);
  if (left <= 0) return first;
  const more = take(train, left);
  return {
    x: concatRows([first.x, more.x]),
    ...(first.labels && more.labels && { labels: Int32Array.from([...first.labels, ...more.labels]) }),
  };
}
