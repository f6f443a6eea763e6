import { sha256 } from "./files";
import type { Dataset } from "./samples";

/** What a report says about a data set. */
export interface DatasetSummary {
  readonly name: string;
  /** SHA-256 in hexadecimal: equal for equal data. */
  readonly checksum: string;
  /** Samples in each split. */
  readonly train: number;
  readonly test: number;
  /** Shape of one sample. */
  readonly shape: readonly number[];
  readonly classes: readonly string[];
  readonly licence: string;
  readonly source: string;
}

/** Summarises a data set for a report. The checksum is the origin's, or else that of the data themselves. */
export function describe(dataset: Dataset): DatasetSummary {
  const { name, train, test, classes, origin } = dataset;
  return Object.freeze({
    name,
    checksum: origin?.checksum ?? checksumOf(dataset),
    train: train.x.shape[0],
    test: test.x.shape[0],
    shape: Object.freeze(train.x.shape.slice(1)),
    classes,
    licence: origin?.licence ?? "none: made by this project's code",
    source: origin?.source ?? "made by this project's code",
  });
}

function checksumOf({ train, test }: Dataset): string {
  const arrays = [train, test].flatMap(({ x, labels }) => [x.data, ...(labels ? [labels] : [])]);
  return sha256(...arrays.map((array) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength)));
}
