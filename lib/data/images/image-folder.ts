import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { sizeOf } from "../../array";
import { assertKnown, choose, expected } from "../../errors";
import { cached } from "../../files/cache";
import { sha256 } from "../../files/sha256";
import { rng } from "../../random";
import { type ApartSplit, apartRows } from "../apart-rows";
import { projectRoot } from "../root";
import type { Dataset, Samples } from "../samples";
import { assertSplit, joinedGroups, type SplitRows, splitByGroup } from "../split";
import { type ClassSource, type Labelled, labelsOf } from "./classes";
import { decodeImage, type Fit, type ImageFacts, inspectImage } from "./decode-image";
import { type FileNote, type ImageFile, listFiles } from "./list-files";
import { digestOf, imagesOnDisk, isIntact, type PixelStore, readImages, storeWriter } from "./pixel-store";

/** Options of {@link imageFolder}. */
export interface ImageFolderOptions {
  /** Side of an image in pixels, or its height and width. Default 32. */
  readonly size?: number | readonly [height: number, width: number];
  /**
   * What becomes of other proportions: "crop" keeps the middle, "pad" all of it with the background around
   * it, "stretch" all of it, distorted. Default "crop".
   */
  readonly fit?: Fit;
  /** What is behind transparent parts and beside padded ones. Default "white". */
  readonly background?: "white" | "black" | readonly [red: number, green: number, blue: number];
  /** 1 for grey, 3 for colour. Default: 1 where all files are grey. */
  readonly channels?: 1 | 3;
  /** Bits per channel that are kept. Default: 16 where any file has more than 8. */
  readonly depth?: 8 | 16;
  /** Default "folders" where all images lie in two folders or more, else "none". */
  readonly classes?: ClassSource;
  /**
   * What may not be on both sides of the split, such as the patient or the object, by the file's path: the
   * first bracket of a pattern, or a function's value. Where that is undefined, the image is a group of its
   * own. Images of equal pixels are always one group.
   */
  readonly group?: RegExp | ((file: string) => string | undefined);
  /** How images are held out. Default: a fifth at random, or by folders named train and test. */
  readonly split?: ImageSplit;
  /** Decides the split and the order. Default 1. */
  readonly seed?: number | string;
  /** How many images to use of all, chosen at random by the seed before any is decoded. Default: all. */
  readonly limit?: number;
  /**
   * What to do with files that can't be used: "skip" lists them in `leftOut` with the reasons, "refuse"
   * throws. Default "skip".
   */
  readonly damaged?: "skip" | "refuse";
  /**
   * Files with more pixels are left out. Default: 500 million for files that are decoded a few lines at a
   * time (PNG, JPEG), 100 million for others, interlaced, progressive and turned ones: in memory, three bytes
   * each.
   */
  readonly maxPixels?: number;
  /**
   * Bytes that the images may take in memory, at four for each number; more are left on disk, and only what
   * is drawn is read. Default 2e9.
   */
  readonly memory?: number;
  /** Where decoded images are kept; default `.cache/datasets` in the project. */
  readonly cacheFolder?: string;
  /** What a report says about the images' licence. Default "not stated". */
  readonly licence?: string;
  /** Called while images are decoded, which happens once for the same files and options. */
  readonly onProgress?: (done: number, total: number) => void;
  /** Receives a line where files are left out or the cache is damaged; default: standard error. */
  readonly log?: (line: string) => void;
}

/** How the images are split; what is not held out is for training. */
export interface ImageSplit extends ApartSplit {
  /**
   * "folders" takes the split from folders called train, test, and val or validation; where there is no test
   * folder, that is for testing. Default: "folders" where the folder has such folders alone, else "random".
   */
  readonly by?: "folders" | "random";
}

/** Images, their files and the groups that were kept together. */
export interface ImageFolderSamples extends Samples {
  /** The files, relative to the folder, with slashes. */
  readonly names: readonly string[];
  /** Names of groups, of which each is in one split, unless folders split the images. */
  readonly groups: readonly string[];
}

/** One's own images, and what became of the files. */
export interface ImageFolder extends Dataset {
  /** Images to learn from. */
  readonly train: ImageFolderSamples;
  /** Images to judge by. */
  readonly test: ImageFolderSamples;
  /** Images to choose settings by; present where `split.validation` or such a folder is given. */
  readonly validation?: ImageFolderSamples;
  /** Files that are not used, and why. */
  readonly leftOut: readonly FileNote[];
  /** Files that are used, and what is odd about them. */
  readonly remarks: readonly FileNote[];
}

/** What is stored of an image beside its pixels. */
interface Entry extends Labelled {
  /** Equal for equal pixels. */
  readonly digest: string;
}

interface Record {
  readonly store: Omit<PixelStore, "path">;
  readonly entries: readonly Entry[];
  readonly leftOut: readonly FileNote[];
  readonly remarks: readonly FileNote[];
}

/** Raise this when the same files would give other images. */
const DECODING = 1;

/** Files of more pixels are decoded one at a time. */
const LARGE = 25e6;

/**
 * One's own images: the PNG, JPEG, WebP, AVIF, GIF, SVG and TIFF files of a folder and its subfolders, told
 * by their content, as `[n, height, width, channels]` in [-1, 1]. EXIF rotation is applied, CMYK and colour
 * profiles become sRGB, transparent parts show the background. Each file is used, or listed in `leftOut` with
 * the reason; what is odd about used ones stands in `remarks`. Decoded at the first call, then cached.
 *
 * @example
 * savePngs("discs", colourImages.x);
 * const discs = await imageFolder("discs", { size: 8, split: { test: 0.25 } });
 * discs.train.x.shape; // [24, 8, 8, 3]
 * discs.leftOut; // such as [{ file: "broken.jpg", note: "it is damaged or cut off (…)" }]
 * @throws UsageError when there is no such folder, no image in it, or what is asked for doesn't fit them.
 */
export function imageFolder(
  path: string,
  options: ImageFolderOptions & { readonly split: { readonly validation: number } },
): Promise<ImageFolder & Required<Pick<ImageFolder, "validation">>>;
export function imageFolder(path: string, options?: ImageFolderOptions): Promise<ImageFolder>;
export async function imageFolder(path: string, options: ImageFolderOptions = {}): Promise<ImageFolder> {
  const settings = settingsOf(options);
  const { log = (line: string) => console.error(line), seed = 1, memory = 2e9 } = options;
  const listing = await listFiles(path);
  if (listing.images.length === 0) {
    const [bad] = listing.unusable;
    throw expected(
      `PNG, JPEG, WebP, AVIF, GIF, SVG or TIFF files in "${path}"`,
      bad ? `none that can be used, but "${bad.file}": ${bad.note}` : othersIn(listing.others),
    );
  }
  const sides = splitFolders(listing.images, options.split, path);
  const labels = labelsOf(
    listing.images.map(({ name }) => name),
    options.classes,
    { folder: path, skip: sides ? 1 : 0 },
  );
  const chosen = limited(labels.labelled, options.limit, seed);
  const byName = new Map(listing.images.map((image) => [image.name, image]));
  const files = chosen.map(({ file }) => byName.get(file)!);
  const { entries, store, ...decoded } = await decodedFiles(files, settings, options, log);
  const leftOut = [...listing.unusable, ...labels.leftOut, ...decoded.leftOut].sort((a, b) =>
    a.file < b.file ? -1 : 1,
  );
  if (leftOut.length > 0) {
    const [first] = leftOut;
    const total = listing.images.length + listing.unusable.length;
    const more = leftOut.length > 1 ? `; and ${leftOut.length - 1} more` : "";
    const line = `${leftOut.length} of ${total} image files in "${path}" can't be used: "${first.file}", ${first.note}${more}`;
    if (options.damaged === "refuse") {
      throw expected("images that can all be used", line, 'Remove them, or pass damaged: "skip".');
    }
    log(`${line}.`);
  }
  if (entries.length === 0) throw expected(`images in "${path}" that can be decoded`, "none");

  const labelOf = new Map(chosen.map((each) => [each.file, each]));
  const known = entries.map(({ file, digest }) => ({ ...labelOf.get(file)!, digest }));
  const classes = labels.classes ? [...new Set(known.map(({ label }) => label!))].sort(byNumber) : [];
  const groups = groupsOf(known, options.group);
  const rows = sides
    ? rowsByFolder(known, sides, { seed, path })
    : splitByGroup(groups, { ...options.split, seed, source: `"${path}"` });
  const samples = samplesOf({ store, known, groups, classes, memory });
  const { rows: kept, dropped } = apartRows(rows, (of) => samples(of)().x, options.split?.apart ?? 0);
  const notes = [
    ...labels.notes,
    ...(leftOut.length > 0
      ? [`${leftOut.length === 1 ? "1 file" : `${leftOut.length} files`} left out`]
      : []),
    ...dropped,
  ];
  const checksum = sha256(
    store.sha256,
    JSON.stringify([known.map(({ file, label }) => [file, label]), kept.train, kept.test, kept.validation]),
  );
  const made = { train: samples(kept.train), test: samples(kept.test) };
  const validation = kept.validation && samples(kept.validation);
  return Object.freeze({
    name: basename(listing.folder),
    classes: Object.freeze(classes),
    origin: Object.freeze({
      source: `the folder "${basename(listing.folder)}"`,
      licence: options.licence ?? "not stated",
      checksum,
      notes: Object.freeze(notes),
    }),
    leftOut: Object.freeze(leftOut),
    remarks: Object.freeze(
      [...listing.remarks.filter(({ file }) => labelOf.has(file)), ...decoded.remarks].sort((a, b) =>
        a.file < b.file ? -1 : 1,
      ),
    ),
    get train() {
      return made.train();
    },
    get test() {
      return made.test();
    },
    get validation() {
      return validation?.();
    },
  });
}

const known = {
  size: true,
  fit: true,
  background: true,
  channels: true,
  depth: true,
  classes: true,
  group: true,
  split: true,
  seed: true,
  limit: true,
  damaged: true,
  maxPixels: true,
  memory: true,
  cacheFolder: true,
  licence: true,
  onProgress: true,
  log: true,
} as const satisfies { readonly [name in keyof ImageFolderOptions]-?: true };

interface Settings {
  readonly height: number;
  readonly width: number;
  readonly fit: Fit;
  readonly background: readonly [number, number, number];
}

function settingsOf(options: ImageFolderOptions): Settings {
  assertKnown(options, known, "imageFolder");
  const { size = 32, fit = "crop", background = "white", channels, depth, limit, damaged } = options;
  const sides: readonly number[] = typeof size === "number" ? [size, size] : size;
  if (
    !(
      Array.isArray(sides) &&
      sides.length === 2 &&
      sides.every((side) => Number.isInteger(side) && side >= 1 && side <= 4096)
    )
  ) {
    throw expected("a size of whole pixels from 1 to 4096", JSON.stringify(size));
  }
  choose("fit", fit, { crop: true, pad: true, stretch: true });
  if (channels !== undefined) choose("channels", `${channels}`, { 1: true, 3: true });
  if (depth !== undefined) choose("depth", `${depth}`, { 8: true, 16: true });
  if (damaged !== undefined) choose("damaged", damaged, { skip: true, refuse: true });
  if (options.split?.by !== undefined) choose("split.by", options.split.by, { folders: true, random: true });
  if (!((options.split?.apart ?? 0) >= 0)) {
    throw expected("a mean squared error of 0 or more as split.apart", `${options.split?.apart}`);
  }
  assertSplit(options.split ?? {});
  for (const [name, value] of Object.entries({ limit, maxPixels: options.maxPixels })) {
    if (value !== undefined && !(Number.isInteger(value) && value > 0)) {
      throw expected(`a whole number above 0 as ${name}`, `${value}`);
    }
  }
  if (!((options.memory ?? 1) >= 0)) throw expected("bytes, 0 or more, as memory", `${options.memory}`);
  const grounds = { white: [255, 255, 255], black: [0, 0, 0] } as const;
  const ground = typeof background === "string" ? choose("background", background, grounds) : background;
  if (!(ground.length === 3 && ground.every((level) => level >= 0 && level <= 255))) {
    throw expected("red, green and blue from 0 to 255 as background", JSON.stringify(background));
  }
  const [height, width] = sides;
  return { height, width, fit, background: ground };
}

function othersIn(others: readonly string[]): string {
  if (others.length === 0) return "an empty folder";
  const more = others.length > 1 ? ` and ${others.length - 1} more` : "";
  return `only other files: "${others[0]}"${more}`;
}

type Side = "train" | "test" | "validation";

const sideNames: Readonly<{ [name: string]: Side | undefined }> = {
  train: "train",
  training: "train",
  test: "test",
  testing: "test",
  val: "validation",
  valid: "validation",
  validation: "validation",
};

/** Which split each top folder is for, where folders split the images. */
function splitFolders(
  images: readonly ImageFile[],
  split: ImageSplit | undefined,
  path: string,
): ReadonlyMap<string, Side> | undefined {
  if (split?.by === "random") return undefined;
  const tops = new Set(
    images.map(({ name }) => (name.includes("/") ? name.slice(0, name.indexOf("/")) : "")),
  );
  const sides = new Map(
    [...tops].flatMap((top) => {
      const side = sideNames[top.toLowerCase()];
      return side ? [[top, side] as const] : [];
    }),
  );
  const has = (side: Side) => [...sides.values()].includes(side);
  const complete = sides.size === tops.size && has("train") && (has("test") || has("validation"));
  if (!complete) {
    if (split?.by === undefined) return undefined;
    throw expected(
      `folders train and test, and perhaps val, with all images of "${path}" for split.by "folders"`,
      [...tops]
        .slice(0, 5)
        .map((top) => (top === "" ? "images in no folder" : `"${top}"`))
        .join(", "),
    );
  }
  const shares = (["test", "validation"] as const).filter((share) => split?.[share] !== undefined);
  if (shares.length > 0) {
    throw expected(
      `no share to split by in "${path}", whose folders ${[...tops].join(", ")} are the split`,
      `split.${shares[0]}: ${split?.[shares[0]]}`,
      'Leave it out, or pass split: { by: "random", … } to split all images anew.',
    );
  }
  // Without a folder for testing, the one for validation is what results are measured on.
  if (!has("test")) for (const [top, side] of sides) if (side === "validation") sides.set(top, "test");
  return sides;
}

function rowsByFolder(
  known: readonly Labelled[],
  sides: ReadonlyMap<string, Side>,
  { seed, path }: { readonly seed: number | string; readonly path: string },
): SplitRows {
  const order = Array.from(rng(seed).fork("order").permutation(known.length));
  const of = (side: Side) =>
    order.filter((row) => sides.get(known[row].file.slice(0, known[row].file.indexOf("/"))) === side);
  const [train, test, validation] = [of("train"), of("test"), of("validation")];
  for (const [side, rows] of Object.entries({ train, test })) {
    if (rows.length === 0)
      throw expected(`images for the ${side} split in "${path}"`, "none that can be used");
  }
  return { train, test, ...(validation.length > 0 && { validation }) };
}

/** Numbers in names in the order of their values: "2" before "10". */
const byNumber = (a: string, b: string) => a.localeCompare(b, "en", { numeric: true }) || (a < b ? -1 : 1);

function limited(
  files: readonly Labelled[],
  limit: number | undefined,
  seed: number | string,
): readonly Labelled[] {
  if (limit === undefined || limit >= files.length) return files;
  const chosen = Array.from(rng(seed).fork("limit").permutation(files.length).subarray(0, limit));
  return chosen.sort((a, b) => a - b).map((row) => files[row]);
}

function groupsOf(known: readonly Entry[], group: ImageFolderOptions["group"]): readonly string[] {
  const names = known.map(({ file }) => file);
  const given = known.map(({ file, group: listed }) => {
    if (group === undefined) return listed;
    // A pattern with the flag g would go on where it last matched.
    if (group instanceof RegExp)
      return new RegExp(group.source, group.flags.replace(/[gy]/g, "")).exec(file)?.slice(0, 2).at(-1);
    return group(file);
  });
  const of = given.filter((name) => name !== undefined).length;
  if (group !== undefined && of === 0) {
    throw expected(`a group that some files have, such as "${names[0]}"`, `${group}, which none has`);
  }
  return joinedGroups(names, [given, known.map(({ digest }) => digest)]);
}

/** The samples numbered `rows`, made when they are first asked for. */
function samplesOf({
  store,
  known,
  groups,
  classes,
  memory,
}: {
  readonly store: PixelStore;
  readonly known: readonly Labelled[];
  readonly groups: readonly string[];
  readonly classes: readonly string[];
  readonly memory: number;
}): (rows: readonly number[]) => () => ImageFolderSamples {
  const onDisk = store.images * sizeOf(store.shape) * 4 > memory;
  const index = new Map(classes.map((name, k) => [name, k]));
  return (rows) => {
    let samples: ImageFolderSamples | undefined;
    return () => {
      samples ??= Object.freeze({
        x: onDisk ? imagesOnDisk(store, rows) : readImages(store, rows),
        ...(classes.length > 0 && { labels: Int32Array.from(rows, (row) => index.get(known[row].label!)!) }),
        names: Object.freeze(rows.map((row) => known[row].file)),
        groups: Object.freeze(rows.map((row) => groups[row])),
      });
      return samples;
    };
  };
}

/** The decoded files, from the cache where they are. */
async function decodedFiles(
  files: readonly ImageFile[],
  settings: Settings,
  options: ImageFolderOptions,
  log: (line: string) => void,
): Promise<Omit<Record, "store"> & { readonly store: PixelStore }> {
  const folder = options.cacheFolder ?? join(projectRoot(), ".cache", "datasets");
  const { channels, depth, maxPixels } = options;
  const key = sha256(
    JSON.stringify([DECODING, settings, channels, depth, maxPixels]),
    ...files.map(({ name, path, bytes, modified }) => JSON.stringify([name, path, bytes, modified])),
  ).slice(0, 16);
  const path = join(folder, `images-${key}.pixels`);
  const make = async () => ({
    header: await decodeAll(files, path, settings, options),
    bytes: new Uint8Array(),
  });
  const load = () => cached<Record>({ path: join(folder, `images-${key}.bin`), make, log });
  const { header } = await load();
  if (header.entries.length === 0 || (await isIntact({ ...header.store, path }))) {
    return { ...header, store: { ...header.store, path } };
  }
  log(`The cached images "${path}" are damaged or gone; decoding the files again.`);
  const again = await decodeAll(files, path, settings, options);
  return { ...again, store: { ...again.store, path } };
}

async function decodeAll(
  files: readonly ImageFile[],
  path: string,
  settings: Settings,
  options: ImageFolderOptions,
): Promise<Record> {
  const leftOut: FileNote[] = [];
  const remarks: FileNote[] = [];
  const inspected = new Map<ImageFile, ImageFacts>();
  await eachOf(files, 4, async (file) => {
    try {
      const facts = await inspectImage(await readFile(file.path));
      const most = options.maxPixels ?? (facts.whole ? 100e6 : 500e6);
      const pixels = facts.width * facts.height;
      if (file.format !== "SVG" && pixels > most) {
        leftOut.push({
          file: file.name,
          note: `its ${facts.width} × ${facts.height} pixels are more than maxPixels, ${most}`,
        });
      } else inspected.set(file, facts);
    } catch (error) {
      leftOut.push({ file: file.name, note: (error as Error).message });
    }
  });
  const all = [...inspected.values()];
  const channels = options.channels ?? (all.length > 0 && all.every(({ grey }) => grey) ? 1 : 3);
  const depth = options.depth ?? (all.some((facts) => facts.depth === 16) ? 16 : 8);
  const writer = storeWriter({ path, shape: [settings.height, settings.width, channels], depth });
  const entries: Entry[] = [];
  try {
    const usable = files.filter((file) => inspected.has(file));
    let done = 0;
    // A window of files is decoded at a time, and written in their order.
    for (const window of windowsOf(usable, (file) => pixelsOf(inspected.get(file)!))) {
      const pixels = new Map<ImageFile, Awaited<ReturnType<typeof decodeImage>>>();
      await eachOf(window, 4, async (file) => {
        try {
          const bytes = await readFile(file.path);
          pixels.set(file, await decodeImage(bytes, inspected.get(file)!, { ...settings, channels, depth }));
        } catch (error) {
          leftOut.push({ file: file.name, note: (error as Error).message });
        }
        options.onProgress?.(++done, usable.length);
      });
      for (const file of window) {
        const decoded = pixels.get(file);
        if (!decoded) continue;
        writer.add(decoded);
        entries.push({ file: file.name, digest: digestOf(decoded).slice(0, 32) });
        for (const note of oddities(inspected.get(file)!, file, settings))
          remarks.push({ file: file.name, note });
      }
    }
    const { path: _, ...store } = writer.finish();
    return { store, entries, leftOut, remarks };
  } catch (error) {
    writer.abandon();
    throw error;
  }
}

const pixelsOf = ({ width, height }: ImageFacts) => width * height;

/** Runs of files: 64 of usual size, or a large one alone. */
function* windowsOf(files: readonly ImageFile[], pixels: (file: ImageFile) => number) {
  let window: ImageFile[] = [];
  for (const file of files) {
    const large = pixels(file) > LARGE;
    if (window.length > 0 && (large || window.length === 64)) {
      yield window;
      window = [];
    }
    if (large) yield [file];
    else window.push(file);
  }
  if (window.length > 0) yield window;
}

/** What is odd about a picture that is used. */
function oddities(facts: ImageFacts, file: ImageFile, { height, width, fit }: Settings): readonly string[] {
  const { width: w, height: h } = facts;
  const scale = fit === "pad" ? Math.min(height / h, width / w) : Math.max(height / h, width / w);
  const cropped = fit === "crop" ? Math.max((w * height) / (h * width), (h * width) / (w * height)) : 1;
  return [
    ...(facts.pages > 1 ? [`the first of its ${facts.pages} pictures is used`] : []),
    ...(scale > 1 && file.format !== "SVG" ? [`enlarged from ${w} × ${h} pixels`] : []),
    ...(cropped > 3 ? [`less than a third of its ${w} × ${h} pixels are left by cropping`] : []),
    ...(facts.cmyk ? ["converted from CMYK"] : []),
  ];
}

/** Does `work` for each item, a few at a time. */
async function eachOf<T>(
  items: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < items.length) await work(items[next++]);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}
