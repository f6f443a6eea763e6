import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { rng } from "../../lib/random";
import {
  betaTimes,
  logitNormalTimes,
  modeTimes,
  stratifiedTimes,
  type TimeDensity,
} from "../../lib/training";
import { timeSampler } from "../../lib/training/times";

/** Φ by its power series, exact to rounding for |x| < 6. */
function normalCdf(x: number): number {
  if (Math.abs(x) > 6) return x > 0 ? 1 : 0;
  let [term, sum] = [x, x];
  for (let k = 1; k < 200; k++) {
    term *= (x * x) / (2 * k + 1);
    sum += term;
  }
  return 0.5 + (sum * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI);
}

/**
 * The mode density's u, of which t = 1 − u − s (cos²(πu/2) − 1 + u), by bisection: its distribution is 1 − u.
 */
function modeCdf(t: number, s: number): number {
  let [low, high] = [0, 1];
  for (let i = 0; i < 60; i++) {
    const u = (low + high) / 2;
    if (1 - u - s * (Math.cos((Math.PI * u) / 2) ** 2 - 1 + u) > t) low = u;
    else high = u;
  }
  return 1 - low;
}

interface Law {
  readonly density: TimeDensity;
  readonly cdf: (t: number) => number;
}

const laws: Law[] = [
  { density: logitNormalTimes(), cdf: (t) => normalCdf(Math.log(t / (1 - t))) },
  {
    density: logitNormalTimes({ mean: 1, deviation: 0.6 }),
    cdf: (t) => normalCdf((Math.log(t / (1 - t)) - 1) / 0.6),
  },
  { density: betaTimes({ a: 3, b: 1 }), cdf: (t) => t ** 3 },
  { density: betaTimes({ a: 0.5, b: 0.5 }), cdf: (t) => (2 / Math.PI) * Math.asin(Math.sqrt(t)) },
  { density: betaTimes({ a: 2, b: 2 }), cdf: (t) => t * t * (3 - 2 * t) },
  { density: modeTimes({ scale: 1.29 }), cdf: (t) => modeCdf(t, 1.29) },
  { density: modeTimes({ scale: -1 }), cdf: (t) => modeCdf(t, -1) },
  { density: { name: "late", density: (t) => 7 * t }, cdf: (t) => t * t },
];

describe("timeSampler", () => {
  it.each(laws)(
    "$density.name has its distribution in any range (Kolmogorov-Smirnov)",
    ({ density, cdf }) => {
      for (const range of [
        [0, 1],
        [0.001, 0.999],
        [0.2, 0.5],
      ] as const) {
        const sampler = timeSampler({ density, range });
        const source = rng(5);
        const [low, high] = [cdf(range[0] + 1e-12), cdf(range[1] - 1e-12)];
        const n = 1000;
        const distance = (times: readonly number[]) =>
          Math.max(
            ...[...times]
              .sort((a, b) => a - b)
              .map((time, i) => Math.abs((cdf(time) - low) / (high - low) - (i + 0.5) / n)),
          );
        // One stratified draw of n is within 1/n of the distribution everywhere.
        expect(distance([...sampler.draw(n, source)])).toBeLessThan(1 / n + 1e-4);
        // One time of each of many draws is within what chance allows with probability 0.999.
        const ones = Array.from({ length: n }, () => sampler.draw(3, source)[1]);
        expect(distance(ones)).toBeLessThan(1.95 / Math.sqrt(n));
      }
    },
  );

  it("knows the density that it draws with, relative to uniform times", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...laws),
        fc.double({ min: 0.25, max: 0.75, noNaN: true }),
        ({ density, cdf }, t) => {
          const { relative } = timeSampler({ density, range: [0.2, 0.8] });
          const h = 1e-4;
          const slope = (cdf(t + h) - cdf(t - h)) / (2 * h) / (cdf(0.8) - cdf(0.2));
          expect(Math.abs(relative(t) - 0.6 * slope)).toBeLessThan(4e-3 * relative(t));
        },
      ),
      { numRuns: 50, seed: 1 },
    );
    expect(timeSampler({ range: [0.2, 0.8] }).relative(0.3)).toBe(1);
  });

  it("draws only where the density is not zero", () => {
    const density = { name: "two pieces", density: (t: number) => (t < 0.2 || t > 0.9 ? 1 : 0) };
    const sampler = timeSampler({ density, range: [0, 1] });
    const t = sampler.draw(5000, rng(1));
    expect(t.filter((time) => time > 0.2005 && time < 0.8995).length).toBe(0);
    expect(t.filter((time) => time > 0.5).length / 5000).toBeCloseTo(1 / 3, 2);
    expect(t.every((time) => sampler.relative(time) > 0)).toBe(true);
  });

  it("refuses what is no density or no range", () => {
    const of = (density: (t: number) => number) =>
      timeSampler({ density: { name: "mine", density }, range: [0, 1] });
    expect(() => of(() => -1)).toThrow(/finite density of 0 or more from "mine" at t = .*-1/);
    expect(() => of(() => Number.NaN)).toThrow("NaN");
    expect(() => of(() => 0)).toThrow("not zero all over [0, 1]");
    expect(() => timeSampler({ density: betaTimes({ a: 1, b: 2 }), range: [0.5, 0.4] })).toThrow("from < to");
    expect(() => logitNormalTimes({ deviation: 0 })).toThrow("deviation of the times' logit above 0");
    expect(() => logitNormalTimes({ mean: Number.NaN })).toThrow("finite mean");
    expect(() => betaTimes({ a: 1, b: 0 })).toThrow("b above 0");
    for (const scale of [-1.1, 1.76])
      expect(() => modeTimes({ scale })).toThrow("scale from −1 to below 1.752");
  });
});

describe("stratifiedTimes", () => {
  it("puts one time into each of n equal parts", () => {
    const t = stratifiedTimes(10, [0.2, 0.7], rng(3));
    const sorted = [...t].sort((a, b) => a - b).map((value) => (value - 0.2) / 0.5);
    for (let i = 1; i < 10; i++) expect(sorted[i] - sorted[i - 1]).toBeCloseTo(0.1, 5);
    expect(sorted[0]).toBeGreaterThanOrEqual(0);
    expect(sorted[9]).toBeLessThan(1);
  });

  it("is uniform over draws", () => {
    const source = rng(4);
    const first = Array.from({ length: 4000 }, () => stratifiedTimes(3, [0, 1], source)[1]);
    expect(first.filter((t) => t < 0.3).length / 4000).toBeCloseTo(0.3, 1);
  });
});
