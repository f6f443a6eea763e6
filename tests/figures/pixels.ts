import { createCanvas, loadImage } from "@napi-rs/canvas";
import type { MimeBundle } from "../../lib/figures";

/** A decoded picture. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  /** Red, green, blue of the pixel at (x, y). */
  at(x: number, y: number): [number, number, number];
}

/** Decodes a PNG with another library than the one that wrote it. */
export async function decode(png: Uint8Array): Promise<Picture> {
  const image = await loadImage(Buffer.from(png));
  const canvas = createCanvas(image.width, image.height);
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, 0, image.width, image.height);
  return {
    width: image.width,
    height: image.height,
    at: (x, y) => {
      const k = 4 * (Math.round(y) * image.width + Math.round(x));
      return [data[k], data[k + 1], data[k + 2]];
    },
  };
}

/** The picture in a bundle. */
export function pictureOf(bundle: MimeBundle): Promise<Picture> {
  return decode(Buffer.from(bundle["image/png"] as string, "base64"));
}

/** Red, green, blue of "#rrggbb". */
export function rgb(hex: string): [number, number, number] {
  const value = Number.parseInt(hex.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

/** Greatest difference of two colours in one channel. */
export function apart(a: readonly number[], b: readonly number[]): number {
  return Math.max(...a.map((value, k) => Math.abs(value - b[k])));
}
