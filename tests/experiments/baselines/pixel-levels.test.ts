import { describe, expect, it } from "vitest";
import { ndarray } from "../../../lib/array";
import { pixelLevels } from "../../../lib/experiments";

const images = ndarray([4, 1, 2, 1], Float32Array.of(-1, 0, -1, 1, 1, 0, -1, -1));

describe("pixelLevels", () => {
  it("multiplies the shares of each pixel's level", () => {
    const log = pixelLevels({ images, levels: 3, prior: 1e-9 });
    // Levels −1, 0, 1: the first pixel has shares ¾, 0, ¼, the second ¼, ½, ¼.
    const found = log(ndarray([2, 1, 2, 1], Float32Array.of(-1, 0, 1, 1)));
    expect(found[0]).toBeCloseTo(Math.log(3 / 8), 6);
    expect(found[1]).toBeCloseTo(Math.log(1 / 16), 6);
  });

  it("is a distribution over all images", () => {
    const log = pixelLevels({ images, levels: 3, prior: 0.5 });
    const all = [-1, 0, 1].flatMap((a) => [-1, 0, 1].flatMap((b) => [a, b]));
    const total = log(ndarray([9, 1, 2, 1], all)).reduce((sum, value) => sum + Math.exp(value), 0);
    expect(total).toBeCloseTo(1, 9);
  });

  it("says what it needs", () => {
    expect(() => pixelLevels({ images, levels: 4 })).toThrow(/on 4 levels/);
    expect(() => pixelLevels({ images, levels: 3 })(ndarray([1, 2, 1, 1], [0, 0]))).toThrow(/like those/);
    expect(() => pixelLevels({ images, levels: 3, prior: 0 })).toThrow(/prior/);
  });
});
