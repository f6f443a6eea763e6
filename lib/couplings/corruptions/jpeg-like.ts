import { type NdArray, zeros } from "../../array";
import { assertKnown, expected } from "../../errors";
import { assertImages, type Corruption } from "./corruption";

/** Options of {@link jpegLike} and {@link dequantisation}. */
export interface JpegOptions {
  /** 1, the coarsest, to 100, the finest. */
  readonly quality: number;
  /** Whether to quantise luma and chroma instead of the channels themselves. Default: for 3 channels. */
  readonly ycbcr?: boolean;
}

/**
 * The lossy part of JPEG compression: the cosine transform of each 8 × 8 block, quantised with the standard's
 * tables (ITU-T T.81, Annex K), scaled by the quality as in the Independent JPEG Group's library.
 *
 * Simplified: chroma has full resolution, values are not rounded to bytes before or after, and lossless
 * coding, which changes no pixel, is left out. Sides need not be multiples of 8: blocks at the border repeat
 * the last pixel. Values are clipped to [-1, 1].
 *
 * @example jpegLike({ quality: 10 })(images.x); // the coarser, the more its blocks show
 */
export function jpegLike(options: JpegOptions): Corruption {
  assertKnown(options, { quality: true, ycbcr: true }, "jpegLike");
  const { quality, ycbcr } = options;
  if (!(quality >= 1 && quality <= 100)) throw expected("a JPEG quality from 1 to 100", `${quality}`);
  const steps = [LUMA, CHROMA].map((table) => scaledSteps(table, quality));
  return (images) => {
    assertImages(images, "JPEG-like quantisation");
    const channels = images.shape[3];
    const inYcbcr = ycbcr ?? channels === 3;
    if (inYcbcr && channels !== 3) throw expected("images of 3 channels for ycbcr", `${channels}`);
    const out = zeros(images.shape, images);
    for (let e = 0; e < out.data.length; e++) out.data[e] = (images.data[e] + 1) * 127.5 - 128;
    if (inYcbcr) transformPixels(out.data, TO_YCBCR);
    for (let c = 0; c < channels; c++) quantiseChannel(out, c, steps[inYcbcr && c > 0 ? 1 : 0]);
    if (inYcbcr) transformPixels(out.data, FROM_YCBCR);
    for (let e = 0; e < out.data.length; e++) {
      out.data[e] = Math.min(1, Math.max(-1, (out.data[e] + 128) / 127.5 - 1));
    }
    return out;
  };
}

function scaledSteps(table: readonly number[], quality: number): number[] {
  const scale = quality < 50 ? 5000 / quality : 200 - 2 * quality;
  return table.map((step) => Math.min(255, Math.max(1, Math.floor((step * scale + 50) / 100))));
}

function quantiseChannel({ shape, data }: NdArray, c: number, steps: readonly number[]): void {
  const [n, h, w, channels] = shape;
  const block = new Float64Array(64);
  for (let i = 0; i < n; i++) {
    for (let top = 0; top < h; top += 8) {
      for (let left = 0; left < w; left += 8) {
        const at = (y: number, x: number) =>
          ((i * h + Math.min(top + y, h - 1)) * w + Math.min(left + x, w - 1)) * channels + c;
        for (let p = 0; p < 64; p++) block[p] = data[at(p >> 3, p & 7)];
        transform(block, 8, 1);
        for (let p = 0; p < 64; p++) block[p] = steps[p] * Math.round(block[p] / steps[p]);
        transform(block, 1, 8);
        for (let y = 0; y < Math.min(8, h - top); y++) {
          for (let x = 0; x < Math.min(8, w - left); x++) data[at(y, x)] = block[8 * y + x];
        }
      }
    }
  }
}

/**
 * The orthonormal cosine transform: row k, column x is √(2/8) cos((2x + 1) kπ / 16), row 0 is √½ times that.
 */
const COSINES = Float64Array.from({ length: 64 }, (_, p) => {
  const [k, x] = [p >> 3, p & 7];
  return k === 0 ? Math.sqrt(1 / 8) : 0.5 * Math.cos(((2 * x + 1) * k * Math.PI) / 16);
});

/**
 * block ← M block Mᵀ, where M is the cosine transform for strides (8, 1), and its transpose and inverse for
 * (1, 8).
 */
function transform(block: Float64Array, row: number, column: number): void {
  const half = new Float64Array(64);
  for (let k = 0; k < 8; k++) {
    for (let x = 0; x < 8; x++) {
      for (let y = 0; y < 8; y++) half[8 * k + x] += COSINES[k * row + y * column] * block[8 * y + x];
    }
  }
  block.fill(0);
  for (let k = 0; k < 8; k++) {
    for (let l = 0; l < 8; l++) {
      for (let x = 0; x < 8; x++) block[8 * k + l] += half[8 * k + x] * COSINES[l * row + x * column];
    }
  }
}

function transformPixels(data: NdArray["data"], m: readonly number[]): void {
  for (let p = 0; p < data.length; p += 3) {
    const [a, b, c] = [data[p], data[p + 1], data[p + 2]];
    for (let k = 0; k < 3; k++) data[p + k] = m[3 * k] * a + m[3 * k + 1] * b + m[3 * k + 2] * c;
  }
}

/** JFIF's transform; levels are centred at 0, so it has no offsets. */
const TO_YCBCR = [
  0.299,
  0.587,
  0.114,
  -0.299 / 1.772,
  -0.587 / 1.772,
  0.5,
  0.5,
  -0.587 / 1.402,
  -0.114 / 1.402,
];
const FROM_YCBCR = [1, 0, 1.402, 1, (-0.114 * 1.772) / 0.587, (-0.299 * 1.402) / 0.587, 1, 1.772, 0];

// biome-ignore format: tables by rows
const LUMA = [
  16, 11, 10, 16, 24, 40, 51, 61,
  12, 12, 14, 19, 26, 58, 60, 55,
  14, 13, 16, 24, 40, 57, 69, 56,
  14, 17, 22, 29, 51, 87, 80, 62,
  18, 22, 37, 56, 68, 109, 103, 77,
  24, 35, 55, 64, 81, 104, 113, 92,
  49, 64, 78, 87, 103, 121, 120, 101,
  72, 92, 95, 98, 112, 100, 103, 99,
];
// biome-ignore format: tables by rows
const CHROMA = [
  17, 18, 24, 47, 99, 99, 99, 99,
  18, 21, 26, 66, 99, 99, 99, 99,
  24, 26, 56, 99, 99, 99, 99, 99,
  47, 66, 99, 99, 99, 99, 99, 99,
  99, 99, 99, 99, 99, 99, 99, 99,
  99, 99, 99, 99, 99, 99, 99, 99,
  99, 99, 99, 99, 99, 99, 99, 99,
  99, 99, 99, 99, 99, 99, 99, 99,
];
