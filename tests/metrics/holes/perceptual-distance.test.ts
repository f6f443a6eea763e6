import { describe, expect, it } from "vitest";
import { type NdArray, ndarray } from "../../../lib/array";
import { featureNetwork, perceptualDistance } from "../../../lib/metrics";
import { rng } from "../../../lib/random";

/** Two stages: the image itself, and the means over squares of 2×2 pixels. */
const network = {
  name: "pixels",
  async activations(images: NdArray) {
    const [n, h, w, c] = images.shape;
    const means = new Float32Array((n * h * w * c) / 4);
    for (let e = 0; e < images.data.length; e++) {
      const [ch, x, y, i] = [
        e % c,
        Math.floor(e / c) % w,
        Math.floor(e / (c * w)) % h,
        Math.floor(e / (c * w * h)),
      ];
      means[((i * (h / 2) + (y >> 1)) * (w / 2) + (x >> 1)) * c + ch] += images.data[e] / 4;
    }
    return [images, ndarray([n, h / 2, w / 2, c], means)];
  },
};

describe("perceptualDistance", () => {
  it("averages squared distances of unit vectors over the hole's positions, then over stages", async () => {
    // Two images of 2×2 pixels in two channels; the hole is the first pixel, in the second image the top row.
    const truth = ndarray([2, 2, 2, 2], [1, 0, 1, 0, 1, 0, 1, 0, /**/ 1, 0, 1, 0, 1, 0, 1, 0]);
    const x = ndarray([2, 2, 2, 2], [0, 3, 1, 0, 1, 0, 1, 0, /**/ 0, 2, 5, 0, 1, 0, 1, 0]);
    const keep = ndarray([2, 2, 2, 1], [0, 1, 1, 1, /**/ 0, 0, 1, 1]);
    const { values, value } = await perceptualDistance({ x, truth, keep, network, rng: rng(0) });
    const apart = (a: number, b: number) => 2 - (2 * a) / Math.hypot(a, b); // of (a, b) from (1, 0)
    // First stage: (0, 1) from (1, 0) is 2; in the second image, 2 at one of two positions.
    expect(values[0]).toBeCloseTo((2 + apart(3, 3)) / 2, 6);
    expect(values[1]).toBeCloseTo((1 + apart(7, 2)) / 2, 6);
    expect(value).toBeCloseTo((values[0] + values[1]) / 2, 10);
  });

  it("weighs positions of a coarse stage by what is missing of them", async () => {
    // 2×4 pixels: of the first square one pixel is missing, of the second all four.
    const truth = ndarray(
      [2, 2, 4, 2],
      Array.from({ length: 32 }, (_, e) => 1 - (e % 2)),
    );
    const keep = ndarray([2, 2, 4, 1], [0, 1, 0, 0, 1, 1, 0, 0, /**/ 0, 1, 0, 0, 1, 1, 0, 0]);
    const data = truth.data.map((value, e) =>
      keep.data[e >> 1] === 0 && (e >> 1) % 4 > 1 ? 1 - value : value,
    );
    const coarse = { ...network, activations: async (x: NdArray) => [(await network.activations(x))[1]] };
    const x = ndarray(truth.shape, data);
    const { values } = await perceptualDistance({ x, truth, keep, network: coarse, rng: rng(0) });
    expect(values[0]).toBeCloseTo((2 * 1) / (1 + 0.25), 6);
  });

  it("is 0 for equal images in a trained network, whose stages shrink", async () => {
    const emoji = await featureNetwork("emoji");
    const truth = ndarray([3, 32, 32, 3], rng(1).normals([3, 32, 32, 3]).data.map(Math.tanh));
    const maps = await emoji.activations!(truth);
    expect(maps.map(({ shape }) => shape)).toEqual([
      [3, 32, 32, 32],
      [3, 16, 16, 64],
      [3, 8, 8, 96],
      [3, 4, 4, 128],
    ]);
    const keep = ndarray(
      [3, 32, 32, 1],
      Float32Array.from({ length: 3072 }, (_, p) => p % 2),
    );
    const options = { truth, keep, network: emoji, rng: rng(2) };
    expect((await perceptualDistance({ ...options, x: truth })).value).toBe(0);
    const worse = ndarray(
      truth.shape,
      truth.data.map((value) => -value),
    );
    expect((await perceptualDistance({ ...options, x: worse })).value).toBeGreaterThan(0.1);
  });

  it("needs a network with activations", async () => {
    const x = ndarray([2, 2, 2, 2], new Float32Array(16));
    const keep = ndarray([2, 2, 2, 1], new Float32Array(8));
    await expect(
      perceptualDistance({ x, truth: x, keep, network: { name: "mine" }, rng: rng(0) }),
    ).rejects.toThrow("a network with activations, but received mine");
  });
});
