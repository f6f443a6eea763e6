import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { choose, expected } from "../errors";
import { cached } from "../files/cache";
import { installCommand, packageFolder, projectRoot, workFolder } from "../files/project";
import { sha256 } from "../files/sha256";
import { rng } from "../random";
import { type Drawing, groupsOf } from "./emoji-catalogue";
import { type EmojiRecord, type EmojiStyle, readDrawings } from "./emoji-drawings";
import { nearDuplicates } from "./near-duplicates";
import { originOf } from "./origin";
import { fromBytes } from "./pixels";
import { rasterise } from "./rasterise";
import { readRecord } from "./record";
import type { Dataset, Samples } from "./samples";

export type { EmojiStyle } from "./emoji-drawings";

/** Options of {@link emoji}. */
export interface EmojiOptions {
  /** Side of an image, in pixels. Default 32. */
  readonly size?: 16 | 32 | 64;
  /** What `labels` and `classes` mean: the 7 categories or the 4 drawing styles. Default "category". */
  readonly label?: "category" | "style";
  /** Keep only these styles; default all. The split and the indices of the styles stay the same. */
  readonly styles?: readonly EmojiStyle[];
  /** Which emoji are for testing and for validation. Default { seed: 1, test: 0.2 }. */
  readonly split?: EmojiSplit;
  /** Where rendered images are cached; default `.cache/datasets` in the project, or the working directory. */
  readonly cacheFolder?: string;
  /** Called while images are rendered, which happens once for each size. */
  readonly onProgress?: (done: number, total: number) => void;
  /** Receives a line when the cache is damaged or can't be written; default: standard error. */
  readonly log?: (line: string) => void;
}

/** How the names are split; what is not held out is for training. */
export interface EmojiSplit {
  /** Default 1. */
  readonly seed?: number | string;
  /** The fraction of all names that are for testing. Default 0.2. */
  readonly test?: number;
  /**
   * The fraction of all names that are for validation: to choose steps, rates and networks without a look at
   * the test images, which stay the same. They are taken from training. Left out, there is no such split.
   */
  readonly validation?: number;
  /**
   * Drops images of the test split that look like one of the others, and of the validation split that look
   * like one for training: those within this mean squared error, of pixels in [-1, 1] averaged to 16×16. With
   * 0.01 these are 46 of 1,066 test images: clocks, keycaps, faces, moons. Takes about a second. Default 0:
   * none.
   */
  readonly apart?: number;
}

/** Images with their labels, names, categories and styles. */
export interface EmojiSamples extends Samples {
  /** Class indices, one per image. */
  readonly labels: Int32Array;
  /** Names such as "red-apple": a name has an image in up to four styles, all in the same split. */
  readonly names: readonly string[];
  /** Indices into the data set's `categories`, one per image. */
  readonly categories: Int32Array;
  /** Indices into the data set's `styles`, one per image. */
  readonly styles: Int32Array;
}

export interface EmojiDataset extends Dataset {
  /** Images to learn from. */
  readonly train: EmojiSamples;
  /** Images to judge by, of names that are not among those for training. */
  readonly test: EmojiSamples;
  /** Present where `split.validation` is given. */
  readonly validation?: EmojiSamples;
  /** Names of the categories, such as "food-drink". */
  readonly categories: readonly string[];
  /** The drawing styles that were asked for. */
  readonly styles: readonly EmojiStyle[];
}

/** Raise this when the same packages would give different images. */
const RENDERING = 2;

interface Entry extends Omit<Drawing, "svg"> {
  /** Emoji that must be in the same split share a group. */
  readonly group: string;
}

/**
 * Colour emoji from four open sets (Twemoji, Noto, Fluent flat, OpenMoji) on white: images `[n, size, size,
 * 3]` in [-1, 1] each with a category and a drawing style. Split by name, so that no test emoji occurs in
 * training in another style; each split is in random order. Rendered at the first call (seconds), then
 * cached. See datasets/emoji.md.
 *
 * @example
 * const { train, classes } = await emoji({ size: 16, styles: ["noto"] });
 * const { validation } = await emoji({ size: 16, split: { validation: 0.1, apart: 0.01 } });
 * train.x.shape; // [n, 16, 16, 3]
 * train.names[0]; // such as "red-apple", of category classes[train.labels[0]]
 * @throws when a package's file is missing or differs from its checksum in datasets/emoji.json.
 */
export function emoji(
  options: EmojiOptions & { readonly split: { readonly validation: number } },
): Promise<EmojiDataset & Required<Pick<EmojiDataset, "validation">>>;
export function emoji(options?: EmojiOptions): Promise<EmojiDataset>;
export async function emoji(options: EmojiOptions = {}): Promise<EmojiDataset> {
  const { label = "category", log = (line: string) => console.error(line) } = options;
  const size = choose("size", `${options.size ?? 32}`, { 16: 16, 32: 32, 64: 64 });
  const { seed = 1, test = 0.2, validation, apart = 0 } = options.split ?? {};
  if (!(test > 0 && test < 1)) throw expected("a fraction between 0 and 1 as split.test", `${test}`);
  if (validation !== undefined && !(validation > 0 && test + validation < 1)) {
    throw expected(
      `a fraction above 0, below 1 with split.test = ${test}, as split.validation`,
      `${validation}`,
    );
  }
  if (!(apart >= 0)) throw expected("a mean squared error of 0 or more as split.apart", `${apart}`);

  const root = projectRoot();
  const record = await readRecord<EmojiRecord>(root, "emoji");
  const classes = choose("label", label, { category: record.categories, style: record.styles });
  for (const style of options.styles ?? []) choose("style", style, record.packages);

  const folder = options.cacheFolder ?? join(workFolder(root), ".cache", "datasets");
  const { header, bytes } = await cached<readonly Entry[]>({
    path: join(folder, `emoji-${size}-${await versionKey(root, record)}.bin`),
    make: () => draw({ root, record, size, log, onProgress: options.onProgress }),
    log,
  });
  const rows = splitByName(header, { seed, test, validation: validation ?? 0, styles: options.styles });
  const pick = (chosen: readonly number[]) => samplesOf(header, bytes, chosen, size, record, label);
  const awayFrom = (samples: EmojiSamples, chosen: readonly number[], others: readonly number[]) => {
    if (apart === 0) return samples;
    const near = nearDuplicates(samples.x, pick(others).x, { within: apart });
    return pick(chosen.filter((_, i) => !near[i]));
  };
  const held = awayFrom(pick(rows.test), rows.test, [...rows.train, ...rows.validation]);
  const checked = awayFrom(pick(rows.validation), rows.validation, rows.train);
  const dropped = {
    test: rows.test.length - held.names.length,
    validation: rows.validation.length - checked.names.length,
  };
  const checksum = sha256(
    bytes,
    JSON.stringify([header, label, options.styles ?? "all", seed, test]),
    ...(validation || apart > 0 ? [JSON.stringify({ validation, apart })] : []),
  );
  return Object.freeze({
    name: "emoji",
    classes,
    categories: record.categories,
    styles: record.styles,
    origin: Object.freeze({
      ...originOf("emoji", record, checksum),
      notes: Object.freeze(notesOn({ record, options, apart, dropped })),
    }),
    train: pick(rows.train),
    test: held,
    ...(validation && { validation: checked }),
  });
}

/** What reports say about the split: near-duplicates are dropped, or there. */
function notesOn({
  record,
  options: { split = {}, styles },
  apart,
  dropped,
}: {
  readonly record: EmojiRecord;
  readonly options: EmojiOptions;
  readonly apart: number;
  readonly dropped: { readonly test: number; readonly validation: number };
}): readonly string[] {
  if (apart > 0) {
    const validation = split.validation ? ` and ${dropped.validation} validation` : "";
    return [`${dropped.test} test${validation} images within a mean squared error of ${apart} dropped`];
  }
  const isDefault = (split.seed ?? 1) === 1 && (split.test ?? 0.2) === 0.2 && styles === undefined;
  const known = record.split.nearDuplicates;
  return isDefault
    ? [`${known.test} test images look like training images: split: { apart: ${known.apart} } drops them`]
    : [];
}

/**
 * The rows of each split. A name's split depends on the seed and its group alone, not on the other emoji; the
 * test split doesn't depend on how much is for validation.
 */
function splitByName(
  entries: readonly Entry[],
  options: Required<Pick<EmojiSplit, "seed" | "test" | "validation">> & Pick<EmojiOptions, "styles">,
): Readonly<Record<"train" | "validation" | "test", readonly number[]>> {
  const { seed, test, validation } = options;
  const styles: readonly string[] | undefined = options.styles;
  const source = rng(seed);
  const rows = Array.from(source.fork("order").permutation(entries.length)).filter(
    (row) => styles === undefined || styles.includes(entries[row].style),
  );
  const splitOf = (row: number) => {
    const u = source.fork("split", entries[row].group).uniform();
    return u < test ? "test" : u < test + validation ? "validation" : "train";
  };
  const of = (split: string) => rows.filter((row) => splitOf(row) === split);
  return { train: of("train"), validation: of("validation"), test: of("test") };
}

function samplesOf(
  entries: readonly Entry[],
  bytes: Uint8Array,
  rows: readonly number[],
  size: number,
  record: EmojiRecord,
  label: "category" | "style",
): EmojiSamples {
  const pixels = size * size * 3;
  const picked = new Uint8Array(rows.length * pixels);
  rows.forEach((row, i) => {
    picked.set(bytes.subarray(row * pixels, (row + 1) * pixels), i * pixels);
  });
  const categories = Int32Array.from(rows, (row) => record.categories.indexOf(entries[row].category));
  const styles = Int32Array.from(rows, (row) => record.styles.indexOf(entries[row].style as EmojiStyle));
  return Object.freeze({
    x: fromBytes([rows.length, size, size, 3], picked),
    labels: label === "category" ? categories : styles,
    names: Object.freeze(rows.map((row) => entries[row].name)),
    categories,
    styles,
  });
}

/** Changes with everything the images depend on except their size. */
async function versionKey(root: string, record: EmojiRecord): Promise<string> {
  const packages = [...record.styles.map((style) => record.packages[style].name), "@resvg/resvg-js"];
  const manifests = await Promise.all(
    packages.map((name) => {
      return readFile(join(packageFolder(name, root), "package.json"), "utf8").catch(() => undefined);
    }),
  );
  const missing = packages.filter((_, i) => manifests[i] === undefined);
  if (missing.length > 0) {
    throw expected(
      "the npm packages that emoji are drawn from",
      `none of the name ${missing.join(", ")}`,
      `To install: ${installCommand(missing, root)}`,
    );
  }
  const versions = manifests.map((text, i) => `${packages[i]}@${JSON.parse(`${text}`).version}`);
  const choice = JSON.stringify([record.categories, record.leftOut]);
  return sha256(versions.join(), choice, `${RENDERING}`).slice(0, 12);
}

async function draw(options: {
  readonly root: string;
  readonly record: EmojiRecord;
  readonly size: number;
  readonly log: (line: string) => void;
  readonly onProgress?: (done: number, total: number) => void;
}): Promise<{ readonly header: readonly Entry[]; readonly bytes: Uint8Array }> {
  const { root, record, size, log, onProgress } = options;
  const drawings = await readDrawings(root, record);
  const { bytes, digests } = await rasterise({ svgs: drawings.map(({ svg }) => svg), size, onProgress });
  if (sha256(bytes) !== record.pixels[size]) {
    log(
      `The emoji drawn at ${size}×${size} differ from the reference: ` +
        "another processor may round differently.",
    );
  }
  const groups = groupsOf(drawings, digests);
  return { header: drawings.map(({ svg: _, ...entry }, i) => ({ ...entry, group: groups[i] })), bytes };
}
