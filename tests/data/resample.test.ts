import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type NdArray, ndarray } from "../../lib/array";
import { bilinearUp } from "../../lib/couplings";
import { filterAxis, linearTaps, resizeBilinear } from "../../lib/data/resample";
import { rng } from "../../lib/random";

const slope = ndarray(
  [1, 8, 8, 1],
  Float32Array.from({ length: 64 }, (_, p) => (p % 8) + 10 * Math.floor(p / 8)),
);
const worst = (a: NdArray, b: NdArray) =>
  Math.max(...Array.from(a.data, (value, e) => Math.abs(value - b.data[e])));

describe("filterAxis", () => {
  it("sums along one axis alone", () => {
    const x = ndarray([2, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8]);
    const { shape, data } = filterAxis(x, 1, [{ from: [0, 1], weights: [10, -1] }]);
    expect(shape).toEqual([2, 1, 2]);
    expect([...data]).toEqual([7, 16, 43, 52]);
  });
});

describe("linearTaps", () => {
  it("interpolates at the new pixels' centres, whose outermost lie beyond the old ones", () => {
    const at = (from: number, to: number) =>
      linearTaps(to)(from).map((taps) =>
        Array.from(taps.from).reduce((sum, j, k) => sum + (j + 0.5) * taps.weights[k], 0),
      );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 }), (from, to) => {
        at(from, to).forEach((centre, k) => {
          expect(centre).toBeCloseTo(Math.min(Math.max(((k + 0.5) * from) / to, 0.5), from - 0.5), 9);
        });
        for (const { weights } of linearTaps(to)(from)) {
          expect(Array.from(weights).reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12);
        }
      }),
    );
  });
});

describe("resizeBilinear", () => {
  it("keeps a slope where it does not reach over an edge, and averages neighbours when halving", () => {
    const half = resizeBilinear(slope, [4, 4]);
    half.data.forEach((value, p) => {
      expect(value).toBeCloseTo(2 * (p % 4) + 0.5 + 10 * (2 * Math.floor(p / 4) + 0.5), 3);
    });
    const twice = resizeBilinear(slope, [16, 16]);
    // The pixel in row 5 and column 8 of 16 lies at (5.5 / 2 − 0.5, 8.5 / 2 − 0.5) of the old ones.
    expect(twice.data[5 * 16 + 8]).toBeCloseTo(3.75 + 10 * 2.25, 4);
    expect(twice.data[0]).toBe(0);
    expect(twice.data[255]).toBe(77);
  });

  it("is what bilinearUp does at whole factors", () => {
    const images = rng(1).normals([2, 3, 5, 2]);
    for (const factor of [1, 2, 3, 4, 7]) {
      const resized = resizeBilinear(images, [3 * factor, 5 * factor]);
      expect(worst(resized, bilinearUp({ factor })(images))).toBeLessThan(1e-6);
    }
    expect(resizeBilinear(images, [3, 5])).toBe(images);
  });
});
