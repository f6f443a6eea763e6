import { ndarray } from "../array";
import { choose, expected } from "../errors";
import { type FileRecord, readRecord, readVerified, sha256 } from "./files";
import { decodeIdx } from "./idx";
import { fromBytes } from "./pixels";
import { packageFolder, projectRoot } from "./root";
import type { Dataset, Samples } from "./samples";

export interface MnistOptions {
  /**
   * Side of an image, in pixels: 28 as published, or 32, with two black pixels added on every side. Default
   * 32.
   */
  readonly size?: 28 | 32;
  /**
   * How many samples at the end of training to hold out for validation, to choose steps, rates and networks
   * without a look at the test images; 5,000 are usual. Left out, there is no such split.
   */
  readonly validation?: number;
  /** How many samples to keep of each split, from the first; default all: 60,000 and 10,000. */
  readonly limit?: { readonly train?: number; readonly test?: number };
  /** The folder with the four files; default the installed npm package. */
  readonly folder?: string;
}

interface MnistRecord {
  readonly package: string;
  readonly source: string;
  readonly licence: string;
  readonly files: Readonly<Record<string, FileRecord>>;
}

/**
 * MNIST's handwritten digits (LeCun, Cortes and Burges): images `[n, size, size, 1]` in [-1, 1], white on
 * black, labels 0 … 9, the standard split. A split is decoded when it is first accessed; all of MNIST at
 * 32×32 takes 287 MB. See datasets/mnist.md.
 *
 * @example
 * const digits = await mnist({ limit: { train: 1000, test: 100 } });
 * digits.train.x.shape; // [1000, 32, 32, 1]
 * const { validation } = await mnist({ limit: { train: 1000, test: 100 }, validation: 5000 });
 * @throws when a file is missing or differs from its checksum in datasets/mnist.json.
 */
export function mnist(
  options: MnistOptions & { readonly validation: number },
): Promise<Dataset & Required<Pick<Dataset, "validation">>>;
export function mnist(options?: MnistOptions): Promise<Dataset>;
export async function mnist(options: MnistOptions = {}): Promise<Dataset> {
  const { size = 32, limit = {}, validation } = options;
  const border = choose("size", `${size}`, { 28: 0, 32: 2 });
  const root = projectRoot();
  const record = await readRecord<MnistRecord>(root, "mnist");
  const folder = options.folder ?? `${packageFolder(record.package, root)}/data`;
  const files = await readVerified({ what: "MNIST", folder, files: record.files, restore: "npm ci" });
  const training = split(files, "train", border);
  const test = split(files, "t10k", border);
  if (validation !== undefined) assertCount("validation", validation, training.count - 1);
  const end = training.count - (validation ?? 0);
  const splits = {
    train: training.part("limit", 0, limit.train ?? end, end),
    validation: training.part("validation", end, validation ?? 0, training.count - end),
    test: test.part("limit", 0, limit.test ?? test.count, test.count),
  };
  return Object.freeze({
    name: "mnist",
    classes: Object.freeze(Array.from({ length: 10 }, (_, digit) => `${digit}`)),
    origin: Object.freeze({
      source: record.source,
      licence: record.licence,
      checksum: sha256(...Object.values(record.files).map((file) => file.sha256)),
      card: "datasets/mnist.md",
    }),
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
function split(files: Readonly<Record<string, Buffer>>, prefix: string, border: number) {
  const images = decodeIdx(files[`${prefix}-images-idx3-ubyte`]);
  const labels = decodeIdx(files[`${prefix}-labels-idx1-ubyte`]);
  const [count, height, width] = images.shape;
  const size = height * width;
  return {
    count,
    part(option: string, from: number, n: number, most: number): () => Samples {
      if (most > 0) assertCount(option, n, most);
      let samples: Samples | undefined;
      return () => {
        samples ??= Object.freeze({
          x: padded(images.data.subarray(from * size, (from + n) * size), [n, height, width], border),
          labels: Int32Array.from(labels.data.subarray(from, from + n)),
        });
        return samples;
      };
    },
  };
}

/**
 * Grey bytes `[n, h, w]` as values in [-1, 1] of shape `[n, h + 2·border, w + 2·border, 1]`, the border
 * black.
 */
export function padded(bytes: Uint8Array, shape: readonly [number, number, number], border: number) {
  const [n, height, width] = shape;
  const values = fromBytes([bytes.length], bytes).data;
  if (border === 0) return ndarray([n, height, width, 1], values);
  const [tall, wide] = [height + 2 * border, width + 2 * border];
  const data = new Float32Array(n * tall * wide).fill(-1);
  for (let i = 0; i < n; i++) {
    for (let y = 0; y < height; y++) {
      const from = (i * height + y) * width;
      data.set(values.subarray(from, from + width), (i * tall + y + border) * wide + border);
    }
  }
  return ndarray([n, tall, wide, 1], data);
}
