import { describe, expect, it } from "vitest";
import { labelsPart, maskPart } from "../../lib/conditions";
import { forwardFlops, mlp, paperUnet, parameterCount, sit, unet } from "../../lib/networks";

const dense = (rows: number, from: number, to: number) => 2 * rows * from * to;
const conv = (pixels: number, size: number, from: number, to: number) => dense(pixels, size ** 2 * from, to);

interface Shape {
  readonly channels: number;
  readonly dim: number;
  readonly mults: readonly number[];
  readonly blocks: number;
  readonly head: number;
  readonly stem: number;
  readonly timeFeatures: number;
  readonly classes: number;
}

/** Appendix B's U-Net with a mask and classes, on a square image. */
function unetFlops(shape: Shape, side: number): number {
  const { channels, dim, mults, blocks, head, stem, timeFeatures, classes } = shape;
  const heads = 4;
  const inner = heads * head;
  const widths = [dim, ...mults.map((mult) => mult * dim)];
  const levels = mults.length;
  const embedding = 8 * dim;
  const block = (pixels: number, from: number, to: number) =>
    dense(1, embedding, 2 * to) +
    conv(pixels, 3, from, to) +
    conv(pixels, 3, to, to) +
    (from === to ? 0 : conv(pixels, 1, from, to));
  const projections = (pixels: number, width: number) => 4 * dense(pixels, width, inner);
  const linear = (pixels: number, width: number) =>
    projections(pixels, width) + dense(pixels, inner, head) + dense(inner, head, width);
  const full = (pixels: number, width: number) =>
    projections(pixels, width) + 2 * dense(pixels, inner, pixels);
  const pixelsAt = (level: number) => (side / 2 ** level) ** 2;

  let sum = dense(1, timeFeatures + 1, 4 * dim) + dense(1, 4 * dim, 4 * dim); // time
  sum += dense(1, classes, dim) + dense(1, dim, 4 * dim) + dense(1, 4 * dim, 4 * dim);
  sum += conv(side ** 2, stem, channels + 1, dim);
  for (let i = 0; i < levels; i++) {
    const pixels = pixelsAt(i);
    sum += blocks * block(pixels, widths[i], widths[i]) + linear(pixels, widths[i]);
    sum +=
      i < levels - 1
        ? conv(pixels / 4, 4, widths[i], widths[i + 1])
        : conv(pixels, 3, widths[i], widths[i + 1]);
  }
  const last = widths[levels];
  const small = pixelsAt(levels - 1);
  sum += 2 * block(small, last, last) + full(small, last);
  for (let i = levels - 1; i >= 0; i--) {
    const pixels = pixelsAt(i);
    sum += blocks * block(pixels, widths[i + 1] + widths[i], widths[i + 1]) + linear(pixels, widths[i + 1]);
    sum += conv(i > 0 ? 4 * pixels : pixels, 3, widths[i + 1], widths[i]);
  }
  return sum + block(side ** 2, 2 * dim, dim) + conv(side ** 2, 1, dim, channels);
}

describe("forwardFlops", () => {
  it("counts two operations for each product in a layer", async () => {
    const network = mlp({ dim: 2, width: 16, depth: 2, timeFeatures: 0 });
    expect(await forwardFlops(network, { sample: [2], batch: 5 })).toBe(
      5 * (dense(1, 3, 16) + dense(1, 16, 16) + dense(1, 16, 2)),
    );
  });

  it("counts a U-Net's convolutions and attention, and not the repeating of pixels", async () => {
    const shape = {
      channels: 1,
      dim: 8,
      mults: [1, 2, 3],
      blocks: 2,
      head: 3,
      stem: 5,
      timeFeatures: 4,
      classes: 6,
    };
    const { channels, dim, mults, stem, timeFeatures } = shape;
    const condition = { keep: maskPart(), labels: labelsPart({ classes: 6 }) };
    const network = unet({ channels, dim, mults, stem, timeFeatures, headWidth: 3, condition });
    expect(await forwardFlops(network, { sample: [16, 16, 1] })).toBe(unetFlops(shape, 16));
    expect(await forwardFlops(network, { sample: [16, 16, 1], batch: 3 })).toBe(3 * unetFlops(shape, 16));
  });

  it("counts the paper's network at 256×256, whose activations would take gigabytes", async () => {
    const network = unet({
      ...paperUnet,
      condition: { keep: maskPart(), labels: labelsPart({ classes: 1000 }) },
    });
    const before = process.memoryUsage();
    const flops = await forwardFlops(network, { sample: [256, 256, 3] });
    const after = process.memoryUsage();
    const { dim, mults, headWidth: head } = paperUnet;
    const shape = { channels: 3, dim, mults, blocks: 2, head, stem: 7, timeFeatures: 32, classes: 1000 };
    expect(flops).toBe(unetFlops(shape, 256));
    const grown = after.heapTotal + after.external - before.heapTotal - before.external;
    expect(grown).toBeLessThan(parameterCount(network));
  });

  it("counts a transformer: its attention by the square of the number of tokens", async () => {
    const [width, depth, tokens, patch] = [12, 2, 4 * 6, 2];
    const network = sit({ channels: 3, patch, width, depth, heads: 3, expansion: 2, timeFeatures: 6 });
    const block =
      dense(1, width, 6 * width) +
      4 * dense(tokens, width, width) +
      2 * dense(tokens, tokens, width) +
      2 * dense(tokens, width, 2 * width);
    const ends = 2 * dense(tokens, 3 * patch ** 2, width) + dense(1, width, 2 * width);
    const time = dense(1, 7, width) + dense(1, width, width);
    expect(await forwardFlops(network, { sample: [8, 12, 3] })).toBe(time + depth * block + ends);
  });
});
