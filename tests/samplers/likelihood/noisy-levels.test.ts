import { describe, expect, it } from "vitest";
import { ndarray } from "../../../lib/array";
import { brownian, linear, trigonometric } from "../../../lib/interpolants";
import { rng } from "../../../lib/random";
import { noisyLevels } from "../../../lib/samplers";

const n = 4000;
const levels = 5;
const x1 = ndarray(
  [n, 1],
  Float64Array.from({ length: n }, (_, i) => -1 + (i % levels) / 2),
);
/** log of a density of noisy levels with these weights. */
const logMixture = (
  x: number,
  weights: readonly number[],
  { alpha, beta }: { alpha: number; beta: number },
) =>
  Math.log(
    weights.reduce(
      (sum, weight, k) =>
        sum +
        (weight / (alpha * Math.sqrt(2 * Math.PI))) *
          Math.exp(-((x - beta * (-1 + k / 2)) ** 2) / (2 * alpha ** 2)),
      0,
    ),
  );

describe("noisyLevels", () => {
  it.each([0.3, 0.6, 0.9, 0.99])("makes log P exact where all levels are equally likely (t = %f)", (t) => {
    const interpolant = linear();
    const { x, logRatio } = noisyLevels({ x1, levels, interpolant, t, rng: rng(1) });
    const uniform = Array.from({ length: levels }, () => 1 / levels);
    logRatio.forEach((ratio, i) => {
      expect(logMixture(x.data[i], uniform, interpolant.at(t)) + ratio).toBeCloseTo(Math.log(1 / levels), 9);
    });
  });

  it("is a bound that is tight with little noise, and loose with much", () => {
    const weights = [0.4, 0.05, 0.1, 0.15, 0.3];
    const exact = weights.map(Math.log);
    const gapAt = (t: number) => {
      const interpolant = trigonometric();
      const { x, logRatio } = noisyLevels({ x1, levels, interpolant, t, rng: rng(2) });
      const gaps = exact.map(() => 0);
      logRatio.forEach((ratio, i) => {
        const bound = logMixture(x.data[i], weights, interpolant.at(t)) + ratio;
        gaps[i % levels] += (exact[i % levels] - bound) / (n / levels);
      });
      return gaps;
    };
    for (const gap of gapAt(0.98)) expect(Math.abs(gap)).toBeLessThan(1e-3);
    // Weighted by the true law, the gap is a divergence: above 0.
    expect(gapAt(0.6).reduce((sum, gap, k) => sum + weights[k] * gap, 0)).toBeGreaterThan(0.05);
  });

  it("draws I_t given x1, and sums over a sample's values", () => {
    const interpolant = linear();
    const wide = ndarray([2, 3], Float64Array.of(-1, 0, 1, 1, -0.5, 0.5));
    const one = noisyLevels({ x1: wide, levels, interpolant, t: 0.7, rng: rng(3) });
    const single = noisyLevels({ x1: ndarray([6, 1], wide.data), levels, interpolant, t: 0.7, rng: rng(3) });
    expect(Array.from(one.x.data)).toEqual(Array.from(single.x.data));
    const parts = single.logRatio;
    expect(one.logRatio[1]).toBeCloseTo(parts[3] + parts[4] + parts[5], 12);
    const many = noisyLevels({ x1, levels, interpolant, t: 0.7, rng: rng(4) }).x.data;
    const noise = Float64Array.from(many, (value, i) => (value - 0.7 * x1.data[i]) / 0.3);
    expect(Math.abs(noise.reduce((sum, z) => sum + z, 0) / n)).toBeLessThan(0.06);
    expect(Math.abs(noise.reduce((sum, z) => sum + z * z, 0) / n - 1)).toBeLessThan(0.09);
  });

  it("says what it needs", () => {
    const options = { x1, levels, interpolant: linear(), t: 0.9, rng: rng(1) };
    expect(() => noisyLevels({ ...options, levels: 4 })).toThrow(/on 4 levels/);
    const outside = [-1 - 2 / (levels - 1), 1 + 2 / (levels - 1), 5];
    for (const value of outside) {
      const x1 = ndarray([1, 1], Float64Array.of(value));
      expect(() => noisyLevels({ ...options, x1 })).toThrow(`levels from −1 to 1, but received ${value}`);
    }
    expect(() => noisyLevels({ ...options, rng: 0 as never })).toThrow("a generator, such as rng(0)");
    expect(() => noisyLevels({ ...options, t: 1 })).toThrow(/between 0 and 1/);
    expect(() => noisyLevels({ ...options, interpolant: linear({ gamma: brownian() }) })).toThrow(/latent/);
  });
});
