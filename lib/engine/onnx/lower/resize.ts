import type { Traced } from "../ir/layout";
import { transpose } from "../ir/layout";
import { imageNode, nchw, stored } from "./image";
import { type Context, cast, type Lowering, numbers, type Table } from "./lowering";
import { matMul } from "./matmul";

type Weights = readonly (readonly [source: number, weight: number])[];

interface Options {
  readonly alignCorners: boolean;
  readonly halfPixelCenters: boolean;
}

/** Where output pixel i lies among the input's, as tfjs computes it. */
function position(i: number, from: number, to: number, { alignCorners, halfPixelCenters }: Options): number {
  const aligned = alignCorners && to > 1;
  const scale = aligned ? (from - 1) / (to - 1) : from / to;
  return halfPixelCenters ? scale * (i + 0.5) - 0.5 : scale * i;
}

function nearest(i: number, from: number, to: number, options: Options): Weights {
  const at = position(i, from, to, options) + (options.halfPixelCenters ? 0.5 : 0);
  const source = options.alignCorners ? Math.round(at) : Math.floor(at);
  return [[Math.max(0, Math.min(from - 1, source)), 1]];
}

function linear(i: number, from: number, to: number, options: Options): Weights {
  const at = Math.max(0, position(i, from, to, options));
  const low = Math.min(from - 1, Math.floor(at));
  const high = Math.min(from - 1, Math.ceil(at));
  const part = at - low;
  return [
    [low, 1 - part],
    [high, part],
  ];
}

/** `[to, from]`: each output pixel as a weighted sum of input pixels. */
function matrix(c: Context, from: number, to: number, weights: typeof nearest, options: Options): Traced {
  const data = new Array<number>(to * from).fill(0);
  for (let i = 0; i < to; i++) {
    for (const [source, weight] of weights(i, from, to, options)) data[i * from + source] += weight;
  }
  return numbers(c, "float32", [to, from], data);
}

/** Rows and columns are resized by one matrix product each; gradients by the transposed matrices. */
function separable(c: Context, images: Traced, rows: Traced, columns: Traced, back: boolean): Traced {
  const channelsFirst = transpose(images, [0, 3, 1, 2]);
  const wide = matMul(c, channelsFirst, columns, false, !back);
  return transpose(matMul(c, rows, wide, back, false), [0, 2, 3, 1]);
}

/** Each pixel repeated `rows` times down and `columns` times across. */
function repeated(c: Context, images: Traced, rows: number, columns: number): Traced {
  const [n, height, width, channels] = images.shape;
  const value = stored(c, images, nchw);
  const floats = (...list: number[]) => c.graph.constant("float32", [list.length], Float32Array.from(list));
  const shape = [n, height * rows, width * columns, channels];
  return imageNode(c, "Resize", [value, floats(), floats(1, 1, rows, columns)], shape, {
    mode: "nearest",
    coordinate_transformation_mode: "asymmetric",
    nearest_mode: "floor",
  });
}

const resize =
  (weights: typeof nearest): Lowering =>
  (c, { images }, { size, alignCorners, halfPixelCenters }) => {
    const [, height, width] = images.shape;
    const o: Options = { alignCorners, halfPixelCenters };
    const [rows, columns] = [size[0] / height, size[1] / width];
    const whole = Number.isInteger(rows) && Number.isInteger(columns);
    if (weights === nearest && whole && !o.alignCorners && !o.halfPixelCenters) {
      return repeated(c, images, rows, columns);
    }
    return separable(
      c,
      images,
      matrix(c, height, size[0], weights, o),
      matrix(c, width, size[1], weights, o),
      false,
    );
  };

const resizeGrad =
  (weights: typeof nearest): Lowering =>
  (c, { images, dy: gradOutput }, { alignCorners, halfPixelCenters }) => {
    const [, height, width] = images.shape;
    const [, outHeight, outWidth] = gradOutput.shape;
    const o: Options = { alignCorners, halfPixelCenters };
    return separable(
      c,
      gradOutput,
      matrix(c, height, outHeight, weights, o),
      matrix(c, width, outWidth, weights, o),
      true,
    );
  };

export const resizeTable: Table = {
  ResizeNearestNeighbor: resize(nearest),
  ResizeNearestNeighborGrad: resizeGrad(nearest),
  // Whole numbers are interpolated as float32, as tfjs has it.
  ResizeBilinear: (c, { images }, attrs) => resize(linear)(c, { images: cast(c, images, "float32") }, attrs),
  ResizeBilinearGrad: resizeGrad(linear),
};
