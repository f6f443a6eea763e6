import { microsoft } from "../graph";
import { natural, reshape, type Traced, traced, transpose } from "../traced";
import { convolveBlocks, fromBlocks, toBlocks } from "./blocked";
import { geometry, imageNode, nchw, stored, toLast, window } from "./image";
import type { Attrs, Context, Inputs } from "./lowering";
import { reduce } from "./reduce";
import { concat, slice } from "./shape";
import { equalParts } from "./sums";

/**
 * The gradient of a convolution with respect to its filter. With a stride, each block of stride × stride
 * pixels becomes one pixel of more channels first, and the filter one of stride 1.
 */
export function conv2dFilter(c: Context, { x, dy }: Inputs, a: Attrs): Traced {
  const image = toLast(x, a.dataFormat);
  const slope = toLast(dy, a.dataFormat);
  const info = geometry(c, image.shape, a.filterShape, a);
  const [kh, kw, from, to] = a.filterShape;
  const [sh, sw] = [info.strideHeight, info.strideWidth];
  const [rows, columns] = [Math.ceil(kh / sh), Math.ceil(kw / sw)];
  const { top, left } = info.padInfo;
  // With stride 1, padding is left to the shifts.
  const whole = window(c, image, {
    1: sh === 1 ? undefined : [-top, sh * (info.outHeight - 1 + rows)],
    2: sw === 1 ? undefined : [-left, sw * (info.outWidth - 1 + columns)],
  });
  const places: Places = { rows, columns, top: sh === 1 ? top : 0, left: sw === 1 ? left : 0 };
  const joined = blocksToChannels(c, whole, sh, sw);
  const sums = bySamples(c, joined, slope, places) ?? byProducts(c, joined, slope, places);
  const cut = reshape(c.graph, sums, [rows, columns, sh, sw, from, to]);
  const filter = reshape(c.graph, transpose(cut, [0, 2, 1, 3, 4, 5]), [rows * sh, columns * sw, from, to]);
  return slice(c, filter, [0, 0, 0, 0], a.filterShape);
}

/** The places of a filter of stride 1, and how far its first one reaches beyond the image. */
interface Places {
  readonly rows: number;
  readonly columns: number;
  readonly top: number;
  readonly left: number;
}

/**
 * For each place of the filter, the shifted image times dy, summed over batch and pixels: `[rows, columns, from, to]`.
 * Columns shift the image and rows shift dy, so that their sum of copies serves instead of their product, and one product
 * of all the copies gives the whole filter.
 */
function byProducts(c: Context, image: Traced, slope: Traced, places: Places): Traced {
  const { rows, columns, top, left } = places;
  const shifted = shiftedColumns(c, image, columns, left, slope.shape[2]);
  const sums = innerProduct(c, shifted, shiftedRows(c, slope, rows, top, image.shape[1]));
  const apart = reshape(c.graph, sums, [columns, image.shape[3], slope.shape[3], rows]);
  return transpose(apart, [3, 0, 1, 2]);
}

/** Pixels that a convolution adds one after another in float32, each of them for a block of samples. */
const mostPixels = 1024;

/**
 * The same by one convolution, for whole blocks of samples.
 *
 * A blocked convolution sums over the places of its filter and over channels of its image. Here one of the two images is the
 * filter, so that pixels are its places, and samples stand where channels do. The other is the image: channels of a
 * block, its lanes, lie side by side in each row as so many columns, and blocks are its samples. What it makes has a row and
 * `lanes` columns for each place of the gradient. Large images are cut into bands of rows, as if they were more samples, since
 * what a block of samples gives is summed by itself.
 */
function bySamples(c: Context, image: Traced, slope: Traced, places: Places): Traced | undefined {
  const { channelBlock: block, graph } = c;
  const { rows, columns, top, left } = places;
  const inBlocks = (t: Traced) => block > 0 && t.shape[3] % block === 0;
  const bySlope = inBlocks(slope);
  const [filter, moved] = bySlope ? [slope, image] : [image, slope];
  const [n, height, width, channels] = filter.shape;
  const [, tall, wide, others] = moved.shape;
  const [above, before] = bySlope ? [top, left] : [rows - 1 - top, columns - 1 - left];
  const [below, after] = [rows - 1 + height - tall - above, columns - 1 + width - wide - before];
  const padded = Math.min(above, before, below, after) >= 0;
  const bands = equalParts(height, Math.ceil((height * width) / mostPixels));
  if (!inBlocks(filter) || n % block !== 0 || rows * columns === 1 || !padded || !bands) return undefined;

  const lanes = inBlocks(moved) ? block : 1;
  const weights = reshape(graph, samplesInFilter(c, filter), [channels, bands * n, height / bands, width]);
  const lines = samplesInLines(c, moved, lanes, [before, after]);
  const cutLines = bands === 1 ? lines : inBands(c, lines, bands, rows - 1, [above, below]);
  const made = convolveBlocks(
    c,
    cutLines.value,
    weights.value,
    [others / lanes, channels, rows, columns * lanes],
    {
      strides: [1, 1],
      dilations: [1, lanes],
      pads: bands === 1 ? [above, 0, below, 0] : [0, 0, 0, 0],
      kernel_shape: [height / bands, width],
    },
  );
  const plain = traced(fromBlocks(c, made, "last"));
  const cut = reshape(graph, plain, [others / lanes, rows, columns, lanes, channels]);
  if (bySlope) return reshape(graph, transpose(cut, [1, 2, 0, 3, 4]), [rows, columns, others, channels]);
  const [begin, end] = [
    [0, rows - 1, columns - 1, 0, 0],
    [others / lanes, -1, -1, lanes, channels],
  ];
  const turned = slice(c, cut, begin, end, [1, -1, -1, 1, 1]);
  return reshape(graph, transpose(turned, [1, 2, 4, 0, 3]), [rows, columns, channels, others]);
}

/** An image as a filter in blocks that makes its channels from its samples, `[channels, n, h, w]`. */
function samplesInFilter(c: Context, image: Traced): Traced {
  const { channelBlock: block, graph } = c;
  const [n, height, width, channels] = image.shape;
  const pixels = height * width;
  const blocks = traced(toBlocks(c, stored(c, image, nchw)));
  const apart = reshape(graph, blocks, [n / block, block, 1, channels * pixels]);
  const together = traced(toBlocks(c, apart.value, "last"));
  const cut = reshape(graph, together, [n / block, channels / block, pixels * block * block]);
  const weights = traced(stored(c, transpose(cut, [1, 0, 2]), natural(3)));
  return reshape(graph, weights, [channels, n, height, width]);
}

/** An image with some channels side by side in its rows, in blocks of samples: `[channels / lanes, n, h, w · lanes]`, with pixels of zeros beside it. */
function samplesInLines(c: Context, image: Traced, lanes: number, beside: readonly [number, number]): Traced {
  const { channelBlock: block, graph } = c;
  const [n, height, width, channels] = image.shape;
  const tiles = channels / lanes;
  const first = stored(c, image, nchw);
  const apart = reshape(graph, traced(lanes === 1 ? first : toBlocks(c, first)), [
    1,
    n,
    tiles * height,
    width * lanes,
  ]);
  const pixel = lanes * block;
  const lines = reshape(graph, traced(toBlocks(c, apart.value)), [n / block, tiles, height, width * pixel]);
  const padded = window(c, lines, { 3: [-beside[0] * pixel, (beside[0] + width + beside[1]) * pixel] });
  const ordered = traced(stored(c, transpose(padded, [1, 0, 2, 3]), natural(4)));
  return reshape(graph, ordered, [tiles, n, height, padded.shape[3] / block]);
}

/** Those lines with rows of zeros around, cut into bands that overlap by some rows: `[…, bands · n, rows, …]`. */
function inBands(
  c: Context,
  lines: Traced,
  bands: number,
  overlap: number,
  [above, below]: readonly [number, number],
): Traced {
  const { channelBlock: block, graph } = c;
  const [tiles, n, height, width] = lines.shape;
  const rows = reshape(graph, lines, [tiles * (n / block), height, width * block]);
  const all = window(c, rows, { 1: [-above, above + height + below] });
  const step = (all.shape[1] - overlap) / bands;
  const index = natural(bands).flatMap((band) => natural(step + overlap).map((row) => band * step + row));
  const shape = [all.shape[0], index.length, width * block];
  const cut = graph.node("Gather", [all.value, graph.ints(index)], "float32", shape, { axis: 1 });
  return reshape(graph, traced(cut), [tiles, bands * n, step + overlap, width]);
}

/** Each block of sh × sw pixels as one pixel of sh · sw times the channels, those of its first pixel first. */
function blocksToChannels(c: Context, image: Traced, sh: number, sw: number): Traced {
  if (sh === 1 && sw === 1) return image;
  const [n, height, width, channels] = image.shape;
  const shape = [n, height / sh, width / sw, sh * sw * channels];
  if (sh === sw) {
    return imageNode(c, "SpaceToDepth", [stored(c, image, nchw)], shape, { blocksize: sh });
  }
  const cut = reshape(c.graph, image, [n, height / sh, sh, width / sw, sw, channels]);
  return reshape(c.graph, transpose(cut, [0, 1, 3, 2, 4, 5]), shape);
}

/** Narrow images' columns are shifted by a matrix product, which runs on all cores; a copy doesn't. */
const narrow = 40;

/** Matrices that take the `length` columns of an image from each start on, zeros beyond it; `place` says where a number lies. */
function shifts(
  width: number,
  length: number,
  starts: readonly number[],
  place: (start: number, from: number, to: number) => number,
): Float32Array {
  const data = new Float32Array(starts.length * width * length);
  starts.forEach((start, j) => {
    for (const to of natural(length)) {
      const from = to + start;
      if (from >= 0 && from < width) data[place(j, from, to)] = 1;
    }
  });
  return data;
}

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
  const rows = reshape(graph, traced(stored(c, image, nchw)), [n, 1, channels * height, width]);
  const matrices = graph.constant(
    "float32",
    [count, width, outWidth],
    shifts(width, outWidth, starts, (j, from, to) => (j * width + from) * outWidth + to),
  );
  const shape = [n, count, channels * height, outWidth];
  const shifted = traced(graph.node("MatMul", [rows.value, matrices], "float32", shape));
  return transpose(reshape(graph, shifted, [n, count * channels, height, outWidth]), [0, 2, 3, 1]);
}

/** The rows of dy that meet each of `height` rows at each of `count` filter rows, `[n, height, w, channels · count]`. */
function shiftedRows(c: Context, slope: Traced, count: number, first: number, height: number): Traced {
  const [n, rows, width, channels] = slope.shape;
  if (count === 1) return window(c, slope, { 1: [first, height] });
  const index = natural(count * height).map((at) => {
    const row = (at % height) + first - Math.floor(at / height);
    return row >= 0 && row < rows ? row : rows; // the row of zeros below
  });
  const { graph } = c;
  const below = graph.ints([0, 0, 0, 0, 0, 0, 1, 0]);
  const padded = [n, channels, rows + 1, width];
  const more = graph.node("Pad", [stored(c, slope, nchw), below], "float32", padded, { mode: "constant" });
  const shape = [n, channels, count * height, width];
  const shifted = graph.node("Gather", [more, graph.ints(index)], "float32", shape, { axis: 2 });
  return transpose(reshape(graph, traced(shifted), [n, channels * count, height, width]), [0, 2, 3, 1]);
}

/** Σ over batch and pixels of a ⊗ b, `[channels of a, channels of b]`. */
function innerProduct(c: Context, a: Traced, b: Traced): Traced {
  const flat = (t: Traced) => {
    const [n, h, w, channels] = t.shape;
    const pixels = reshape(c.graph, traced(stored(c, t, nchw)), [n, channels, h * w]);
    return pixels.value;
  };
  const shape = [a.shape[0], a.shape[3], b.shape[3]];
  const flags = { transA: 0, transB: 1 };
  const each = c.graph.node("FusedMatMul", [flat(a), flat(b)], "float32", shape, flags, microsoft);
  return reduce(c, "ReduceSum", traced(each), [0], false);
}
