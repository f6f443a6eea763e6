import { assertKnown, choose, expected } from "../../errors";
import type { ApartSplit } from "../apart-rows";
import { assertSplit } from "../split";
import type { ClassSource } from "./classes";
import type { Fit } from "./decode-image";

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
  /** Where decoded images are kept; default `.cache/datasets` in the project, or the working directory. */
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

/** How images are made of files. */
export interface Settings {
  readonly height: number;
  readonly width: number;
  readonly fit: Fit;
  readonly background: readonly [number, number, number];
}

/** @throws UsageError when an option is unknown or out of range. */
export function settingsOf(options: ImageFolderOptions): Settings {
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
