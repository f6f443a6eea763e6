import { readFileSync, statSync } from "node:fs";
import { basename } from "node:path";
import { concatRows, type NdArray, ndarray } from "../../array";
import { type ReadingOptions, readValues, sizedImages } from "../../data/arrays/image-values";
import { arrayPath, arrayShapes, readArray } from "../../data/arrays/read-array";
import { type DecodeOptions, decodeImage, type Fit, inspectImage } from "../../data/images/decode-image";
import { listFiles } from "../../data/images/list-files";
import { fromBytes } from "../../data/pixels";
import { expected, UsageError } from "../../errors";
import { folderPath } from "../../files/folder-path";

export interface InputOptions extends ReadingOptions {
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
 * Reads image files, those of folders, and arrays of images, at the size that a model takes. In a folder,
 * files that can't be read are left out.
 * @param print receives a line about each that is left out
 * @throws UsageError for one that is missing or no image, and for a folder without any that can be read.
 */
export async function inputImages(
  given: readonly string[],
  options: InputOptions,
  print: (line: string) => void,
): Promise<InputImages> {
  const images: NdArray[] = [];
  const paths: string[] = [];
  for (const source of given) {
    if (isArray(source)) {
      const x = arrayImages(source, options);
      images.push(x);
      const { file } = arrayPath(source);
      paths.push(...Array.from({ length: x.shape[0] }, (_, k) => numbered(file, k)));
    } else {
      const { files, inFolder } = await filesOf(source);
      const before = images.length;
      for (const path of files) {
        try {
          images.push(await readImage(path, options));
          paths.push(path);
        } catch (error) {
          if (!(inFolder && error instanceof UsageError)) throw error;
          print(`note: left out: ${error.message}`);
        }
      }
      if (images.length === before) throw expected(`images that can be read in "${source}"`, "none");
    }
  }
  return Object.freeze({ x: concatRows(images), names: namesOf(paths) });
}

const numbered = (file: string, k: number) =>
  `${basename(file).replace(/(\.[^.]+)?(\.gz)?$/, "")}-${`${k}`.padStart(4, "0")}.npy`;

/** Whether it is an array, rather than an image, a folder or nothing. */
function isArray(source: string): boolean {
  const found = statSync(folderPath(arrayPath(source).file), { throwIfNoEntry: false });
  return found?.isFile() === true && arrayShapes(source) !== undefined;
}

/** Images `[n, h, w]` or `[n, h, w, c]`, or one `[h, w]`, at the size that a model takes. */
function arrayImages(source: string, options: InputOptions): NdArray {
  const { height, width, channels, fit } = options;
  const array = readArray(source, "--input");
  const { shape } = array;
  const images = shape.length === 2 ? { shape: [1, ...shape], data: array.data } : array;
  if (images.shape.length < 3 || images.shape.includes(0)) {
    throw expected(`images of shape [n, h, w] or [n, h, w, c] in "${source}"`, `[${shape.join(", ")}]`);
  }
  const { x } = readValues(images, `"${source}"`, options);
  if (x.shape[3] === channels) return sizedImages(x, [height, width], fit);
  throw expected(
    `images of ${channels} ${channels === 1 ? "channel" : "channels"} in "${source}"`,
    `${x.shape[3]}`,
  );
}

/**
 * A mask from an image that is white where to fill and black elsewhere, or from an array that is not 0 where
 * to fill: `[1, h, w, 1]`, 1 where pixels are known.
 * @throws UsageError where it can't be read, or nothing is to be filled.
 */
export async function inputMask(path: string, options: InputOptions): Promise<NdArray> {
  if (isArray(path)) return arrayMask(path, options);
  const { files } = await filesOf(path);
  const { shape, data } = await readImage(files[0], { ...options, channels: 1 }, BLACK);
  const keep = data.map((level) => (level > 0 ? 0 : 1));
  if (keep.includes(0)) return ndarray(shape, keep);
  throw expected(`a mask that is white where to fill in "${path}"`, "one without white");
}

function arrayMask(path: string, { height, width }: InputOptions): NdArray {
  const { shape, data } = readArray(path, "--mask");
  const sides = shape.filter((length) => length !== 1);
  if (data.length !== height * width || sides.join() !== `${height},${width}`) {
    throw expected(`a mask of shape [${height}, ${width}] in "${path}"`, `[${shape.join(", ")}]`);
  }
  const keep = Float32Array.from(data, (value) => (value === 0 ? 1 : 0));
  if (keep.includes(0)) return ndarray([1, height, width, 1], keep);
  throw expected(`a mask that is not 0 where to fill in "${path}"`, "zeros alone");
}

async function filesOf(given: string): Promise<{ readonly files: string[]; readonly inFolder: boolean }> {
  const path = folderPath(given);
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) throw expected("an image, an array or a folder of images", `"${given}", which doesn't exist`);
  if (!found.isDirectory()) return { files: [path], inFolder: false };
  const { images } = await listFiles(path);
  if (images.length === 0) throw expected(`images in "${given}"`, "none");
  return { files: images.map((image) => image.path), inFolder: true };
}

type Colour = DecodeOptions["background"];
const WHITE: Colour = [255, 255, 255];
/** Under a mask: what is transparent or beside the picture is known. */
const BLACK: Colour = [0, 0, 0];

async function readImage(path: string, options: InputOptions, background = WHITE): Promise<NdArray> {
  const { height, width, channels } = options;
  try {
    const bytes = readFileSync(path);
    const pixels = await decodeImage(bytes, await inspectImage(bytes), {
      ...options,
      channels: channels as 1 | 3,
      depth: 8,
      background,
    });
    return fromBytes([1, height, width, channels], pixels as Uint8Array);
  } catch (error) {
    throw new UsageError(`Can't read the image ${path}: ${(error as Error).message.split("\n")[0]}.`);
  }
}

/** Names of files without endings; where two are the same, with numbers that give names of no other. */
function namesOf(paths: readonly string[]): readonly string[] {
  const plain = paths.map((path) => basename(path).replace(/\.[^.]+$/, ""));
  const taken = new Set(plain);
  const seen = new Set<string>();
  return plain.map((name) => {
    let own = name;
    for (let k = 2; seen.has(own) || (own !== name && taken.has(own)); k++) own = `${name}-${k}`;
    seen.add(own);
    return own;
  });
}
