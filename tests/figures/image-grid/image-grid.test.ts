import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ndarray } from "../../../lib/array";
import { type ImageGridOptions, imageGrid } from "../../../lib/figures";
import { pictureOf } from "../pixels";

const grey = (values: readonly number[], side = 2) =>
  ndarray([values.length / side ** 2, side, side, 1], [...values]);
const words = { title: "In-painting", alt: "Rows of images." };
const level = (value: number) => Math.round((255 * (Math.min(1, Math.max(-1, value)) + 1)) / 2);

describe("imageGrid", () => {
  it("shows every pixel as a square of its value, red, green and blue in order", async () => {
    const image = fc.record({
      channels: fc.constantFrom(1, 3),
      values: fc.array(fc.float({ min: -1, max: 1, noNaN: true }), { minLength: 36, maxLength: 36 }),
      scale: fc.integer({ min: 1, max: 9 }).map((halves) => halves / 2),
    });
    await fc.assert(
      fc.asyncProperty(image, async ({ channels, values, scale }) => {
        // Two images of 2 × 3 pixels.
        const images = ndarray([2, 2, 3, channels], values.slice(0, 12 * channels));
        const grid = imageGrid({ ...words, scale, rows: [{ label: "row", images }] });
        const picture = await pictureOf(await grid.toBundle());
        for (let n = 0; n < 2; n++) {
          const cell = grid.cells[0][n];
          const side = cell.width / 3;
          expect(cell.height / 2).toBe(side);
          for (let y = 0; y < 2; y++) {
            for (let x = 0; x < 3; x++) {
              const from = ((n * 2 + y) * 3 + x) * channels;
              const want = [0, 1, 2].map((c) => level(images.data[from + (channels === 3 ? c : 0)]));
              // The corners of the square: nothing is blurred.
              for (const [dx, dy] of [
                [0, 0],
                [side - 1, 0],
                [0, side - 1],
                [side - 1, side - 1],
              ]) {
                expect(picture.at(cell.x + x * side + dx, cell.y + y * side + dy)).toEqual(want);
              }
            }
          }
        }
      }),
      { numRuns: 15 },
    );
  });

  it("shows a pixel that is no number in magenta, and says so", async () => {
    const grid = imageGrid({ ...words, rows: [{ label: "sample", images: grey([0, Number.NaN, 1, -1]) }] });
    const picture = await pictureOf(await grid.toBundle());
    const { x, y, width } = grid.cells[0][0];
    expect(picture.at(x + width - 1, y)).toEqual([255, 0, 255]);
    expect(picture.at(x, y)).toEqual([128, 128, 128]);
    expect(grid.alt).toBe("Rows of images. 1 pixel is not a number and shown in magenta.");
    expect((await grid.toBundle())["text/plain"]).toContain("not a number");
  });

  it("clips what is out of range, and says how much that is", async () => {
    const grid = imageGrid({
      ...words,
      rows: [{ label: "sample", images: grey([-3, 1.5, Number.POSITIVE_INFINITY, 0]) }],
    });
    const picture = await pictureOf(await grid.toBundle());
    const { x, y, width } = grid.cells[0][0];
    expect(picture.at(x, y)).toEqual([0, 0, 0]);
    expect(picture.at(x + width - 1, y)).toEqual([255, 255, 255]);
    expect(picture.at(x, y + width - 1)).toEqual([255, 255, 255]);
    expect(grid.alt).toContain("75 % of the values lie outside the range, by up to ∞, and are clipped.");
  });

  it("doesn't speak of values that are out of range by too little to be seen", () => {
    const by = (excess: number) =>
      imageGrid({ ...words, rows: [{ label: "sample", images: grey([-1 - excess, 1 + excess, 0, 0]) }] }).alt;
    expect(by(0.04)).toBe("Rows of images.");
    expect(by(0.25)).toBe(
      "Rows of images. 50 % of the values lie outside the range, by up to 0.25, and are clipped.",
    );
    const mask = { label: "mask", images: grey([0, 1.04, 1, 0]), range: [0, 1] as const };
    expect(imageGrid({ ...words, rows: [mask] }).alt).toContain("by up to 0.040");
  });

  it("takes another range for a mask of 0 and 1", async () => {
    const grid = imageGrid({
      ...words,
      rows: [{ label: "mask", images: grey([0, 1, 1, 0]), range: [0, 1] }],
    });
    const picture = await pictureOf(await grid.toBundle());
    const { x, y, width } = grid.cells[0][0];
    expect(picture.at(x, y)).toEqual([0, 0, 0]);
    expect(picture.at(x + width - 1, y)).toEqual([255, 255, 255]);
    expect(grid.alt).toBe("Rows of images.");
  });

  it("writes labels left of the rows and headings above the columns", async () => {
    const images = grey(Array.from({ length: 12 }, () => 1));
    const bare = imageGrid({ ...words, rows: [{ label: "i", images }] });
    const headed = imageGrid({ ...words, rows: [{ label: "i", images }], columns: ["cat", "dog", "owl"] });
    expect(headed.cells[0][0].y).toBeGreaterThan(bare.cells[0][0].y);
    const picture = await pictureOf(await headed.toBundle());
    const isInked = (x0: number, x1: number, y0: number, y1: number) => {
      for (let y = y0; y < y1; y++) for (let x = x0; x < x1; x++) if (picture.at(x, y)[0] < 120) return true;
      return false;
    };
    for (const { x, y, width, height } of headed.cells[0]) {
      expect(isInked(x - 20, x + width + 20, y - 40, y - 4)).toBe(true);
      expect(isInked(x, x + width, y, y + height)).toBe(false);
    }
    const { x, y, height } = headed.cells[0][0];
    expect(isInked(0, x - 8, y - 12, y + height + 12)).toBe(true);
  });

  it("shows as many columns as fit, and says that it left some out", () => {
    const images = ndarray([64, 32, 32, 1], new Float32Array(64 * 1024));
    const grid = imageGrid({ ...words, rows: [{ label: "a long label for a row", images }] });
    expect(grid.cells[0].length).toBeGreaterThan(8);
    expect(grid.cells[0].length).toBeLessThan(64);
    expect(grid.alt).toContain(`The first ${grid.cells[0].length} of 64 images are shown.`);
    const last = grid.cells[0][grid.cells[0].length - 1];
    expect(last.x + last.width).toBeLessThanOrEqual(1600);
  });

  it("never lets images overlap, of rows of any lengths", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 5 }), (lengths) => {
        const rows = lengths.map((n, k) => ({
          label: `row ${k}`,
          images: ndarray([n, 8, 8, 1], new Float32Array(64 * n)),
        }));
        const cells = imageGrid({ ...words, rows }).cells;
        expect(cells.map((row) => row.length)).toEqual(lengths);
        cells.forEach((row, r) => {
          row.forEach((cell, c) => {
            if (c > 0) expect(cell.x).toBeGreaterThan(row[c - 1].x + row[c - 1].width);
            if (r > 0) expect(cell.y).toBeGreaterThan(cells[r - 1][0].y + cells[r - 1][0].height);
          });
        });
      }),
      { numRuns: 30 },
    );
  });

  it.each<[RegExp, Partial<ImageGridOptions>]>([
    [/no text for title/, { title: "" }],
    [/no text for alt/, { alt: "" }],
    [/label of row 1/, { rows: [{ label: "", images: grey([0, 0, 0, 0]) }] }],
    [/at least one row/, { rows: [] }],
    [
      /images of shape \[n, height, width, 1 or 3\] in row "a".*\[2, 2\]/,
      { rows: [{ label: "a", images: ndarray([2, 2], [0, 0, 0, 0]) }] },
    ],
    [
      /2 × 2 in row "b".*1 × 1/,
      {
        rows: [
          { label: "a", images: grey([0, 0, 0, 0]) },
          { label: "b", images: grey([0], 1) },
        ],
      },
    ],
    [/1 column headings/, { columns: ["a", "b"] }],
    [/multiple of ½ above 0 as scale.*0.7/, { scale: 0.7 }],
    [/at least one image/, { rows: [{ label: "a", images: ndarray([0, 2, 2, 1], []) }] }],
  ])("complains: %s", (message, options) => {
    const good = { ...words, rows: [{ label: "a", images: grey([0, 0, 0, 0]) }] };
    expect(() => imageGrid({ ...good, ...options })).toThrow(message);
  });

  it("states the size at which it is to be shown, half of its pixels", async () => {
    const grid = imageGrid({ ...words, rows: [{ label: "a", images: grey([0, 0, 0, 0]) }] });
    const picture = await pictureOf(await grid.toBundle());
    expect(grid.metadata).toEqual({ "image/png": { width: picture.width / 2, height: picture.height / 2 } });
  });
});
