import { join } from "node:path";
import { type NdArray, takeRows } from "../array";
import { choose, expected } from "../errors";
import { projectRoot, restoreAdvice } from "../files/project";
import { sha256 } from "../files/sha256";
import { type FileRecord, readVerified } from "../files/verified";
import { rng } from "../random";
import { repeats } from "./near-duplicates";
import { originOf } from "./origin";
import { cutPatches, deviation, halved, type Picture } from "./patches";
import { fromBytes } from "./pixels";
import { readRecord } from "./record";
import type { Dataset, Samples } from "./samples";

/** Options of {@link photographs}. */
export interface PhotographsOptions {
  /** Side of an image, in pixels. Default 32. */
  readonly size?: 32 | 64;
  /** How many samples to keep of each split, from the first; default all. */
  readonly limit?: { readonly train?: number; readonly test?: number };
  /** The folder with the photographs; default datasets/photographs. */
  readonly folder?: string;
}

/** Images, and the photograph that each was cut from. */
export interface PhotographSamples extends Samples {
  /** Such as "casa-mila"; a photograph is in one split only. */
  readonly names: readonly string[];
}

export interface PhotographsDataset extends Dataset {
  /** Patches to learn from. */
  readonly train: PhotographSamples;
  /** Patches to judge by, of photographs that none for training was cut from. */
  readonly test: PhotographSamples;
}

/** datasets/photographs.json. */
export interface PhotographsRecord {
  /** Where the photographs came from. */
  readonly source: string;
  /** The photographs' licence. */
  readonly licence: string;
  /** Names of the photographs of each split. */
  readonly split: Readonly<Record<"train" | "test", readonly string[]>>;
  /** Sides of the squares that patches are cut from, in multiples of 64 pixels, each averaged to 64×64. */
  readonly scales: readonly number[];
  /** Patches whose brightness, in [-1, 1], has a lower standard deviation are left out. */
  readonly flat: number;
  /** Patches within this mean squared error of an earlier one are left out. */
  readonly apart: number;
  /** The files as they are stored, by name. */
  readonly files: Readonly<Record<string, FileRecord>>;
}

/**
 * Patches of 12 photographs in the public domain: images `[n, size, size, 3]` in [-1, 1], without labels,
 * split by photograph. Squares at three scales, without flat ones and near-duplicates, in a fixed random
 * order. See datasets/photographs.md.
 *
 * @example
 * const { train, test } = await photographs({ size: 64 });
 * train.x.shape; // [n, 64, 64, 3]
 * train.names[0]; // such as "lake-sherburne"
 * @throws when a file is missing or differs from its checksum in datasets/photographs.json.
 */
export async function photographs(options: PhotographsOptions = {}): Promise<PhotographsDataset> {
  const { limit = {} } = options;
  const size = choose("size", `${options.size ?? 32}`, { 32: 32, 64: 64 });
  const root = projectRoot();
  const record = await readRecord<PhotographsRecord>(root, "photographs");
  const files = await readVerified({
    what: "photographs",
    folder: options.folder ?? join(root, "datasets", "photographs"),
    files: record.files,
    restore: restoreAdvice("datasets/photographs", root),
  });
  const patches: Uint8Array[] = [];
  const names: string[] = [];
  for (const name of [...record.split.train, ...record.split.test]) {
    const picture = await decode(files[`${name}.webp`]);
    for (const patch of record.scales.flatMap((scale) => cutPatches(picture, 64, scale))) {
      if (deviation(patch) < record.flat) continue;
      patches.push(patch);
      names.push(name);
    }
  }
  const all = Buffer.concat(patches);
  const images = fromBytes([names.length, 64, 64, 3], all);
  const repeated = repeats(images, { within: record.apart });
  const sized = size === 64 ? images : fromBytes([names.length, 32, 32, 3], halved(all, 64));
  const part = (split: "train" | "test") => {
    const rows = Array.from(rng("photographs").fork(split).permutation(names.length)).filter(
      (row) => !repeated[row] && record.split[split].includes(names[row]),
    );
    return first(sized, names, rows, limit[split]);
  };
  return Object.freeze({
    name: "photographs",
    classes: Object.freeze([]),
    origin: originOf("photographs", record, sha256(all, JSON.stringify([record.split, record.apart]))),
    train: part("train"),
    test: part("test"),
  });
}

/** The first of these rows. @throws when more are asked for than there are. */
function first(
  images: NdArray,
  names: readonly string[],
  rows: readonly number[],
  limit = rows.length,
): PhotographSamples {
  if (!(Number.isInteger(limit) && limit > 0 && limit <= rows.length)) {
    throw expected(`a whole number from 1 to ${rows.length} as limit`, `${limit}`);
  }
  const kept = rows.slice(0, limit);
  return Object.freeze({
    x: takeRows(images, kept),
    names: Object.freeze(kept.map((row) => names[row])),
  });
}

/** The pixels of an image file. */
export async function decode(file: Uint8Array): Promise<Picture> {
  const { createCanvas, loadImage } = await import("@napi-rs/canvas");
  const image = await loadImage(file);
  const context = createCanvas(image.width, image.height).getContext("2d");
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, 0, image.width, image.height);
  const rgb = new Uint8Array(image.width * image.height * 3);
  for (let i = 0; i < rgb.length; i++) rgb[i] = data[4 * Math.floor(i / 3) + (i % 3)];
  return Object.freeze({ width: image.width, height: image.height, rgb });
}
