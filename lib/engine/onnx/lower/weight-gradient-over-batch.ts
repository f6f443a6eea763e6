import { equalParts } from "../fuse/sums";
import { natural, reshape, type Traced, traced, transpose } from "../ir/layout";
import { convolveBlocks, fromBlocks, toBlocks } from "./blocked";
import { nchw, stored, window } from "./image";
import type { Context } from "./lowering";
import { slice } from "./shape";

/** The places of a filter of stride 1, and how far its first one reaches beyond the image. */
export interface Places {
  readonly rows: number;
  readonly columns: number;
  readonly top: number;
  readonly left: number;
}

/** Pixels that a convolution adds one after another in float32, each of them for a block of samples. */
const mostPixels = 1024;

/**
 * For each place of a filter, the shifted image times dy, summed over batch and pixels, `[rows, columns, from, to]`, by one
 * convolution; nothing unless the samples fill whole blocks, and the channels of one of the two do.
 *
 * A blocked convolution sums over the places of its filter and over channels of its image. Here one of the two images is the
 * filter, so that pixels are its places, and samples stand where channels do. The other is the image: channels of a
 * block, its lanes, lie side by side in each row as so many columns, and blocks are its samples. What it makes has a row and
 * `lanes` columns for each place of the gradient. Large images are cut into bands of rows, as if they were more samples, since
 * what a block of samples gives is summed by itself.
 */
export function bySamples(c: Context, image: Traced, slope: Traced, places: Places): Traced | undefined {
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
  const shape = [others / lanes, channels, rows, columns * lanes];
  const made = convolveBlocks(c, cutLines.value, weights.value, shape, {
    strides: [1, 1],
    dilations: [1, lanes],
    pads: bands === 1 ? [above, 0, below, 0] : [0, 0, 0, 0],
    kernel_shape: [height / bands, width],
  });
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
  const tiled = traced(lanes === 1 ? first : toBlocks(c, first));
  const apart = reshape(graph, tiled, [1, n, tiles * height, width * lanes]);
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
