import type { Sharp } from "sharp";
import { UsageError } from "../../errors";
import { oneAtATime } from "./one-at-a-time";

/** What is known of a picture before it is decoded. */
export interface ImageFacts {
  /** Upright, in pixels: as its EXIF orientation says. */
  readonly width: number;
  readonly height: number;
  readonly grey: boolean;
  readonly alpha: boolean;
  /** Bits of a channel: 8, or 16 where there are more than 8. */
  readonly depth: 8 | 16;
  /** Pictures in the file: more than one in an animation. */
  readonly pages: number;
  /** Whether it is turned or mirrored by its EXIF orientation. */
  readonly turned: boolean;
  readonly cmyk: boolean;
  /** Whether it is a drawing, which has as many pixels as one asks for: SVG. */
  readonly drawing: boolean;
  /** Whether decoding must hold all pixels at once, rather than a few lines. */
  readonly whole: boolean;
}

/** How a picture of any size becomes one of a given size. */
export type Fit = "crop" | "pad" | "stretch";

export interface DecodeOptions {
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3;
  readonly depth: 8 | 16;
  readonly fit: Fit;
  /** Red, green and blue, 0 … 255: under what is transparent, and beside what is padded. */
  readonly background: readonly [number, number, number];
}

/** Resolution at which an SVG's pixels are CSS pixels. */
const SVG_DENSITY = 72;

/**
 * The decoder's error messages share one buffer without a lock. If two damaged images are decoded at once,
 * one may get the other's message, and now and then the process crashes.
 */
const decoding = oneAtATime();

/** What the header of an image file says. @throws UsageError with the reason why it can't be read. */
export function inspectImage(bytes: Uint8Array): Promise<ImageFacts> {
  return decoding(() => inspect(bytes));
}

async function inspect(bytes: Uint8Array): Promise<ImageFacts> {
  const image = await open(bytes, { pages: 1 });
  const about = await image.metadata().catch(damaged);
  const { width = 0, height = 0 } = about.autoOrient ?? about;
  if (about.depth !== "uchar" && about.depth !== "ushort") {
    throw new UsageError(
      `its numbers are of the type ${about.depth}, and only whole ones of 8 and 16 bits are read: ` +
        "convert it to PNG, or load it as an array",
    );
  }
  const text = about.format === "svg" ? Buffer.from(bytes.subarray(0, 4096)).toString("latin1") : "";
  if (/<svg\b[^>]*\s(?:width|height)\s*=\s*["']\s*-/.test(text)) throw new UsageError(noSize);
  const turned = (about.orientation ?? 1) > 1;
  const streams = about.format === "jpeg" || about.format === "png" || about.format === "svg";
  return Object.freeze({
    width,
    // The pages of an animation may be counted as one tall picture.
    height: about.pageHeight ?? height,
    grey: about.space === "b-w" || about.space === "grey16",
    alpha: about.hasAlpha ?? false,
    depth: about.depth === "uchar" ? 8 : 16,
    pages: about.format === "png" ? picturesOfPng(bytes) : (about.pages ?? 1),
    turned,
    cmyk: about.space === "cmyk",
    drawing: about.format === "svg",
    whole: !streams || turned || (about.isProgressive ?? false),
  });
}

/**
 * The pixels of an image file, upright, in sRGB or grey, `[height, width, channels]`: the middle of the
 * picture where it is cropped, all of it on the background's colour where it is padded. Transparent parts
 * show the background. Of an animation, the first picture.
 * @throws UsageError with the reason when the file is damaged.
 */
export function decodeImage(
  bytes: Uint8Array,
  facts: ImageFacts,
  options: DecodeOptions,
): Promise<Uint8Array | Uint16Array> {
  return decoding(() => decode(bytes, facts, options));
}

async function decode(
  bytes: Uint8Array,
  facts: ImageFacts,
  { height, width, channels, depth, fit, background }: DecodeOptions,
): Promise<Uint8Array | Uint16Array> {
  const grey = channels === 1;
  const inside = fit === "pad" ? fittedInside(facts, { height, width }) : { height, width };
  // A drawing is drawn at the size that is asked for, not enlarged from its own.
  const scale = Math.max(inside.height / facts.height, inside.width / facts.width);
  const density = Math.min(100_000, Math.max(1, SVG_DENSITY * scale));
  const opened = (await open(bytes, { pages: 1, density })).autoOrient();
  const pixels = facts.drawing ? await drawnSize(opened) : facts;
  const middle = fit === "crop" && farFrom(pixels, { height, width });
  const resized = (middle ? opened.extract(middle) : opened).resize(inside.width, inside.height, {
    fit: fit === "crop" ? "cover" : "fill",
    kernel: "lanczos3",
  });
  const pixelsOf = (image: Sharp) =>
    image
      .raw({ depth: facts.depth === 16 ? "ushort" : "uchar" })
      .toBuffer({ resolveWithObject: true })
      .catch(damaged);
  const space = facts.depth === 16 ? (grey ? "grey16" : "rgb16") : grey ? "b-w" : "srgb";
  const { data, info } = await pixelsOf(resized.clone().toColourspace(space));
  const colours = info.channels <= 2 ? 1 : 3;
  // Grey pixels of 8 bits come without their opacity.
  const apart = facts.alpha && info.channels === colours;
  const opacities = apart ? (await pixelsOf(resized.clone().extractChannel("alpha"))).data : undefined;
  const most = depth === 16 ? 65535 : 255;
  const unit = most / (facts.depth === 16 ? 65535 : 255);
  const values =
    facts.depth === 16
      ? new Uint16Array(data.buffer, data.byteOffset, data.length / 2)
      : Uint8Array.from(data);
  const ground = groundOf(background, channels).map((level) => (level * most) / 255);
  const out =
    depth === 16 ? new Uint16Array(height * width * channels) : new Uint8Array(height * width * channels);
  for (let e = 0; e < out.length; e++) out[e] = Math.round(ground[e % channels]);
  const [top, left] = [(height - inside.height) >> 1, (width - inside.width) >> 1];
  const opaque = facts.depth === 16 ? 65535 : 255;
  for (let y = 0; y < inside.height; y++) {
    for (let x = 0; x < inside.width; x++) {
      const from = (y * inside.width + x) * info.channels;
      const to = ((y + top) * width + x + left) * channels;
      const opacity = opacities?.[y * inside.width + x];
      const share = info.channels > colours ? values[from + colours] / opaque : (opacity ?? 255) / 255;
      for (let c = 0; c < channels; c++) {
        const value = unit * values[from + (colours === 1 ? 0 : c)];
        out[to + c] = Math.round(share * value + (1 - share) * ground[c]);
      }
    }
  }
  return out;
}

/** How many pixels a drawing has at the density at which it was opened. */
async function drawnSize(drawing: Sharp): Promise<Pick<ImageFacts, "height" | "width">> {
  const { height = 1, width = 1 } = await drawing.metadata().catch(damaged);
  return { height, width };
}

/** The largest size of the picture's proportions that fits. */
function fittedInside(
  facts: Pick<ImageFacts, "height" | "width">,
  { height, width }: { readonly height: number; readonly width: number },
) {
  const scale = Math.min(height / facts.height, width / facts.width);
  return {
    height: Math.min(height, Math.max(1, Math.round(scale * facts.height))),
    width: Math.min(width, Math.max(1, Math.round(scale * facts.width))),
  };
}

/**
 * The middle of a picture of quite other proportions, to be cut out before it is enlarged: else a line of a
 * pixel's width would become a long picture.
 */
function farFrom(
  facts: Pick<ImageFacts, "height" | "width">,
  { height, width }: { readonly height: number; readonly width: number },
) {
  const scale = Math.min(facts.height / height, facts.width / width);
  const [tall, wide] = [height, width].map((side) => Math.max(1, Math.round(scale * side)));
  if (facts.height * facts.width <= 8 * tall * wide) return undefined;
  const [inHeight, inWidth] = [Math.min(tall, facts.height), Math.min(wide, facts.width)];
  return {
    top: (facts.height - inHeight) >> 1,
    left: (facts.width - inWidth) >> 1,
    height: inHeight,
    width: inWidth,
  };
}

/** A colour in as many channels; its brightness is ITU-R BT.709's. */
function groundOf([r, g, b]: DecodeOptions["background"], channels: 1 | 3): readonly number[] {
  return channels === 3 ? [r, g, b] : [0.2126 * r + 0.7152 * g + 0.0722 * b];
}

async function open(
  bytes: Uint8Array,
  options: { readonly pages: number; readonly density?: number },
): Promise<Sharp> {
  const { default: sharp } = await import("sharp").catch((cause) => {
    throw new UsageError(
      "Images are decoded by the npm package sharp, which isn't installed: npm install sharp",
      {
        cause,
      },
    );
  });
  sharp.cache(false); // else it holds files that were decoded
  return sharp(bytes, { failOn: "warning", limitInputPixels: false, sequentialRead: true, ...options });
}

/** How many pictures an animated PNG says that it has; 1 of others. */
function picturesOfPng(bytes: Uint8Array): number {
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 1 << 16));
  const [control, pixels] = [start.indexOf("acTL"), start.indexOf("IDAT")];
  return control >= 0 && control < pixels ? Math.max(1, start.readUInt32BE(control + 4)) : 1;
}

const noSize = "its size is not one that can be drawn";

/** What the decoder says in words that say nothing to who hasn't written it. */
const opaque = /unsupported image format|failOn setting|corrupt header:?$|bad extract area/i;

function damaged(error: Error): never {
  const [line] = error.message.replace(/^Input (buffer|file) has corrupt header: /, "").split("\n");
  if (/zero-sized|bad dimensions/.test(line)) throw new UsageError(noSize);
  const xml = /XML parse error: .* of data: (.*)/.exec(line)?.[1];
  if (xml !== undefined) throw new UsageError(`its XML is damaged or refused (${xml.trim()})`);
  const reason = opaque.test(line.trim()) ? "" : ` (${line.trim()})`;
  throw new UsageError(`it is damaged or cut off${reason}`);
}
