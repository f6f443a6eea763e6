import { join } from "node:path";
import { brotliDecompressSync } from "node:zlib";
import { projectRoot, restoreAdvice } from "../files/project";
import { sha256 } from "../files/sha256";
import { type FileRecord, readVerified } from "../files/verified";
import { borderOf, type IdxDatasetOptions, idxDataset, type WithValidation } from "./idx-dataset";
import { originOf } from "./origin";
import { readRecord } from "./record";
import type { Dataset } from "./samples";

/** Without limits, 10,000 images for training and 5,000 for testing. */
export interface FashionMnistOptions extends IdxDatasetOptions {
  /** The folder with the four files; default datasets/fashion-mnist. */
  readonly folder?: string;
}

/** datasets/fashion-mnist.json. */
export interface FashionMnistRecord {
  /** Where the images came from. */
  readonly source: string;
  /** The images' licence. */
  readonly licence: string;
  /** Names of the ten classes, in the order of the labels. */
  readonly classes: readonly string[];
  /** Images of each class in each split. */
  readonly perClass: { readonly train: number; readonly test: number };
  /** Files as they are stored, by name. */
  readonly files: Readonly<Record<string, FileRecord>>;
  /** Their content before compression, by the same names less ".br". */
  readonly unpacked: Readonly<Record<string, FileRecord>>;
}

/**
 * Fashion-MNIST (Xiao, Rasul and Vollgraf): pictures of clothes from a shop, `[n, size, size, 1]` in [-1, 1],
 * grey on black, with labels of 10 classes. Of the published 60,000 and 10,000 images the first 1,000 and 500
 * of each class are here, the classes in turn, so that every part of a split holds about as many of each. See
 * datasets/fashion-mnist.md.
 *
 * @example
 * const clothes = await fashionMnist({ limit: { train: 1000, test: 100 } });
 * clothes.train.x.shape; // [1000, 32, 32, 1]
 * clothes.classes[clothes.train.labels![0]]; // "T-shirt/top"
 * @throws when a file is missing or differs from its checksum in datasets/fashion-mnist.json.
 */
export function fashionMnist(
  options: FashionMnistOptions & { readonly validation: number },
): Promise<WithValidation>;
export function fashionMnist(options?: FashionMnistOptions): Promise<Dataset>;
export async function fashionMnist(options: FashionMnistOptions = {}): Promise<Dataset> {
  borderOf(options.size);
  const root = projectRoot();
  const record = await readRecord<FashionMnistRecord>(root, "fashion-mnist");
  const stored = await readVerified({
    what: "Fashion-MNIST",
    folder: options.folder ?? join(root, "datasets", "fashion-mnist"),
    files: record.files,
    restore: restoreAdvice("datasets/fashion-mnist", root),
  });
  const files = Object.fromEntries(
    Object.entries(stored).map(([name, bytes]) => [name.replace(/\.br$/, ""), brotliDecompressSync(bytes)]),
  );
  const checksum = sha256(...Object.values(record.unpacked).map((file) => file.sha256));
  const origin = originOf("fashion-mnist", record, checksum);
  const classes = Object.freeze([...record.classes]);
  return idxDataset({ name: "fashion-mnist", classes, origin, files }, options);
}
