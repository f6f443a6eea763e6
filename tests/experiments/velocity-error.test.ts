import { describe, expect, it } from "vitest";
import { ndarray } from "../../lib/array";
import { independent, inpainting, tiles, uncoupledInpainting } from "../../lib/couplings";
import { holeVelocityError, knownPixels, velocityError } from "../../lib/experiments";
import { brownian, linear } from "../../lib/interpolants";
import { rng } from "../../lib/random";

const images = { x: rng(1).normals([64, 8, 8, 2]) };
const mask = tiles({ grid: 4, p: 0.4 });
const times = [0.2, 0.8];

describe("holeVelocityError", () => {
  it("is 0 for the answer, and ignores what is said on known pixels", async () => {
    const pairs = uncoupledInpainting({ mask, channels: 2 }).draw(images, rng(2));
    const keep = knownPixels(pairs.xi);
    const b = () =>
      ndarray(
        pairs.x1.shape,
        pairs.x1.data.map((value, e) => (keep.data[e >> 1] === 1 ? 99 : value - pairs.x0.data[e])),
      );
    const { mean, at } = await holeVelocityError({ b, pairs, interpolant: linear(), times });
    expect(at.map(({ t }) => t)).toEqual(times);
    expect(mean).toBeLessThan(1e-12);
  });

  it("of a field that is 0 is E|x1 − ζ|² = 2 for normal images, coupled or not", async () => {
    for (const coupling of [inpainting({ mask }), uncoupledInpainting({ mask, channels: 2 })]) {
      const pairs = coupling.draw(images, rng(2));
      const b = () => ndarray(pairs.x1.shape, new Float32Array(pairs.x1.data.length));
      const { mean } = await holeVelocityError({ b, pairs, interpolant: linear(), times });
      expect(Math.abs(mean - 2)).toBeLessThan(0.15);
    }
  });

  it("refuses a latent, and no times", async () => {
    const pairs = inpainting({ mask }).draw(images, rng(2));
    const b = () => pairs.x1;
    const latent = linear({ gamma: brownian() });
    await expect(holeVelocityError({ b, pairs, interpolant: latent, times })).rejects.toThrow(/latent/);
    await expect(holeVelocityError({ b, pairs, interpolant: linear(), times: [] })).rejects.toThrow(/time/);
  });
});

describe("velocityError", () => {
  it("counts all values: of b = −x for normal pairs it is (1 + t)² + t²", async () => {
    const pairs = independent().draw({ x: rng(3).normals([4000, 3]) }, rng(4));
    const b = ({ x }: { x: typeof pairs.x0 }) =>
      ndarray(
        x.shape,
        x.data.map((value) => -value),
      );
    const { at, mean } = await velocityError({ b, pairs, interpolant: linear(), times });
    // x1 − x0 + (1 − t) x0 + t x1 = (1 + t) x1 − t x0
    at.forEach(({ t, error }) => {
      expect(Math.abs(error / ((1 + t) ** 2 + t ** 2) - 1)).toBeLessThan(0.05);
    });
    expect(mean).toBeCloseTo((at[0].error + at[1].error) / 2, 12);
  });
});
