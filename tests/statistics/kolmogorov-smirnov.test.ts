import { describe, expect, it } from "vitest";
import { rng } from "../../lib/random";
import { kolmogorovSmirnov } from "../../lib/statistics";
import { normalCdf } from "../../lib/statistics/normal";

const uniform = (x: number) => x;

describe("kolmogorovSmirnov", () => {
  it("finds the largest distance of the step function, on both sides of a step", () => {
    expect(kolmogorovSmirnov([0.1, 0.35, 0.55, 0.9], uniform).distance).toBeCloseTo(0.2, 12);
    expect(kolmogorovSmirnov([0.9], uniform).distance).toBeCloseTo(0.9, 12);
    expect(kolmogorovSmirnov([0.2], uniform).distance).toBeCloseTo(0.8, 12);
  });

  it("has the p-values of tables", () => {
    // Two-sided critical values at n = 20: 0.29408 for 5 % and 0.35241 for 1 % (Massey, 1951; Miller, 1956).
    const at = (distance: number) => {
      const n = 20;
      const values = Array.from({ length: n }, (_, i) => Math.min(1, (i + 1) / n + distance - 1 / n));
      const found = kolmogorovSmirnov(values, uniform);
      expect(found.distance).toBeCloseTo(distance, 9);
      return found.pValue;
    };
    expect(Math.abs(at(0.29408) - 0.05)).toBeLessThan(0.002);
    expect(Math.abs(at(0.35241) - 0.01)).toBeLessThan(0.001);
  });

  it("rejects a true law as often as it says, and a wrong one mostly", () => {
    let [rejected, wrong] = [0, 0];
    for (let trial = 0; trial < 1000; trial++) {
      const random = rng("ks").fork(trial);
      const values = Array.from({ length: 100 }, () => random.normal());
      if (kolmogorovSmirnov(values, normalCdf).pValue < 0.1) rejected++;
      if (kolmogorovSmirnov(values, (x) => normalCdf(x - 0.5)).pValue < 0.1) wrong++;
    }
    expect(rejected).toBeGreaterThan(70); // 100 ± 9.5
    expect(rejected).toBeLessThan(130);
    expect(wrong).toBeGreaterThan(950);
  });

  it("has one p-value where its two series meet", () => {
    const near = (distance: number) => {
      const root = 10;
      const scaled = distance / (root + 0.12 + 0.11 / root);
      const values = Array.from({ length: 100 }, (_, i) => Math.max(0, i / 100 + 0.01 - scaled));
      return kolmogorovSmirnov(values, uniform).pValue;
    };
    expect(Math.abs(near(0.5001) - near(0.4999))).toBeLessThan(1e-3);
    expect(near(0.5)).toBeCloseTo(0.9639, 3);
  });

  it("says what it needs", () => {
    expect(() => kolmogorovSmirnov([], uniform)).toThrow(/at least one value/);
    expect(() => kolmogorovSmirnov([3], uniform)).toThrow(/from 0 to 1.*3/s);
  });
});
