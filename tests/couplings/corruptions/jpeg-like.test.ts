import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type NdArray, ndarray } from "../../../lib/array";
import { jpegLike } from "../../../lib/couplings";
import { rng } from "../../../lib/random";

const noise = (shape: readonly number[], deviation: number, seed = 0) =>
  ndarray(
    shape,
    Float64Array.from(rng(seed).normals(shape).data, (value) => deviation * value),
  );
/** A coefficient of the cosine transform of the standard (ITU-T T.81, A.3.3), of the levels around 128. */
function coefficient(image: NdArray, u: number, v: number, { top = 0, left = 0 } = {}) {
  const c = (k: number) => (k === 0 ? Math.SQRT1_2 : 1);
  let sum = 0;
  for (let y = 0; y < 8; y++) {
    for (let x = 0; x < 8; x++) {
      const level = (image.data[(top + y) * image.shape[2] + left + x] + 1) * 127.5 - 128;
      sum += level * Math.cos(((2 * x + 1) * u * Math.PI) / 16) * Math.cos(((2 * y + 1) * v * Math.PI) / 16);
    }
  }
  return (c(u) * c(v) * sum) / 4;
}
const distance = (a: NdArray, b: NdArray) => Math.hypot(...a.data.map((value, e) => value - b.data[e]));

describe("jpegLike", () => {
  it("rounds each coefficient of the cosine transform to the nearest multiple of the standard's step", () => {
    const x = noise([1, 16, 8, 1], 0.15);
    // The first row and column of the table of the standard, K.1, as they are at quality 50.
    const row = [16, 11, 10, 16, 24, 40, 51, 61];
    const column = [16, 12, 14, 14, 18, 24, 49, 72];
    for (const [quality, scale] of [
      [50, 1],
      [25, 2],
    ]) {
      const out = jpegLike({ quality })(x);
      for (let k = 0; k < 8; k++) {
        for (const [u, v, step] of [
          [k, 0, row[k]],
          [0, k, column[k]],
        ]) {
          const before = coefficient(x, u, v, { top: 8 }) / (step * scale);
          const after = coefficient(out, u, v, { top: 8 }) / (step * scale);
          expect(after).toBeCloseTo(Math.round(before), 6);
        }
      }
    }
  });

  it("at quality 100 errs by at most a third of a level, whatever the sides: Parseval for steps of 1", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 17 }),
        fc.integer({ min: 1, max: 17 }),
        fc.integer(),
        (h, w, seed) => {
          const x = noise([1, h, w, 1], 0.2, seed);
          const out = jpegLike({ quality: 100 })(x);
          expect(out.shape).toEqual([1, h, w, 1]);
          // Each of 64 coefficients moves by at most half a step, and the transform keeps lengths.
          const blocks = Math.ceil(h / 8) * Math.ceil(w / 8);
          expect(distance(x, out) * 127.5).toBeLessThanOrEqual(0.5 * 8 * Math.sqrt(blocks) + 1e-6);
        },
      ),
      { numRuns: 25 },
    );
    const many = noise([20, 16, 16, 1], 0.2);
    const rms = (distance(many, jpegLike({ quality: 100 })(many)) * 127.5) / Math.sqrt(many.data.length);
    // Errors are uniform within ±½, so of variance 1/12; 5120 of them.
    expect(Math.abs(rms ** 2 * 12 - 1)).toBeLessThan(4 * Math.sqrt(0.8 / 5120));
  });

  it("loses more at a lower quality, and nothing more when done again", () => {
    const x = noise([2, 16, 16, 3], 0.15);
    const outs = [10, 30, 50, 75, 95].map((quality) => jpegLike({ quality })(x));
    const errors = outs.map((out) => distance(x, out));
    expect(errors).toEqual([...errors].sort((a, b) => b - a));
    expect(new Set(errors).size).toBe(5);
    const again = jpegLike({ quality: 75 })(outs[3]);
    expect(distance(again, outs[3])).toBeLessThan(1e-9);
  });

  it("treats brightness by the luma table and colour by the chroma table", () => {
    const flat = (r: number, g: number, b: number) =>
      ndarray(
        [1, 8, 8, 3],
        Float64Array.from({ length: 192 }, (_, e) => ([r, g, b][e % 3] + 128) / 127.5 - 1),
      );
    // A flat block has one coefficient, 8 times its level; steps at quality 50 are 16 for luma, 17 for
    // chroma.
    const levels = jpegLike({ quality: 50 })(flat(50.3, -10.2, 20.4))
      .data.slice(0, 3)
      .map((v) => (v + 1) * 127.5 - 128);
    const luma = (rgb: ArrayLike<number>) => 0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2];
    const before = [50.3, -10.2, 20.4];
    expect(luma(levels)).toBeCloseTo(2 * Math.round(luma(before) / 2), 9);
    const step = 17 / 8;
    const blue = (rgb: ArrayLike<number>) => (rgb[2] - luma(rgb)) / 1.772;
    const red = (rgb: ArrayLike<number>) => (rgb[0] - luma(rgb)) / 1.402;
    expect(blue(levels)).toBeCloseTo(step * Math.round(blue(before) / step), 9);
    expect(red(levels)).toBeCloseTo(step * Math.round(red(before) / step), 9);
    const apart = jpegLike({ quality: 50, ycbcr: false })(flat(50.3, -10.2, 20.4));
    expect(
      Array.from(apart.data.slice(0, 3), (v) => Math.round(((v + 1) * 127.5 - 128) * 1e6) / 1e6),
    ).toEqual([50, -10, 20]);
  });

  it("treats each block for itself, repeats the last pixel at a border, and clips", () => {
    const x = noise([1, 8, 16, 1], 0.2);
    const changed = ndarray(
      x.shape,
      x.data.map((value, e) => (e % 16 < 8 ? value : 0)),
    );
    const [a, b] = [jpegLike({ quality: 30 })(x), jpegLike({ quality: 30 })(changed)];
    for (let e = 0; e < 128; e++) if (e % 16 < 8) expect(a.data[e]).toBe(b.data[e]);
    const column = ndarray([1, 8, 1, 1], x.data.slice(0, 8));
    const repeated = ndarray(
      [1, 8, 8, 1],
      Float64Array.from({ length: 64 }, (_, e) => x.data[Math.floor(e / 8)]),
    );
    const [narrow, wide] = [jpegLike({ quality: 30 })(column), jpegLike({ quality: 30 })(repeated)];
    for (let y = 0; y < 8; y++) expect(narrow.data[y]).toBe(wide.data[8 * y]);
    const stark = ndarray(
      [1, 8, 8, 1],
      Float64Array.from({ length: 64 }, (_, e) => (e % 5 === 0 ? 1 : -1)),
    );
    const out = jpegLike({ quality: 5 })(stark).data;
    expect(Math.max(...out.map(Math.abs))).toBe(1);
  });

  it("refuses qualities out of range and images without colour for ycbcr", () => {
    expect(() => jpegLike({ quality: 0 })).toThrow("quality from 1 to 100");
    expect(() => jpegLike({ quality: 50, ycbcr: true })(noise([1, 8, 8, 1], 1))).toThrow(
      "3 channels for ycbcr",
    );
    expect(() => jpegLike({ quality: 50 })(noise([8, 8], 1))).toThrow("[n, h, w, c] for JPEG-like");
  });
});
