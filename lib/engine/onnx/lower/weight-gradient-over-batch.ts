import { natural, type Traced, traced, transpose } from "../ir/layout";
import { convolveBlocks, fromBlocks, toBlocks } from "./blocked";
import { nchw, stored, window } from "./image";
import { type Context, equalParts, reshape } from "./lowering";
import { slice } from "./shape";

/** The taps of a filter of stride 1, and how far its first one reaches beyond the image. */
export interface Stencil {
  readonly rows: number;
  readonly columns: number;
  readonly top: number;
  readonly left: number;
}

/** Pixels that a convolution adds one after another in float32, each of them for a block of samples. */
const mostPixels = 1024;

/**
 * The weight gradient, `[rows, columns, from, to]`: for each tap of the filter, the shifted image times
 * gradOutput, summed over batch and pixels. It is itself a convolution, in which samples and channels swap
 * roles:
 *
 *      x, padded              gradOutput            weight gradient
 *     . . . . . .
 *     . x x x x .             g g g g                  a b c
 *     . x x x x .      *      g g g g         =        d e f
 *     . x x x x .             g g g g                  g h i
 *     . . . . . .
 *     n samples of            n samples of             for each of the from × to pairs of channels:
 *     `from` channels         `to` channels            a = Σ x · g with g at the top left of the padded x,
 *                                                      b = the same one column further right, and so on
 *     which are as images     as filters
 *     `from` samples of       from n channels
 *     n channels              to `to` channels
 *
 * A blocked convolution (see blocked.ts) is fast where channels fill blocks, so here samples must: n has to
 * be a multiple of the block. So do the filter's outputs; if the channels of gradOutput don't, x and
 * gradOutput swap roles, and the taps come out flipped. The channels of the image lie side by side in its
 * rows, a block of them (`lanes`) in as many columns, and the filter is dilated by as much. Large images are
 * cut into bands of rows as if these were more samples: each block of samples is summed on its own, so that
 * no digits are lost.
 *
 * @returns nothing where n or the channels of both are not multiples of the block, or the filter has a single
 * tap.
 */
export function overBatch(c: Context, image: Traced, gradOutput: Traced, taps: Stencil): Traced | undefined {
  const { channelBlock: block } = c;
  const { rows, columns, top, left } = taps;
  const inBlocks = (t: Traced) => block > 0 && t.shape[3] % block === 0;
  const byGradOutput = inBlocks(gradOutput);
  const [filter, moved] = byGradOutput ? [gradOutput, image] : [image, gradOutput];
  const [n, height, width, channels] = filter.shape;
  const [, movedHeight, movedWidth, others] = moved.shape;
  const [above, before] = byGradOutput ? [top, left] : [rows - 1 - top, columns - 1 - left];
  const [below, after] = [rows - 1 + height - movedHeight - above, columns - 1 + width - movedWidth - before];
  const padded = Math.min(above, before, below, after) >= 0;
  const bands = equalParts(height, Math.ceil((height * width) / mostPixels));
  if (!inBlocks(filter) || n % block !== 0 || rows * columns === 1 || !padded || !bands) return undefined;

  const lanes = inBlocks(moved) ? block : 1;
  const weights = reshape(c, samplesInFilter(c, filter), [channels, bands * n, height / bands, width]);
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
  const cut = reshape(c, plain, [others / lanes, rows, columns, lanes, channels]);
  if (byGradOutput) return reshape(c, transpose(cut, [1, 2, 0, 3, 4]), [rows, columns, others, channels]);
  const [begin, end] = [
    [0, rows - 1, columns - 1, 0, 0],
    [others / lanes, -1, -1, lanes, channels],
  ];
  const flipped = slice(c, cut, begin, end, [1, -1, -1, 1, 1]);
  return reshape(c, transpose(flipped, [1, 2, 4, 0, 3]), [rows, columns, channels, others]);
}

/** An image as a filter in blocks that makes its channels from its samples, `[channels, n, h, w]`. */
function samplesInFilter(c: Context, image: Traced): Traced {
  const { channelBlock: block } = c;
  const [n, height, width, channels] = image.shape;
  const pixels = height * width;
  const blocks = traced(toBlocks(c, stored(c, image, nchw)));
  const apart = reshape(c, blocks, [n / block, block, 1, channels * pixels]);
  const together = traced(toBlocks(c, apart.value, "last"));
  const cut = reshape(c, together, [n / block, channels / block, pixels * block * block]);
  const weights = traced(stored(c, transpose(cut, [1, 0, 2]), natural(3)));
  return reshape(c, weights, [channels, n, height, width]);
}

/**
 * An image with some channels side by side in its rows, in blocks of samples:
 * `[channels / lanes, n, h, w · lanes]`, with pixels of zeros beside it.
 */
function samplesInLines(c: Context, image: Traced, lanes: number, beside: readonly [number, number]): Traced {
  const { channelBlock: block } = c;
  const [n, height, width, channels] = image.shape;
  const tiles = channels / lanes;
  const first = stored(c, image, nchw);
  const tiled = traced(lanes === 1 ? first : toBlocks(c, first));
  const apart = reshape(c, tiled, [1, n, tiles * height, width * lanes]);
  const pixel = lanes * block;
  const lines = reshape(c, traced(toBlocks(c, apart.value)), [n / block, tiles, height, width * pixel]);
  const padded = window(c, lines, { 3: [-beside[0] * pixel, (beside[0] + width + beside[1]) * pixel] });
  const ordered = traced(stored(c, transpose(padded, [1, 0, 2, 3]), natural(4)));
  return reshape(c, ordered, [tiles, n, height, padded.shape[3] / block]);
}

/**
 * Those lines with rows of zeros around, cut into bands that overlap by some rows: `[…, bands · n, rows, …]`.
 */
function inBands(
  c: Context,
  lines: Traced,
  bands: number,
  overlap: number,
  [above, below]: readonly [number, number],
): Traced {
  const { channelBlock: block, graph } = c;
  const [tiles, n, height, width] = lines.shape;
  const rows = reshape(c, lines, [tiles * (n / block), height, width * block]);
  const all = window(c, rows, { 1: [-above, above + height + below] });
  const step = (all.shape[1] - overlap) / bands;
  const index = natural(bands).flatMap((band) => natural(step + overlap).map((row) => band * step + row));
  const shape = [all.shape[0], index.length, width * block];
  const cut = graph.node("Gather", [all.value, graph.ints(index)], "float32", shape, { axis: 1 });
  return reshape(c, traced(cut), [tiles, bands * n, step + overlap, width]);
}
