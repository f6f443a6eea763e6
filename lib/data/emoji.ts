import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { choose, expected } from "../errors";
import { rng } from "../random";
import { cached } from "./cache";
import { catalogue, type Drawing, groupsOf } from "./emoji-catalogue";
import { type FileRecord, readRecord, readVerified, sha256 } from "./files";
import { fromBytes } from "./pixels";
import { rasterise } from "./rasterise";
import { packageFolder, projectRoot } from "./root";
import type { Dataset, Samples } from "./samples";

export type EmojiStyle = "twemoji" | "noto" | "fluent" | "openmoji";

export interface EmojiOptions {
  /** Side of an image, in pixels. Default 32. */
  readonly size?: 16 | 32 | 64;
  /** What `labels` and `classes` mean: the 7 categories or the 4 drawing styles. Default "category". */
  readonly label?: "category" | "style";
  /** Keep only these styles; default all. The split and the indices of the styles stay the same. */
  readonly styles?: readonly EmojiStyle[];
  /**
   * Which emoji are for testing: a fraction of the names, drawn with a seed. Default { seed: 1, test: 0.2 }.
   */
  readonly split?: { readonly seed?: number | string; readonly test?: number };
  /** Where rendered images are cached; default `.cache/datasets` in the project. */
  readonly cacheFolder?: string;
  /** Called while images are rendered, which happens once for each size. */
  readonly onProgress?: (done: number, total: number) => void;
  /** Receives a line when the cache is damaged or can't be written; default: standard error. */
  readonly log?: (line: string) => void;
}

/** Images with their labels, names, categories and styles. */
export interface EmojiSamples extends Samples {
  readonly labels: Int32Array;
  /** Names such as "red-apple": a name has an image in up to four styles, all in the same split. */
  readonly names: readonly string[];
  /** Indices into the data set's `categories`, one per image. */
  readonly categories: Int32Array;
  /** Indices into the data set's `styles`, one per image. */
  readonly styles: Int32Array;
}

export interface EmojiDataset extends Dataset {
  readonly train: EmojiSamples;
  readonly test: EmojiSamples;
  readonly categories: readonly string[];
  readonly styles: readonly EmojiStyle[];
}

interface EmojiRecord {
  readonly source: string;
  readonly licence: string;
  readonly styles: readonly EmojiStyle[];
  readonly categories: readonly string[];
  readonly leftOut: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Size → SHA-256 of all images, as rendered on x64. */
  readonly pixels: Readonly<Record<string, string>>;
  readonly packages: Readonly<
    Record<EmojiStyle, { readonly name: string; readonly files: Readonly<Record<string, FileRecord>> }>
  >;
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
 * train.x.shape; // [n, 16, 16, 3]
 * train.names[0]; // such as "red-apple", of category classes[train.labels[0]]
 * @throws when a package's file is missing or differs from its checksum in datasets/emoji.json.
 */
export async function emoji(options: EmojiOptions = {}): Promise<EmojiDataset> {
  const { label = "category", log = (line: string) => console.error(line) } = options;
  const size = choose("size", `${options.size ?? 32}`, { 16: 16, 32: 32, 64: 64 });
  const { seed = 1, test = 0.2 } = options.split ?? {};
  if (!(test > 0 && test < 1)) throw expected("a fraction between 0 and 1 as split.test", `${test}`);

  const root = projectRoot();
  const record = await readRecord<EmojiRecord>(root, "emoji");
  const classes = choose("label", label, { category: record.categories, style: record.styles });
  for (const style of options.styles ?? []) choose("style", style, record.packages);

  const folder = options.cacheFolder ?? join(root, ".cache", "datasets");
  const { header, bytes } = await cached<readonly Entry[]>({
    path: join(folder, `emoji-${size}-${await versionKey(root, record)}.bin`),
    make: () => draw({ root, record, size, log, onProgress: options.onProgress }),
    log,
  });
  const { train, test: held } = splitByName(header, { seed, test, styles: options.styles });
  const pick = (rows: readonly number[]) => samplesOf(header, bytes, rows, size, record, label);
  return Object.freeze({
    name: "emoji",
    classes,
    categories: record.categories,
    styles: record.styles,
    origin: Object.freeze({
      source: record.source,
      licence: record.licence,
      checksum: sha256(bytes, JSON.stringify([header, label, options.styles ?? "all", seed, test])),
      card: "datasets/emoji.md",
    }),
    train: pick(train),
    test: pick(held),
  });
}

/** The rows of each split. A name's split depends on the seed and its group alone, not on the other emoji. */
function splitByName(
  entries: readonly Entry[],
  options: { readonly seed: number | string; readonly test: number; readonly styles?: readonly string[] },
): { readonly train: readonly number[]; readonly test: readonly number[] } {
  const { seed, test, styles } = options;
  const source = rng(seed);
  const rows = Array.from(source.fork("order").permutation(entries.length)).filter(
    (row) => styles === undefined || styles.includes(entries[row].style),
  );
  const isTest = (row: number) => source.fork("split", entries[row].group).uniform() < test;
  return { train: rows.filter((row) => !isTest(row)), test: rows.filter(isTest) };
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
  const versions = await Promise.all(
    packages.map(async (name) => {
      const path = join(packageFolder(name, root), "package.json");
      const text = await readFile(path, "utf8").catch(() => {
        throw expected(`the npm package ${name}`, `no "${path}"`, "To restore it: npm ci");
      });
      return `${name}@${JSON.parse(text).version}`;
    }),
  );
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
  const sets = [];
  for (const style of record.styles) {
    const { name, files } = record.packages[style];
    const folder = packageFolder(name, root);
    const texts = await readVerified({ what: "emoji", folder, files, restore: "npm ci" });
    const parse = (file: string) => JSON.parse(texts[file].toString("utf8"));
    sets.push({
      style,
      icons: parse("icons.json"),
      metadata: parse("metadata.json"),
      chars: parse("chars.json"),
    });
  }
  const drawings = catalogue({ sets, categories: record.categories, leftOut: record.leftOut });
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
