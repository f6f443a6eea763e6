import { describe, expect, it } from "vitest";
import { balancedDraws, gaussianMixture, nearestLabels, threeModes } from "../../lib/couplings";
import { rng } from "../../lib/random";
import { spread } from "../../lib/statistics";

const coupling = gaussianMixture({
  labelled: true,
  components: [
    {
      weight: 3,
      mean0: [1, 2],
      mean1: [5, -1],
      cov00: [
        [1, 0.3],
        [0.3, 0.5],
      ],
      cov01: [
        [0.6, 0],
        [0.1, 0.2],
      ],
      cov11: [
        [2, 0],
        [0, 0.4],
      ],
      label: 1,
    },
    {
      weight: 1,
      mean0: [-4, 0],
      mean1: [0, 7],
      cov00: [
        [1, 0],
        [0, 1],
      ],
      cov11: [
        [1, 0],
        [0, 1],
      ],
      label: 0,
    },
  ],
});
const part = (data: ArrayLike<number>, j: number, rows: ArrayLike<number>) =>
  Array.from(rows, (row) => data[2 * row + j]);

describe("balancedDraws", () => {
  const n = 24_000;
  const { pairs, labels, mean } = balancedDraws({ coupling, n, rng: rng(1) });
  const first = Array.from(labels.keys()).filter((i) => labels[i] === 1);

  it("has each component's share, with its labels, in random order", () => {
    expect(first).toHaveLength(18_000);
    expect(pairs.xi.labels).toEqual(labels);
    expect(pairs.x0.shape).toEqual([n, 2]);
    expect(spread(labels.subarray(0, 400)).mean).toBeCloseTo(0.75, 1);
  });

  it("has the component's moments", () => {
    const [a, b] = [part(pairs.x0.data, 0, first), part(pairs.x1.data, 0, first)];
    const [c, e] = [part(pairs.x0.data, 1, first), part(pairs.x1.data, 1, first)];
    const covariance = (u: number[], v: number[]) => {
      const [mu, mv] = [spread(u).mean, spread(v).mean];
      return spread(u.map((value, i) => (value - mu) * (v[i] - mv))).mean;
    };
    // Base points are even: their means and covariances are nearly exact.
    expect(spread(a).mean).toBeCloseTo(1, 2);
    expect(spread(c).mean).toBeCloseTo(2, 2);
    expect(Math.abs(covariance(a, a) - 1)).toBeLessThan(0.01);
    expect(Math.abs(covariance(a, c) - 0.3)).toBeLessThan(0.01);
    expect(Math.abs(spread(b).mean - 5)).toBeLessThan(0.05);
    expect(Math.abs(covariance(b, b) - 2)).toBeLessThan(0.09);
    expect(Math.abs(covariance(a, b) - 0.6)).toBeLessThan(0.05);
    expect(Math.abs(covariance(c, b) - 0.1)).toBeLessThan(0.04);
    expect(Math.abs(covariance(c, e) - 0.2)).toBeLessThan(0.02);
  });

  it("has means with the standard errors of repetitions, much smaller than those of chance", () => {
    const size = 1200;
    const of = (x: ArrayLike<number>, i: number) => x[2 * i] ** 2 + Math.abs(x[2 * i + 1] - 1);
    const once = (seed: number) => {
      const draws = balancedDraws({ coupling, n: size, rng: rng(seed) });
      const values = Array.from({ length: size }, (_, i) => of(draws.pairs.x0.data, i));
      return draws.mean(values);
    };
    const repeated = Array.from({ length: 60 }, (_, seed) => once(seed));
    const { sd } = spread(repeated.map(({ value }) => value));
    const claimed = Math.sqrt(spread(repeated.map(({ standardError }) => standardError ** 2)).mean);
    expect(claimed / sd).toBeGreaterThan(0.7);
    expect(claimed / sd).toBeLessThan(1.4);
    const { x0 } = gaussianMixture({ components: coupling.components }).start({ shape: [20_000, 2] }, rng(9));
    const chance = spread(Array.from({ length: 20_000 }, (_, i) => of(x0.data, i))).sd / Math.sqrt(size);
    expect(sd).toBeLessThan(chance / 5);
  });

  it("refuses shares that cannot be cut into six parts, and values of another number", () => {
    expect(() => balancedDraws({ coupling, n: 12, rng: rng(0) })).toThrow(/multiple of 6.*n = 12.*9, 3/);
    expect(() => mean([1, 2])).toThrow(/24000 values/);
  });
});

describe("nearestLabels", () => {
  it("names the mode that a draw came from", () => {
    for (const pairing of ["matched", "independent", "shifted"] as const) {
      const three = threeModes({ pairing });
      const { x, labels } = three.targets(300, rng(3));
      expect(nearestLabels(three, x)).toEqual(labels);
    }
  });
});
