import { basename } from "node:path";
import { sizeOf } from "../../array";
import { expected } from "../../errors";
import { sha256 } from "../../files/sha256";
import { rng } from "../../random";
import { apartRows } from "../apart-rows";
import type { Dataset, Samples } from "../samples";
import { joinedGroups, splitByGroup } from "../split";
import { type Labelled, labelsOf } from "./classes";
import { decodedFiles, type Entry } from "./decoded-files";
import { type ImageFolderOptions, settingsOf } from "./image-folder-options";
import { type FileNote, listFiles } from "./list-files";
import { imagesOnDisk, type PixelStore, readImages } from "./pixel-store";
import { rowsByFolder, splitFolders } from "./split-folders";

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

function othersIn(others: readonly string[]): string {
  if (others.length === 0) return "an empty folder";
  const more = others.length > 1 ? ` and ${others.length - 1} more` : "";
  return `only other files: "${others[0]}"${more}`;
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
