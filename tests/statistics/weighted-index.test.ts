import { describe, expect, it } from "vitest";
import { rng } from "../../lib/random";
import { indexAt, weightedIndex } from "../../lib/statistics/weighted-index";

describe("indexAt", () => {
  it("is the number of running sums that are no larger, where sums are exact", () => {
    const random = rng(0);
    for (let round = 0; round < 50; round++) {
      const weights = Array.from({ length: 7 }, () => random.int(4));
      weights[random.int(7)]++;
      const sums = weights.map((_, i) => weights.slice(0, i + 1).reduce((sum, weight) => sum + weight, 0));
      for (let at = 0; at < sums[6]; at += 0.5) {
        const found = indexAt(7, (i) => weights[i], at);
        expect(found).toBe(sums.filter((sum) => sum <= at).length);
        expect(weights[found]).toBeGreaterThan(0);
      }
    }
  });

  it("has a weight at the sum itself, where rounding may lead", () => {
    const weights = [0, 0.1, 0.7, 0, 0];
    expect(indexAt(5, (i) => weights[i], 0.8)).toBe(2);
  });
});

describe("weightedIndex", () => {
  it("draws in proportion to weights that need not sum to 1, by one number each", () => {
    const [random, other] = [rng(1), rng(1)];
    const weights = Float64Array.of(0, 3, 0.5, 0, 1.5);
    const counts = new Float64Array(5);
    const n = 20_000;
    for (let i = 0; i < n; i++) counts[weightedIndex(weights, random)]++;
    expect([counts[0], counts[3]]).toEqual([0, 0]);
    for (const [i, p] of [3 / 5, 0.5 / 5, 1.5 / 5].map((share, k) => [[1, 2, 4][k], share])) {
      expect(Math.abs(counts[i] / n - p)).toBeLessThan(4 * Math.sqrt((p * (1 - p)) / n));
    }
    for (let i = 0; i < n; i++) other.uniform();
    expect(random.uniform()).toBe(other.uniform());
  });
});
