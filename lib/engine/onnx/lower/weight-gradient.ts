import { microsoft } from "../ir/graph";
import { natural, type Traced, traced, transpose } from "../ir/layout";
import { geometry, imageNode, nchw, stored, toLast, window } from "./image";
import { type Attrs, type Context, type Inputs, reshape } from "./lowering";
import { reduce } from "./reduce";
import { concat, slice } from "./shape";
import { overBatch, type Stencil } from "./weight-gradient-over-batch";

/**
 * The gradient of a convolution with respect to its weights. With a stride, each block of stride × stride
 * pixels becomes one pixel of more channels first, and the filter one of stride 1.
 */
export function weightGradient(c: Context, { x, dy }: Inputs, a: Attrs): Traced {
  const image = toLast(x, a.dataFormat);
  const gradOutput = toLast(dy, a.dataFormat);
  const info = geometry(c, image.shape, a.filterShape, a, { output: gradOutput.shape });
  const [kh, kw, from, to] = a.filterShape;
  const [sh, sw] = [info.strideHeight, info.strideWidth];
  const [rows, columns] = [Math.ceil(kh / sh), Math.ceil(kw / sw)];
  const { top, left } = info.padInfo;
  // With stride 1, padding is left to the shifts.
  const whole = window(c, image, {
    1: sh === 1 ? undefined : [-top, sh * (info.outHeight - 1 + rows)],
    2: sw === 1 ? undefined : [-left, sw * (info.outWidth - 1 + columns)],
  });
  const taps: Stencil = { rows, columns, top: sh === 1 ? top : 0, left: sw === 1 ? left : 0 };
  const joined = blocksToChannels(c, whole, sh, sw);
  const sums = overBatch(c, joined, gradOutput, taps) ?? byProducts(c, joined, gradOutput, taps);
  const cut = reshape(c, sums, [rows, columns, sh, sw, from, to]);
  const filter = reshape(c, transpose(cut, [0, 2, 1, 3, 4, 5]), [rows * sh, columns * sw, from, to]);
  return slice(c, filter, [0, 0, 0, 0], a.filterShape);
}

/**
 * For each tap of the filter, the shifted image times gradOutput, summed over batch and pixels: `[rows,
 * columns, from, to]`. Columns shift the image and rows shift gradOutput, so that rows + columns copies serve
 * instead of rows · columns, and one product of all the copies gives the whole filter.
 */
function byProducts(c: Context, image: Traced, gradOutput: Traced, taps: Stencil): Traced {
  const { rows, columns, top, left } = taps;
  const shifted = shiftedColumns(c, image, columns, left, gradOutput.shape[2]);
  const sums = innerProduct(c, shifted, shiftedRows(c, gradOutput, rows, top, image.shape[1]));
  const apart = reshape(c, sums, [columns, image.shape[3], gradOutput.shape[3], rows]);
  return transpose(apart, [3, 0, 1, 2]);
}

/**
 * Each block of sh × sw pixels as one pixel of sh · sw times the channels, those of its first pixel first.
 */
function blocksToChannels(c: Context, image: Traced, sh: number, sw: number): Traced {
  if (sh === 1 && sw === 1) return image;
  const [n, height, width, channels] = image.shape;
  const shape = [n, height / sh, width / sw, sh * sw * channels];
  if (sh === sw) {
    return imageNode(c, "SpaceToDepth", [stored(c, image, nchw)], shape, { blocksize: sh });
  }
  const cut = reshape(c, image, [n, height / sh, sh, width / sw, sw, channels]);
  return reshape(c, transpose(cut, [0, 1, 3, 2, 4, 5]), shape);
}

/** Narrow images' columns are shifted by a matrix product, which runs on all cores; a copy doesn't. */
const narrow = 40;

/** The columns that each of `count` filter columns meets, `[n, h, outWidth, count · channels]`. */
function shiftedColumns(c: Context, image: Traced, count: number, left: number, outWidth: number): Traced {
  const [n, height, width, channels] = image.shape;
  const starts = natural(count).map((j) => j - left);
  if (count === 1 || width > narrow || outWidth > narrow) {
    return concat(
      c,
      starts.map((start) => window(c, image, { 2: [start, outWidth] })),
      3,
    );
  }
  const { graph } = c;
  const rows = reshape(c, traced(stored(c, image, nchw)), [n, 1, channels * height, width]);
  // For each start a matrix that takes the columns from there on, and zeros beyond the image.
  const shifts = new Float32Array(count * width * outWidth);
  starts.forEach((start, j) => {
    for (const to of natural(outWidth)) {
      const from = to + start;
      if (from >= 0 && from < width) shifts[(j * width + from) * outWidth + to] = 1;
    }
  });
  const matrices = graph.constant("float32", [count, width, outWidth], shifts);
  const shape = [n, count, channels * height, outWidth];
  const shifted = traced(graph.node("MatMul", [rows.value, matrices], "float32", shape));
  return transpose(reshape(c, shifted, [n, count * channels, height, outWidth]), [0, 2, 3, 1]);
}

/**
 * The rows of gradOutput that meet each of `height` rows of the image at each of `count` filter rows,
 * `[n, height, w, channels · count]`.
 */
function shiftedRows(c: Context, gradOutput: Traced, count: number, first: number, height: number): Traced {
  const [n, rows, width, channels] = gradOutput.shape;
  if (count === 1) return window(c, gradOutput, { 1: [first, height] });
  const index = natural(count * height).map((at) => {
    const row = (at % height) + first - Math.floor(at / height);
    return row >= 0 && row < rows ? row : rows; // the row of zeros below
  });
  const { graph } = c;
  const below = graph.ints([0, 0, 0, 0, 0, 0, 1, 0]);
  const padded = [n, channels, rows + 1, width];
  const whole = stored(c, gradOutput, nchw);
  const more = graph.node("Pad", [whole, below], "float32", padded, { mode: "constant" });
  const shape = [n, channels, count * height, width];
  const shifted = graph.node("Gather", [more, graph.ints(index)], "float32", shape, { axis: 2 });
  return transpose(reshape(c, traced(shifted), [n, channels * count, height, width]), [0, 2, 3, 1]);
}

/** Σ over batch and pixels of a ⊗ b, `[channels of a, channels of b]`. */
function innerProduct(c: Context, a: Traced, b: Traced): Traced {
  const flat = (t: Traced) => {
    const [n, h, w, channels] = t.shape;
    return reshape(c, traced(stored(c, t, nchw)), [n, channels, h * w]).value;
  };
  const shape = [a.shape[0], a.shape[3], b.shape[3]];
  const flags = { transA: 0, transB: 1 };
  const each = c.graph.node("FusedMatMul", [flat(a), flat(b)], "float32", shape, flags, microsoft);
  return reduce(c, "ReduceSum", traced(each), [0], false);
}
