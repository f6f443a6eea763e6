import { type NdArray, ndarray, zeros } from "../../array";
import { advise, expected, option } from "../../errors";
import type { NumberArray, Numbers } from "../../formats/numbers-file";
import type { Fit } from "../images/decode-image";
import { areaTaps, filterAxis, linearTaps } from "../resample";

/** How the numbers and axes of an array are read. */
export interface ReadingOptions {
  /**
   * The numbers that become −1, black, and 1, white. Default, for images: 0 and 255 for bytes, 0 and 65,535
   * for numbers of two bytes, 0 and 1 or −1 and 1 for others that lie in one of these; whatever could mean
   * something else is an error. Points stay as they are unless you give a range.
   */
  readonly range?: readonly [low: number, high: number];
  /** The order of an image's axes: "nhwc", or "nchw" as in PyTorch. Default "nhwc". */
  readonly layout?: "nhwc" | "nchw";
}

/** Points, or images in [-1, 1] with their channels last, and how their numbers were read. */
export interface ReadValues {
  readonly x: NdArray;
  /** The range, where it was told by the numbers, and a sentence on it. */
  readonly told?: { readonly range: Range; readonly note: string };
}

type Range = readonly [low: number, high: number];

/**
 * The numbers of an array as points `[n, d]`, or as images `[n, h, w, c]` in [-1, 1].
 * @throws UsageError for another rank, numbers that aren't finite, and ranges that can't be told.
 */
export function readValues(
  { shape, data }: NumberArray,
  name: string,
  { range, layout }: ReadingOptions,
): ReadValues {
  if (shape.length < 1 || shape.length > 4) {
    throw expected(`${name} of shape [n], [n, d], [n, h, w] or [n, h, w, c]`, `[${shape.join(", ")}]`);
  }
  const infinite = Array.prototype.findIndex.call(
    data,
    (value: number) => Math.abs(value) === Number.POSITIVE_INFINITY,
  );
  if (infinite >= 0) throw expected(`finite numbers in ${name}`, `${data[infinite]} at place ${infinite}`);
  const images = shape.length > 2;
  if (images && data.some(Number.isNaN)) {
    const first = Array.prototype.findIndex.call(data, Number.isNaN);
    const image = Math.floor(first / (data.length / shape[0]));
    throw expected(`numbers in the images ${name}`, "NaN", `The first is in image ${image}; leave it out.`);
  }
  const found = range || !images || data.length === 0 ? undefined : rangeOf(data, name);
  const [low, high] = range ?? found?.range ?? [-1, 1];
  if (!(low < high)) throw expected("a range from low to high", `[${low}, ${high}]`);
  const values = Float32Array.from(data, (value) =>
    range || images ? (2 * (value - low)) / (high - low) - 1 : value,
  );
  const large = values.findIndex((value) => Math.abs(value) === Number.POSITIVE_INFINITY);
  if (large >= 0) throw expected(`numbers in ${name} that float32 can hold`, `${data[large]}`);
  if (images) {
    const beyond = values.findIndex((value) => Math.abs(value) > 1 + 1e-4);
    if (beyond >= 0)
      throw expected(
        `numbers from ${low} to ${high} in ${name}`,
        `${data[beyond]}`,
        advise`Give their ${option("range")}.`,
      );
  }
  const told = found?.note === undefined ? undefined : { range: found.range, note: found.note };
  return { x: withAxes(values, shape, name, layout), ...(told && { told }) };
}

function withAxes(
  values: Float32Array,
  shape: readonly number[],
  name: string,
  layout: ReadingOptions["layout"],
): NdArray {
  if (shape.length === 1) return ndarray([shape[0], 1], values);
  if (shape.length === 3) return ndarray([...shape, 1], values);
  if (shape.length === 2) return ndarray(shape, values);
  const [n, a, b, c] = shape;
  const channels = layout === "nchw" ? a : c;
  if (channels > 4 && (layout === "nchw" ? c : a) <= 4) {
    const other = layout === "nchw" ? "nhwc" : "nchw";
    throw expected(
      `images of a few channels in ${name}, ${layout ?? "nhwc"}`,
      `[${shape.join(", ")}]`,
      advise`Choose the other order of axes: ${option("layout", other)}.`,
    );
  }
  return layout === "nchw" ? ndarray([n, b, c, a], channelsLast(values, shape)) : ndarray(shape, values);
}

/** Ranges of numbers that pictures usually have. */
const usual = [
  [0, 1],
  [0, 255],
  [0, 65535],
] as const;

function rangeOf(data: Numbers, name: string): { range: Range; note?: string } {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of data) {
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  if (data instanceof Uint8Array && most > 1) return { range: [0, 255] };
  if (data instanceof Uint16Array && most > 255) return { range: [0, 65535] };
  const floats = data instanceof Float32Array || data instanceof Float64Array;
  const likely = floats
    ? (
        [
          [0, 1],
          [-1, 1],
        ] as const
      ).find(([low, high]) => least >= low && most <= high)
    : undefined;
  if (likely && most > least) {
    const [low] = likely;
    const note = `The numbers of ${name}, from ${short(least)} to ${short(most)}, were read with ${low} as black and 1 as white.`;
    return { range: likely, note };
  }
  const guess = (least >= 0 && usual.find(([, high]) => most <= high)) || [least, most];
  throw expected(
    `the range of the images ${name}, whose numbers go from ${short(least)} to ${short(most)}`,
    "none",
    advise`Give the numbers of black and white, such as ${option(
      "range",
      guess.map((end) => Number(short(end))),
    )}.`,
  );
}

const short = (value: number) => `${Number(value.toPrecision(4))}`;

function channelsLast(values: Float32Array, [n, channels, height, width]: readonly number[]): Float32Array {
  const out = new Float32Array(values.length);
  const pixels = height * width;
  for (let i = 0; i < n; i++) {
    for (let c = 0; c < channels; c++) {
      for (let p = 0; p < pixels; p++) {
        out[(i * pixels + p) * channels + c] = values[(i * channels + c) * pixels + p];
      }
    }
  }
  return out;
}

/**
 * Images at another height and width, as `imageFolder` has it: "crop" cuts out the middle, "pad" puts white
 * around, "stretch" distorts. Shrinking averages areas, enlarging is bilinear.
 */
export function sizedImages(images: NdArray, [height, width]: readonly [number, number], fit: Fit): NdArray {
  const [, h, w] = images.shape;
  if (h === height && w === width) return images;
  const scales = [height / h, width / w];
  const scale = fit === "crop" ? Math.max(...scales) : Math.min(...scales);
  const scaled =
    fit === "stretch" ? [height, width] : [h, w].map((side) => Math.max(1, Math.round(side * scale)));
  const exact = ndarray(images.shape, Float64Array.from(images.data));
  const resized = [1, 2].reduce((array, axis) => {
    const to = scaled[axis - 1];
    const taps = to < array.shape[axis] ? areaTaps(to) : linearTaps(to);
    return filterAxis(array, axis, taps(array.shape[axis]));
  }, exact as NdArray);
  return middle(resized, height, width);
}

/** The middle of images, with white where they are smaller. */
function middle(images: NdArray, height: number, width: number): NdArray {
  const [n, h, w, c] = images.shape;
  const out = zeros([n, height, width, c]);
  const [top, left] = [Math.floor((h - height) / 2), Math.floor((w - width) / 2)];
  for (let e = 0; e < out.data.length; e++) {
    const [i, y, x] = [
      Math.floor(e / (height * width * c)),
      (Math.floor(e / (width * c)) % height) + top,
      (Math.floor(e / c) % width) + left,
    ];
    const inside = y >= 0 && y < h && x >= 0 && x < w;
    out.data[e] = inside ? images.data[((i * h + y) * w + x) * c + (e % c)] : 1;
  }
  return out;
}
