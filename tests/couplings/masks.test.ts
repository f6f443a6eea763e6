import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ndarray, zeros } from "../../lib/array";
import {
  centre,
  half,
  inpainting,
  type MaskSampler,
  rectangle,
  type Side,
  strokes,
  tiles,
  uncoupledInpainting,
  unmaskedInpainting,
} from "../../lib/couplings";
import { rng } from "../../lib/random";

const seeds = fc.integer();
const sizes = fc.record({
  n: fc.integer({ min: 1, max: 3 }),
  h: fc.constantFrom(8, 16),
  w: fc.constantFrom(8, 24),
});
const masks: MaskSampler[] = [
  tiles(),
  tiles({ grid: 4, p: 0.9 }),
  centre(),
  centre({ fraction: 0.3 }),
  half(),
  rectangle(),
  rectangle({ min: 0.05, max: 1 }),
  strokes(),
  strokes({ count: 1, width: 0.01, turns: 1 }),
];

describe.each(masks.map((mask) => ({ name: mask.name, mask })))("$name", ({ mask }) => {
  it("draws zeros and ones of shape [n, h, w, 1], equal for equal seeds", () => {
    fc.assert(
      fc.property(seeds, sizes, (seed, shape) => {
        const keep = mask.draw(shape, rng(seed));
        expect(keep.shape).toEqual([shape.n, shape.h, shape.w, 1]);
        expect(keep.data.every((value) => value === 0 || value === 1)).toBe(true);
        expect(mask.draw(shape, rng(seed))).toEqual(keep);
      }),
    );
  });
});

/** Rows and columns of the hole's bounding box, and how many pixels it has. */
function hole(mask: MaskSampler, h: number, w: number, seed = 0) {
  const keep = mask.draw({ n: 1, h, w }, rng(seed)).data;
  const at = Array.from(keep.keys()).filter((e) => keep[e] === 0);
  const [rows, columns] = [at.map((e) => Math.floor(e / w)), at.map((e) => e % w)];
  const [top, bottom] = [Math.min(...rows), Math.max(...rows) + 1];
  const [left, right] = [Math.min(...columns), Math.max(...columns) + 1];
  return { top, bottom, left, right, pixels: at.length };
}

describe("tiles", () => {
  it("keeps or cuts each of 64 equal tiles as a whole", () => {
    fc.assert(
      fc.property(seeds, fc.constantFrom([32, 32], [16, 40], [8, 8]), (seed, [h, w]) => {
        const keep = tiles().draw({ n: 2, h, w }, rng(seed)).data;
        for (let e = 0; e < keep.length; e++) {
          const [image, row, column] = [Math.floor(e / (h * w)), Math.floor(e / w) % h, e % w];
          const corner = row - (row % (h / 8));
          if (keep[e] !== keep[(image * h + corner) * w + column - (column % (w / 8))]) return false;
        }
        return true;
      }),
    );
  });

  it("cuts each tile with probability p, independently of the others and afresh for each image", () => {
    const n = 2000;
    const keep = tiles({ p: 0.3 }).draw({ n, h: 8, w: 8 }, rng(1)).data;
    const error = Math.sqrt((0.3 * 0.7) / n);
    const cut = new Float64Array(64);
    for (let e = 0; e < keep.length; e++) cut[e % 64] += (1 - keep[e]) / n;
    for (const share of cut) expect(Math.abs(share - 0.3)).toBeLessThan(4.5 * error);
    // Neighbours are both cut with probability p²: within an image, and from one image to the next.
    for (const distance of [1, 8, 64]) {
      let both = 0;
      for (let e = distance; e < keep.length; e++) both += (1 - keep[e]) * (1 - keep[e - distance]);
      expect(Math.abs(both / keep.length - 0.09)).toBeLessThan(0.003);
    }
  });

  it("cuts nothing at p = 0 and everything at p = 1", () => {
    expect(tiles({ p: 0 }).draw({ n: 1, h: 8, w: 8 }, rng(1)).data).toEqual(new Float32Array(64).fill(1));
    expect(tiles({ p: 1 }).draw({ n: 1, h: 8, w: 8 }, rng(1)).data).toEqual(new Float32Array(64));
  });

  it("refuses images that cannot be cut into equal tiles", () => {
    expect(() => tiles().draw({ n: 1, h: 28, w: 28 }, rng(1))).toThrow("28×28 pixels");
    expect(() => tiles({ p: 1.5 })).toThrow("probability");
    expect(() => tiles({ grid: 0 })).toThrow("tiles per side");
  });
});

describe("targets that bring masks of their own", () => {
  const x = rng(0).normals([2, 4, 4, 3]);
  const keep = ndarray(
    [2, 4, 4, 1],
    Float32Array.from({ length: 32 }, (_, p) => p % 2),
  );
  const mask = tiles({ grid: 2, p: 0.5 });
  const holes = ndarray(
    x.shape,
    x.data.map((value, e) => (keep.data[Math.floor(e / 3)] === 1 ? value : Number.NaN)),
  );

  it("are cut by these, and need no values in the hole", () => {
    const { x0, xi } = inpainting({ mask }).draw({ x: holes, keep }, rng(1));
    expect(xi.keep).toEqual(keep);
    for (const [e, value] of x0.data.entries()) {
      if (keep.data[Math.floor(e / 3)] === 1) expect(value).toBe(x.data[e]);
      else expect(Number.isFinite(value)).toBe(true);
    }
    const { image } = uncoupledInpainting({ mask, channels: 3 }).draw({ x: holes, keep }, rng(1)).xi;
    expect(image?.data.filter((_, e) => e % 4 === 3)).toEqual(keep.data);
    expect(image?.data.every(Number.isFinite)).toBe(true);
    expect(unmaskedInpainting({ mask, hole: "grey" }).draw({ x, keep }, rng(1)).xi.image).toEqual(keep);
  });

  it("are refused where the masks have another shape, and masks as an option are told where they go", () => {
    const other = zeros([2, 4, 2, 1]);
    expect(() => inpainting({ mask }).draw({ x, keep: other }, rng(1))).toThrow(
      "Expected keep, the targets' masks, of shape [2, 4, 4, 1], but received shape [2, 4, 2, 1].",
    );
    expect(() => inpainting({ mask: keep as never }).draw({ x }, rng(1))).toThrow(
      "Masks of your own go with the targets: coupling.draw({ x, keep }, rng).",
    );
  });
});

describe("boxes", () => {
  it("centre cuts the middle", () => {
    expect(hole(centre({ fraction: 0.5 }), 32, 16)).toEqual({
      top: 8,
      bottom: 24,
      left: 4,
      right: 12,
      pixels: 16 * 8,
    });
    expect(hole(centre({ fraction: 1 }), 8, 8).pixels).toBe(64);
    expect(() => centre({ fraction: 0 })).toThrow("fraction of the side");
  });

  it("half cuts the side asked for", () => {
    const whole = { top: 0, bottom: 8, left: 0, right: 12, pixels: 48 };
    const boxes: Record<Side, object> = {
      left: { ...whole, right: 6 },
      right: { ...whole, left: 6 },
      top: { ...whole, bottom: 4 },
      bottom: { ...whole, top: 4 },
    };
    for (const side of ["left", "right", "top", "bottom"] as const) {
      expect(hole(half({ side }), 8, 12)).toEqual(boxes[side]);
    }
    expect(() => half({ side: "lft" as Side })).toThrow('Did you mean "left"?');
  });

  it("rectangle cuts one box whose sides are within the bounds", () => {
    const heights = new Set<number>();
    for (let seed = 0; seed < 200; seed++) {
      const box = hole(rectangle({ min: 0.25, max: 0.75 }), 16, 32, seed);
      const [height, width] = [box.bottom - box.top, box.right - box.left];
      expect(box.pixels).toBe(height * width);
      expect(height).toBeGreaterThanOrEqual(4);
      expect(height).toBeLessThanOrEqual(12);
      expect(width).toBeGreaterThanOrEqual(8);
      expect(width).toBeLessThanOrEqual(24);
      heights.add(height);
    }
    expect(heights.size).toBe(9);
    expect(() => rectangle({ min: 0.5, max: 0.25 })).toThrow("min ≤ max");
  });
});

describe("strokes", () => {
  it("always cut something, and at most what so much brush can cover", () => {
    for (let seed = 0; seed < 100; seed++) {
      const options = { count: 2, width: 0.1, turns: 3 };
      const { pixels } = hole(strokes(options), 40, 40, seed);
      expect(pixels).toBeGreaterThan(0);
      // Each move is at most half a side long; pixels count whole, so the brush is wider by up to a pixel on
      // each side.
      const brush = 0.1 * 40 + 2;
      expect(pixels).toBeLessThan(2 * 3 * (20 * brush + (Math.PI / 4) * brush ** 2));
    }
  });

  it("are as wide as asked: a brush whose diameter is the share of the side", () => {
    // The largest disc in the hole of one stroke is the brush: the distance of a pixel in the hole to the
    // nearest one that is kept, at most the radius and half a pixel's diagonal.
    const [side, width] = [64, 0.25];
    let widest = 0;
    for (let seed = 0; seed < 6; seed++) {
      const keep = strokes({ count: 1, width, turns: 1 }).draw({ n: 1, h: side, w: side }, rng(seed)).data;
      const kept = Array.from(keep.keys()).filter((e) => keep[e] === 1);
      for (let e = 0; e < keep.length; e++) {
        const [row, column] = [Math.floor(e / side), e % side];
        // Discs that the border cuts would look larger.
        if (keep[e] === 1 || Math.min(row, column, side - row, side - column) < 20) continue;
        const near = kept.map((k) => Math.hypot(Math.floor(k / side) - row, (k % side) - column));
        widest = Math.max(
          widest,
          near.reduce((a, b) => Math.min(a, b)),
        );
      }
    }
    expect(widest).toBeGreaterThan((width * side) / 2 - 1);
    expect(widest).toBeLessThan((width * side) / 2 + 1.5);
  });

  it("are connected: a stroke without gaps", () => {
    for (let seed = 0; seed < 50; seed++) {
      const [h, w] = [24, 24];
      const keep = strokes({ count: 1, width: 0.02 }).draw({ n: 1, h, w }, rng(seed)).data;
      const start = keep.indexOf(0);
      const seen = new Set([start]);
      for (const e of seen) {
        for (const [dy, dx] of [-1, 0, 1].flatMap((dy) => [-1, 0, 1].map((dx) => [dy, dx]))) {
          const [row, column] = [Math.floor(e / w) + dy, (e % w) + dx];
          const inside = row >= 0 && row < h && column >= 0 && column < w;
          if (inside && keep[row * w + column] === 0) seen.add(row * w + column);
        }
      }
      expect(seen.size).toBe(keep.filter((value) => value === 0).length);
    }
  });

  it("refuse a brush without width, strokes or turns", () => {
    expect(() => strokes({ width: 0 })).toThrow("width");
    expect(() => strokes({ count: 0 })).toThrow("one stroke");
    expect(() => strokes({ turns: 0 })).toThrow("one turn");
  });
});

it("centres a hole of a pixel at least, and halves no side of one pixel", () => {
  expect(hole(centre({ fraction: 0.1 }), 4, 4)).toMatchObject({ pixels: 1 });
  expect(() => half({ side: "top" }).draw({ n: 1, h: 1, w: 4 }, rng(0))).toThrow(
    "2 pixels or more for a top half, but received 1",
  );
  expect(() => half({ side: "left" }).draw({ n: 1, h: 4, w: 1 }, rng(0))).toThrow("for a left half");
  expect(half({ side: "left" }).draw({ n: 1, h: 1, w: 4 }, rng(0)).data).toEqual(Float32Array.of(0, 0, 1, 1));
});
