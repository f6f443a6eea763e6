import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type NdArray, ndarray } from "../../../lib/array";
import { nothingKnown, pairedFeatureDistance, pairedKernelDistance } from "../../../lib/metrics";
import { rng } from "../../../lib/random";

/** Whose features are the pixels. */
const network = {
  name: "pixels",
  features: async ({ shape: [n], data }: NdArray) => ndarray([n, data.length / n], data),
};
const images = (n: number, seed: number) => rng(seed).normals([n, 2, 2, 1]);
const measured = (n: number, seed: number) => {
  const [x, truth] = [images(n, seed), images(n, seed + 1)];
  return { x, truth, keep: nothingKnown(x), network, rng: rng(seed) };
};

describe("pairedFeatureDistance", () => {
  it("is the kernel distance of features", async () => {
    const { x, truth, ...options } = measured(12, 1);
    const points = ({ data }: NdArray) => ndarray([12, 4], data);
    const { value, name } = await pairedFeatureDistance({ x, truth, ...options });
    expect(value).toBeCloseTo(pairedKernelDistance({ a: points(x), b: points(truth) }).value, 12);
    expect(name).toContain("(pixels)");
  });

  it("has an interval from three images on, whatever is drawn", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 3, max: 7 }), fc.nat(), async (n, seed) => {
        const { value, low, high } = await pairedFeatureDistance(measured(n, seed));
        expect([value, low, high].every(Number.isFinite)).toBe(true);
        expect(low).toBeLessThanOrEqual(high);
      }),
      { numRuns: 12 },
    );
    await expect(pairedFeatureDistance(measured(2, 0))).rejects.toThrow("3 images or more with a hole");
  });
});
