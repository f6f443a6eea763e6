import { describe, expect, it } from "vitest";
import { ndarray } from "../../../lib/array";
import { atBase, tiles } from "../../../lib/couplings";
import { changedKnown, i2sb, indi, knownPixels } from "../../../lib/experiments";
import { interpolate } from "../../../lib/interpolants";
import { rng } from "../../../lib/random";
import { euler, solveOde } from "../../../lib/samplers";

const mask = tiles({ grid: 4, p: 0.5 });
const images = { x: rng(1).normals([64, 8, 8, 1]), labels: new Int32Array(64) };

describe("i2sb", () => {
  it("is the Schrödinger bridge of its authors' schedule, in the share of its variance as time", () => {
    // β of 1000 steps, linear in √β from 1e-4 to 3e-4, of which the first half is mirrored.
    const root = (k: number) => Math.sqrt(1e-4) + (k / 999) * (Math.sqrt(3e-4) - Math.sqrt(1e-4));
    const betas = Array.from({ length: 1000 }, (_, k) => root(k < 500 ? k : 999 - k) ** 2);
    const total = betas.reduce((sum, beta) => sum + beta, 0);
    const { interpolant } = i2sb({ mask });
    for (const step of [3, 100, 499, 700, 995]) {
      // From the image's end, equation 11: N(x_t; weighted by the other side's variance, product over sum).
      const forward = betas.slice(0, step).reduce((sum, beta) => sum + beta, 0);
      const backward = total - forward;
      const { alpha, beta, gamma } = interpolant.at(backward / total);
      expect(beta).toBeCloseTo(backward / (forward + backward), 12);
      expect(alpha).toBeCloseTo(forward / (forward + backward), 12);
      expect(gamma ** 2 / ((forward * backward) / (forward + backward))).toBeCloseTo(1, 3);
    }
  });

  it("starts from noise in the hole, and passes through noisy known pixels", () => {
    const { coupling, interpolant } = i2sb({ mask, classes: 1 });
    const pairs = coupling.draw(images, rng(2));
    const keep = knownPixels(pairs.xi);
    expect(changedKnown({ x: pairs.x0, truth: pairs.x1, keep })).toBe(0);
    const t = new Float32Array(64).fill(0.5);
    const { xt } = interpolate({ interpolant, pairs, t, z: rng(3).normals(images.x.shape) });
    const known = keep.data.filter((value) => value === 1).length;
    expect(changedKnown({ x: xt, truth: pairs.x1, keep })).toBeGreaterThan(0.99 * known);
    expect(i2sb({ mask, scale: 0 }).interpolant.hasLatent).toBe(false);
  });
});

describe("indi", () => {
  it("by Euler's method is its authors' iteration: x ← (δ/s) F + (1 − δ/s) x", async () => {
    const { coupling } = indi({ mask });
    const pairs = coupling.draw(images, rng(2));
    const predict = (value: number) => Math.tanh(2 * value); // in place of a network F
    const steps = 5;
    const { x } = await solveOde(
      ({ x, t }) =>
        ndarray(
          x.shape,
          x.data.map((value) => (predict(value) - value) / (1 - t)),
        ),
      atBase(pairs),
      { method: euler({ steps }) },
    );
    const byHand = Array.from(pairs.x0.data, (start) => {
      let value = start;
      for (let k = 0; k < steps; k++) {
        const [s, delta] = [1 - k / steps, 1 / steps];
        value = (delta / s) * predict(value) + (1 - delta / s) * value;
      }
      return value;
    });
    byHand.forEach((value, e) => {
      expect(x.data[e]).toBeCloseTo(value, 5);
    });
  });

  it("starts from a grey hole and a little noise, so that no known pixel comes out to the bit", () => {
    const { coupling, interpolant } = indi({ mask, sigma: 0.05 });
    const { x0, x1, xi } = coupling.draw(images, rng(2));
    const keep = knownPixels(xi);
    const known = keep.data.filter((value) => value === 1).length;
    expect(changedKnown({ x: x0, truth: x1, keep })).toBeGreaterThan(0.99 * known);
    const off = x0.data.map((value, e) => value - (keep.data[e] === 1 ? x1.data[e] : 0));
    const variance = Array.from(off).reduce((sum, value) => sum + value * value, 0) / off.length;
    expect(variance / 0.05 ** 2).toBeCloseTo(1, 1);
    expect(interpolant.name).toBe("linear");
  });
});
