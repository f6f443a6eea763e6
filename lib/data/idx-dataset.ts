import { choose, expected } from "../errors";
import { decodeIdxBytes } from "../formats/idx";
import { bytePictures } from "./byte-pictures";
import type { Dataset, Origin, Samples } from "./samples";

/** What can be chosen of a data set of grey 28×28 pictures. */
export interface IdxDatasetOptions {
  /**
   * Side of an image, in pixels: 28 as published, or 32, with two black pixels added on every side. Default
   * 32.
   */
  readonly size?: 28 | 32;
  /**
   * How many samples at the end of training to hold out for validation, to choose steps, rates and networks
   * without a look at the test images. Left out, there is no such split.
   */
  readonly validation?: number;
  /** How many samples to keep of each split, from the first; default all. */
  readonly limit?: { readonly train?: number; readonly test?: number };
}

/** A data set whose validation split was asked for. */
export type WithValidation = Dataset & Required<Pick<Dataset, "validation">>;

/** The border that brings a 28×28 picture to this size. @throws when there is none. */
export const borderOf = (size: 28 | 32 = 32) => choose("size", `${size}`, { 28: 0, 32: 2 });

/** The four files of a data set in MNIST's form, by their published names, and what is said of it. */
export interface IdxFiles {
  readonly name: string;
  readonly classes: readonly string[];
  readonly origin: Origin;
  /** Such as "train-images-idx3-ubyte" → its bytes. */
  readonly files: Readonly<Record<string, Uint8Array>>;
}

/**
 * A data set in the form of MNIST: images `[n, size, size, 1]` in [-1, 1], labels, and the files' split.
 * Images are kept as bytes until all of a split are asked for as one array.
 * @throws when more samples are asked for than there are, or a file is no IDX.
 */
export function idxDataset(
  { name, classes, origin, files }: IdxFiles,
  { size, limit = {}, validation }: IdxDatasetOptions,
): Dataset {
  const border = borderOf(size);
  const training = split(files, "train", border, origin.checksum);
  const test = split(files, "t10k", border, origin.checksum);
  if (validation !== undefined) assertCount("validation", validation, training.count - 1);
  const end = training.count - (validation ?? 0);
  const splits = {
    train: training.part("limit", 0, limit.train ?? end, end),
    validation: training.part("validation", end, validation ?? 0, training.count - end),
    test: test.part("limit", 0, limit.test ?? test.count, test.count),
  };
  return Object.freeze({
    name,
    classes,
    origin,
    get train() {
      return splits.train();
    },
    get validation() {
      return validation === undefined ? undefined : splits.validation();
    },
    get test() {
      return splits.test();
    },
  });
}

function assertCount(option: string, n: number, most: number): void {
  if (Number.isInteger(n) && n > 0 && n <= most) return;
  throw expected(`a whole number from 1 to ${most} as ${option}`, `${n}`);
}

/** A split of the files, of which parts are decoded when first asked for. */
function split(files: IdxFiles["files"], prefix: string, border: number, checksum: string) {
  const decoded = (name: string) => decodeIdxBytes(files[name], name);
  const images = decoded(`${prefix}-images-idx3-ubyte`);
  const labels = decoded(`${prefix}-labels-idx1-ubyte`);
  const [count, height, width] = images.shape;
  const size = height * width;
  return {
    count,
    part(option: string, from: number, n: number, most: number): () => Samples {
      if (most > 0) assertCount(option, n, most);
      let samples: Samples | undefined;
      return () => {
        samples ??= Object.freeze({
          x: bytePictures({
            bytes: images.data.subarray(from * size, (from + n) * size),
            shape: [n, height, width],
            border,
            checksum: `${checksum} ${prefix} ${from}`,
          }),
          labels: Int32Array.from(labels.data.subarray(from, from + n)),
        });
        return samples;
      };
    },
  };
}
