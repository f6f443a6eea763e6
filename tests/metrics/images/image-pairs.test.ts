import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type NdArray, ndarray } from "../../../lib/array";
import { featureError } from "../../../lib/metrics/images/feature-error";
import { psnr } from "../../../lib/metrics/images/psnr";
import { ssim } from "../../../lib/metrics/images/ssim";
import { rng } from "../../../lib/random";

const noise = (shape: readonly number[], seed: number | string, scale = 0.5) => {
  const { data } = rng(seed).normals(shape);
  return ndarray(
    shape,
    Float64Array.from(data, (z) => Math.tanh(scale * z)),
  );
};
const map = ({ shape, data }: NdArray, f: (value: number, e: number) => number) =>
  ndarray(shape, data.map(f));

describe("psnr", () => {
  it("is 20 log₁₀(range / error) for an error of one size, averaged in decibels", () => {
    const truth = noise([2, 4, 5, 3], 1);
    const half = truth.data.length / 2;
    const x = map(truth, (value, e) => value + (e < half ? 0.2 : -0.02));
    const { value, standardError } = psnr({ x, truth });
    // 20 and 40 dB.
    expect(value).toBeCloseTo(30, 9);
    expect(standardError).toBeCloseTo(10, 9);
  });

  it("is infinite for a perfect image, not NaN", () => {
    const truth = noise([2, 3, 3, 1], 2);
    const x = map(truth, (value, e) => value + (e < 9 ? 0 : 0.1));
    const infinite = { value: Number.POSITIVE_INFINITY, standardError: Number.POSITIVE_INFINITY };
    const { values, ...mean } = psnr({ x, truth });
    expect(mean).toEqual(infinite);
    expect(values[0]).toBe(Number.POSITIVE_INFINITY);
    expect(values[1]).toBeCloseTo(10 * Math.log10(4 / 0.1 ** 2), 4);
  });

  it("refuses other shapes, none, and pixels that are not finite", () => {
    const x = noise([2, 3, 3, 1], 1);
    expect(() => psnr({ x, truth: noise([2, 3, 3, 3], 1) })).toThrow("the truth, like x,");
    expect(() => psnr({ x: noise([4, 2], 1), truth: noise([4, 2], 1) })).toThrow("images of shape");
    expect(() => psnr({ x: noise([0, 3, 3, 1], 1), truth: noise([0, 3, 3, 1], 1) })).toThrow("one image");
    expect(() => psnr({ x, truth: map(x, (value, e) => (e === 12 ? Number.NaN : value)) })).toThrow(
      "finite pixels in truth, but received NaN in image 1",
    );
  });
});

/** The index at one place, by weighted means over the whole square window. */
function similarityAt(x: NdArray, y: NdArray, image: number, top: number, left: number, channel: number) {
  const [, height, width, channels] = x.shape;
  const cells = Array.from({ length: 121 }, (_, k) => [Math.floor(k / 11), k % 11]);
  const bell = cells.map(([r, c]) => Math.exp(-((r - 5) ** 2 + (c - 5) ** 2) / (2 * 1.5 ** 2)));
  const total = bell.reduce((sum, w) => sum + w, 0);
  const at = ({ data }: NdArray, [r, c]: number[]) =>
    data[((image * height + top + r) * width + left + c) * channels + channel];
  const mean = (f: (cell: number[]) => number) =>
    cells.reduce((sum, cell, k) => sum + (bell[k] / total) * f(cell), 0);
  const [mx, my] = [mean((cell) => at(x, cell)), mean((cell) => at(y, cell))];
  const vx = mean((cell) => (at(x, cell) - mx) ** 2);
  const vy = mean((cell) => (at(y, cell) - my) ** 2);
  const vxy = mean((cell) => (at(x, cell) - mx) * (at(y, cell) - my));
  const [c1, c2] = [0.0004, 0.0036];
  return ((2 * mx * my + c1) * (2 * vxy + c2)) / ((mx * mx + my * my + c1) * (vx + vy + c2));
}

describe("ssim", () => {
  it("is 1 for equal images, symmetric, and less otherwise", () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const [x, truth] = [noise([1, 12, 13, 2], seed), noise([1, 12, 13, 2], `other ${seed}`)];
        expect(ssim({ x, truth: x }).value).toBeCloseTo(1, 12);
        expect(ssim({ x, truth }).value).toBeCloseTo(ssim({ x: truth, truth: x }).value, 12);
        expect(ssim({ x, truth }).value).toBeLessThan(0.9);
      }),
      { numRuns: 20 },
    );
  });

  it("is the mean of the index over all windows, by the definition", () => {
    const shape = [2, 13, 12, 3];
    const truth = noise(shape, 1);
    const x = map(truth, (value, e) => 0.8 * value + 0.1 * Math.sin(e));
    const means = [0, 1].map((image) => {
      let sum = 0;
      for (const top of [0, 1, 2])
        for (const left of [0, 1])
          for (const channel of [0, 1, 2]) sum += similarityAt(x, truth, image, top, left, channel);
      return sum / 18;
    });
    const { value, standardError } = ssim({ x, truth });
    expect(value).toBeCloseTo((means[0] + means[1]) / 2, 12);
    expect(standardError).toBeCloseTo(Math.abs(means[0] - means[1]) / 2, 12);
  });

  it("of flat images is the comparison of their brightness, and of a negative is negative", () => {
    const flat = (value: number) => ndarray([1, 11, 11, 1], new Float64Array(121).fill(value));
    const [a, b] = [0.5, -0.25];
    const exact = (2 * a * b + 0.0004) / (a * a + b * b + 0.0004);
    expect(ssim({ x: flat(a), truth: flat(b) }).value).toBeCloseTo(exact, 9);
    const checks = map(flat(0), (_, e) => (e % 2 === 0 ? 0.5 : -0.5));
    expect(ssim({ x: map(checks, (value) => -value), truth: checks }).value).toBeLessThan(-0.9);
  });

  it("refuses images smaller than its window", () => {
    const x = noise([1, 10, 20, 1], 1);
    expect(() => ssim({ x, truth: x })).toThrow("11 × 11 pixels, but received 10 × 20");
  });
});

describe("featureError", () => {
  it("is the mean distance between features", async () => {
    const features = async ({ shape: [n], data }: NdArray) =>
      ndarray(
        [n, 2],
        Float64Array.from({ length: 2 * n }, (_, e) => data[4 * (e >> 1) + (e % 2)]),
      );
    const truth = ndarray([2, 2, 2, 1], Float64Array.of(0.5, -0.2, 0, 0, 0.1, 0.3, 0, 0));
    // (0.3, 0.4) and (0, 1) away in the two pixels that are features.
    const x = ndarray([2, 2, 2, 1], Float64Array.of(0.8, 0.2, 9, 9, 0.1, 1.3, 9, 9));
    const { value, standardError } = await featureError({ features }, { x, truth });
    expect(value).toBeCloseTo(0.75, 12);
    expect(standardError).toBeCloseTo(0.25, 12);
  });
});
