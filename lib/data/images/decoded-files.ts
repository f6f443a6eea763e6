import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { cached } from "../../files/cache";
import { workFolder } from "../../files/project";
import { sha256 } from "../../files/sha256";
import type { Labelled } from "./classes";
import { decodeImage, type ImageFacts, inspectImage } from "./decode-image";
import type { ImageFolderOptions, Settings } from "./image-folder-options";
import type { FileNote, ImageFile } from "./list-files";
import { digestOf, isIntact, type PixelStore, storeWriter } from "./pixel-store";

/** What is stored of an image beside its pixels. */
export interface Entry extends Labelled {
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
const DECODING = 2;

/** Files of more pixels are decoded one at a time. */
const LARGE = 25e6;

/** The decoded files, from the cache where they are. */
export async function decodedFiles(
  files: readonly ImageFile[],
  settings: Settings,
  options: ImageFolderOptions,
  log: (line: string) => void,
): Promise<Omit<Record, "store"> & { readonly store: PixelStore }> {
  const folder = options.cacheFolder ?? join(workFolder(), ".cache", "datasets");
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
