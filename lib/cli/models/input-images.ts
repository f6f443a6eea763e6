import { readFileSync, statSync } from "node:fs";
import { basename } from "node:path";
import { concatRows, type NdArray, ndarray } from "../../array";
import { decodeImage, type Fit, inspectImage } from "../../data/images/decode-image";
import { folderPath, listFiles } from "../../data/images/list-files";
import { fromBytes } from "../../data/pixels";
import { expected, UsageError } from "../../errors";

export interface InputOptions {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly fit: Fit;
}

/** Images from files, and names for what is made of them. */
export interface InputImages {
  /** `[n, height, width, channels]` in [-1, 1]. */
  readonly x: NdArray;
  readonly names: readonly string[];
}

/**
 * Reads image files, and those of folders, at the size that a model takes.
 * @throws UsageError for one that is missing or no image.
 */
export async function inputImages(given: readonly string[], options: InputOptions): Promise<InputImages> {
  const paths = (await Promise.all(given.map(filesOf))).flat();
  const images: NdArray[] = [];
  for (const path of paths) images.push(await readImage(path, options));
  return Object.freeze({ x: concatRows(images), names: namesOf(paths) });
}

/**
 * A mask from an image that is white where to fill and black elsewhere: `[1, h, w, 1]`, 1 where pixels are
 * known.
 * @throws UsageError where it can't be read, or is all black.
 */
export async function inputMask(path: string, options: InputOptions): Promise<NdArray> {
  const [file] = await filesOf(path);
  const { shape, data } = await readImage(file, { ...options, channels: 1 });
  const keep = data.map((level) => (level > 0 ? 0 : 1));
  if (keep.includes(0)) return ndarray(shape, keep);
  throw expected(`a mask that is white where to fill in "${path}"`, "one without white");
}

async function filesOf(given: string): Promise<string[]> {
  const path = folderPath(given);
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) throw expected("an image or a folder of images", `"${given}", which doesn't exist`);
  if (!found.isDirectory()) return [path];
  const { images } = await listFiles(path);
  if (images.length === 0) throw expected(`images in "${given}"`, "none");
  return images.map((image) => image.path);
}

async function readImage(path: string, options: InputOptions): Promise<NdArray> {
  const { height, width, channels } = options;
  try {
    const bytes = readFileSync(path);
    const pixels = await decodeImage(bytes, await inspectImage(bytes), {
      ...options,
      channels: channels as 1 | 3,
      depth: 8,
      background: [255, 255, 255],
    });
    return fromBytes([1, height, width, channels], pixels as Uint8Array);
  } catch (error) {
    throw new UsageError(`Can't read the image ${path}: ${(error as Error).message.split("\n")[0]}.`);
  }
}

/** Names of files without endings; where two are the same, with numbers. */
function namesOf(paths: readonly string[]): readonly string[] {
  const seen = new Map<string, number>();
  return paths.map((path) => {
    const name = basename(path).replace(/\.[^.]+$/, "");
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return count === 1 ? name : `${name}-${count}`;
  });
}
