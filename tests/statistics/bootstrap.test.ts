import { describe, expect, it } from "vitest";
import { rng } from "../../lib/random";
import { bootstrap } from "../../lib/statistics/bootstrap";
import { estimateMean } from "../../lib/statistics/estimate";
import { normalCdf, normalQuantile } from "../../lib/statistics/normal";

const mean = (values: ArrayLike<number>) => (rows: Int32Array) =>
  rows.reduce((sum, row) => sum + values[row], 0) / rows.length;

describe("normalCdf and normalQuantile", () => {
  it("are those of tables", () => {
    expect(normalCdf(0)).toBe(0.5);
    expect(normalCdf(1)).toBeCloseTo(0.841344746068543, 14);
    expect(normalCdf(-2.5)).toBeCloseTo(0.00620966532577614, 15);
    expect(normalQuantile(0.975)).toBeCloseTo(1.95996398454005, 12);
    expect(normalQuantile(0.001)).toBeCloseTo(-3.09023230616781, 12);
    expect([normalCdf(-50), normalCdf(50)]).toEqual([0, 1]);
  });
});

describe("bootstrap", () => {
  it.each(["bca", "percentile"] as const)("%s holds the mean of a normal as often as it says", (kind) => {
    const [n, repeats, level] = [40, 200, 0.8];
    let held = 0;
    for (let r = 0; r < repeats; r++) {
      const { data } = rng(`data ${r}`).normals([n]);
      const options = { n, statistic: mean(data), replicates: 200, level, kind, rng: rng(r) };
      const { low, high } = bootstrap(options);
      if (low <= 0 && high >= 0) held++;
    }
    // Four standard errors of a share of 200 are 0.11.
    expect(Math.abs(held / repeats - level)).toBeLessThan(0.11);
  });

  it("comes to the normal interval for a mean of many samples", () => {
    const { data } = rng(1).normals([400]);
    const { value, standardError } = estimateMean(data);
    const interval = bootstrap({ n: 400, statistic: mean(data), replicates: 4000, rng: rng(2) });
    expect(interval.value).toBeCloseTo(value, 6);
    expect(interval.level).toBe(0.95);
    // The error of the 2.5 % quantile of 4000 draws is 0.04 of their spread.
    expect(Math.abs(interval.low - (value - 1.96 * standardError))).toBeLessThan(0.2 * standardError);
    expect(Math.abs(interval.high - (value + 1.96 * standardError))).toBeLessThan(0.2 * standardError);
  });

  it("takes as BCa the quantiles that Efron's formula asks for", () => {
    // Skewed samples, for which the correction moves both ends up.
    const data = Float64Array.from(rng(5).normals([30]).data, (z) => Math.exp(z));
    const options = { n: 30, statistic: mean(data), replicates: 3000, level: 0.9 };
    const bca = bootstrap({ ...options, rng: rng(6) });
    const percentile = bootstrap({ ...options, kind: "percentile", rng: rng(6) });
    expect(bca.low).toBeGreaterThan(percentile.low);
    expect(bca.high).toBeGreaterThan(percentile.high);
    // The acceleration of a mean is Σ d³ / (6 (Σ d²)^{3/2}) with d = x − mean.
    const centre = data.reduce((sum, x) => sum + x, 0) / 30;
    const power = (p: number) => data.reduce((sum, x) => sum + (x - centre) ** p, 0);
    const a = power(3) / (6 * power(2) ** 1.5);
    const draws = Array.from({ length: 3000 }, () => 0);
    const source = rng(6);
    for (let r = 0; r < 3000; r++) {
      const rows = Int32Array.from({ length: 30 }, () => source.int(30));
      draws[r] = mean(data)(rows);
    }
    const z0 = normalQuantile(draws.filter((x) => x < bca.value).length / 3000);
    const wanted = (z: number) => normalCdf(z0 + (z0 + z) / (1 - a * (z0 + z)));
    const shareBelow = (end: number) => draws.filter((x) => x < end).length / 3000;
    expect(shareBelow(bca.low)).toBeCloseTo(wanted(-1.6448536), 2);
    expect(shareBelow(bca.high)).toBeCloseTo(wanted(1.6448536), 2);
  });

  it("corrects a bias by its formula: the variance with n below it, too small in most resamples", () => {
    const data = Float64Array.from(rng(7).normals([15]).data, (z) => Math.exp(z));
    const variance = (rows: ArrayLike<number>) => {
      const values = Array.from(rows, (row) => data[row]);
      const centre = values.reduce((sum, x) => sum + x, 0) / values.length;
      return values.reduce((sum, x) => sum + (x - centre) ** 2, 0) / values.length;
    };
    const options = { n: 15, statistic: variance, replicates: 3000, level: 0.9 };
    const bca = bootstrap({ ...options, rng: rng(8) });
    const source = rng(8);
    const draws = Array.from({ length: 3000 }, () =>
      variance(Array.from({ length: 15 }, () => source.int(15))),
    );
    const without = Array.from(data, (_, left) => variance([...data.keys()].filter((row) => row !== left)));
    const centre = without.reduce((sum, x) => sum + x, 0) / 15;
    const power = (p: number) => without.reduce((sum, x) => sum + (centre - x) ** p, 0);
    const a = power(3) / (6 * power(2) ** 1.5);
    const z0 = normalQuantile(draws.filter((x) => x < bca.value).length / 3000);
    expect(z0).toBeGreaterThan(0.2);
    const wanted = (z: number) => normalCdf(z0 + (z0 + z) / (1 - a * (z0 + z)));
    const shareBelow = (end: number) => draws.filter((x) => x < end).length / 3000;
    expect(shareBelow(bca.low)).toBeCloseTo(wanted(-1.6448536), 2);
    expect(shareBelow(bca.high)).toBeCloseTo(wanted(1.6448536), 2);
  });

  it("sees a difference between paired values that their spread would hide", () => {
    const a = Float64Array.from(rng(1).normals([30]).data, (z) => 10 * z);
    const b = a.map((value, i) => value - 1 + 0.1 * Math.sin(i));
    const difference = (rows: Int32Array) => mean(a)(rows) - mean(b)(rows);
    const { low, high } = bootstrap({ n: 30, statistic: difference, rng: rng(2) });
    expect(low).toBeGreaterThan(0.9);
    expect(high).toBeLessThan(1.1);
  });

  it("draws again what is one sample alone, where asked", () => {
    const values = [1, 5];
    const options = { n: 2, statistic: mean(values), kind: "percentile", rng: rng(3) } as const;
    expect(bootstrap(options)).toMatchObject({ value: 3, low: 1, high: 5 });
    // Of two samples, only the resample of both is left.
    expect(bootstrap({ ...options, several: true })).toMatchObject({ value: 3, low: 3, high: 3 });
    const distinct: number[] = [];
    const statistic = (rows: Int32Array) => distinct.push(new Set(rows).size);
    bootstrap({ n: 3, statistic, several: true, kind: "percentile", rng: rng(4) });
    expect(new Set(distinct)).toEqual(new Set([2, 3]));
  });

  it("is one point where all samples are equal, and refuses what can't be drawn", () => {
    const same = bootstrap({ n: 5, statistic: () => 3, rng: rng(1) });
    expect(same).toEqual({ value: 3, low: 3, high: 3, level: 0.95 });
    expect(() => bootstrap({ n: 1, statistic: () => 3, rng: rng(1) })).toThrow("2 samples");
    expect(() => bootstrap({ n: 3, statistic: () => Number.NaN, rng: rng(1) })).toThrow("finite");
    expect(() => bootstrap({ n: 3, statistic: () => 1, level: 95, rng: rng(1) })).toThrow("between 0 and 1");
    expect(() => bootstrap({ n: 3, statistic: () => 1, replicates: 3, rng: rng(1) })).toThrow(
      "100 replicates",
    );
  });
});
