import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ndarray, zeros } from "../../../lib/array";
import { holeError } from "../../../lib/metrics/images/hole-error";
import { rng } from "../../../lib/random";

describe("holeError", () => {
  it("is the squared error per value inside the hole, averaged over images", () => {
    const truth = zeros([2, 1, 2, 2]);
    const x = ndarray([2, 1, 2, 2], [0.1, 0.3, 9, 9, 0.5, 0.5, 0.5, 0.5]);
    const keep = ndarray([2, 1, 2, 1], [0, 1, 0, 0]);
    // (0.01 + 0.09) / 2 = 0.05 in the first image, 0.25 in the second.
    const { mse, psnr } = holeError({ x, truth, keep });
    expect(mse.value).toBeCloseTo(0.15, 7);
    expect(mse.standardError).toBeCloseTo(0.1, 7);
    expect(psnr).toBeCloseTo(10 * Math.log10(4 / 0.15), 6);
  });

  it("does not see known pixels, and knows a perfect result", () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const source = rng(seed);
        const truth = source.normals([3, 4, 4, 2]);
        const keep = zeros([3, 4, 4, 1]);
        for (let p = 1; p < 48; p++) keep.data[p] = source.int(2);
        const x = ndarray(
          truth.shape,
          truth.data.map((value, e) => (keep.data[e >> 1] === 1 ? value + source.normal() : value)),
        );
        expect(holeError({ x, truth, keep }).mse.value).toBe(0);
        expect(holeError({ x, truth, keep }).psnr).toBe(Number.POSITIVE_INFINITY);
      }),
    );
  });

  it("is 0 dB where black is taken for white, the whole range of −1 to 1", () => {
    const x = ndarray([1, 1, 1, 1], [1]);
    expect(holeError({ x, truth: ndarray([1, 1, 1, 1], [-1]), keep: zeros([1, 1, 1, 1]) }).psnr).toBe(0);
  });

  it("refuses images without holes and shapes that differ", () => {
    const x = zeros([1, 2, 2, 1]);
    const keep = ndarray([1, 2, 2, 1], [1, 1, 1, 1]);
    expect(() => holeError({ x, truth: x, keep })).toThrow("an image with a hole");
    expect(() => holeError({ x, truth: zeros([1, 2, 2, 3]), keep })).toThrow("the truth, like x,");
    expect(() => holeError({ x, truth: x, keep: zeros([2, 2, 2, 1]) })).toThrow("a mask");
  });
});
