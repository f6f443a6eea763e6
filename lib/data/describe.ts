import { sha256 } from "../files/sha256";
import type { Dataset } from "./samples";

/** What a report says about a data set. */
export interface DatasetSummary {
  /** The data set's name. */
  readonly name: string;
  /** SHA-256 in hexadecimal: equal for equal data. */
  readonly checksum: string;
  /** Samples in each split. */
  readonly train: number;
  /** Samples of the test split. */
  readonly test: number;
  /** Samples of the validation split, where there is one. */
  readonly validation?: number;
  /** Shape of one sample. */
  readonly shape: readonly number[];
  /** Names of the classes; empty where there are none. */
  readonly classes: readonly string[];
  /** The data's licence, in words. */
  readonly licence: string;
  /** Where the data came from, in words. */
  readonly source: string;
  /** What a reader of results must know, such as images of one split that look like those of another. */
  readonly notes: readonly string[];
}

/** Summarises a data set for a report. The checksum is the origin's, or else that of the data themselves. */
export function describe(dataset: Dataset): DatasetSummary {
  const { name, train, test, validation, classes, origin } = dataset;
  return Object.freeze({
    name,
    checksum: origin?.checksum ?? checksumOf(dataset),
    train: train.x.shape[0],
    test: test.x.shape[0],
    ...(validation && { validation: validation.x.shape[0] }),
    shape: Object.freeze(train.x.shape.slice(1)),
    classes,
    licence: origin?.licence ?? "none: made by this project's code",
    source: origin?.source ?? "made by this project's code",
    notes: origin?.notes ?? Object.freeze([]),
  });
}

function checksumOf({ train, test, validation }: Dataset): string {
  const splits = [train, test, ...(validation ? [validation] : [])];
  const arrays = splits.flatMap(({ x, labels }) => [x.data, ...(labels ? [labels] : [])]);
  return sha256(...arrays.map((array) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength)));
}
