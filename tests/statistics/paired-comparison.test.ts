import { describe, expect, it } from "vitest";
import { rng } from "../../lib/random";
import { quantile } from "../../lib/statistics";
import { bootstrapComparison, pairedComparison } from "../../lib/statistics/paired-comparison";
import { studentQuantile } from "../../lib/statistics/student";

interface Truth {
  readonly n: number;
  readonly runs: number;
  /** Standard deviations of what an image does to the difference, of runs, and of the rest. */
  readonly ofImages: number;
  readonly ofRuns: number;
  readonly rest: number;
}

/** Values of two models whose true difference is `shift`: those of a lie higher. */
function simulated({ n, runs, ofImages, ofRuns, rest }: Truth, seed: string, shift = 0) {
  const random = rng(seed);
  const shared = Array.from({ length: n }, () => 2 * random.normal());
  const own = Array.from({ length: n }, () => ofImages * random.normal());
  const model = (at: (i: number) => number) =>
    Array.from({ length: runs }, () => {
      const run = ofRuns * random.normal();
      return Float64Array.from({ length: n }, (_, i) => at(i) + run + rest * random.normal());
    });
  return { a: model((i) => shared[i] + own[i] + shift), b: model((i) => shared[i]) };
}

describe("pairedComparison", () => {
  it.each([
    { n: 100, runs: 3, ofImages: 1, ofRuns: 0, rest: 0.5 },
    { n: 100, runs: 3, ofImages: 1, ofRuns: 0.1, rest: 0.5 },
    { n: 60, runs: 3, ofImages: 0.3, ofRuns: 1, rest: 0.3 },
    { n: 60, runs: 5, ofImages: 1, ofRuns: 0.15, rest: 2 },
  ])("holds the true difference in about 95 % of experiments: %j", (truth) => {
    const repeats = 1000;
    let held = 0;
    for (let r = 0; r < repeats; r++) {
      const { low, high } = pairedComparison(simulated(truth, `coverage ${r}`, 0.7));
      if (low <= 0.7 && high >= 0.7) held++;
    }
    // Four standard errors of a share of 1000 are 0.028; it may be a little too wide, not much too narrow.
    expect(held / repeats).toBeGreaterThan(0.922);
    expect(held / repeats).toBeLessThan(0.99);
  });

  it("would be too sure if it left the runs out", () => {
    const truth = { n: 60, runs: 3, ofImages: 0.3, ofRuns: 1, rest: 0.3 };
    let verdicts = 0;
    for (let r = 0; r < 200; r++) {
      const { a, b } = simulated(truth, `one run ${r}`);
      if (pairedComparison({ a: [a[0]], b: [b[0]] }).verdict !== "tie") verdicts++;
    }
    expect(verdicts / 200).toBeGreaterThan(0.5);
  });

  it("is the paired t interval for one run of each model", () => {
    const [a, b] = [
      [1, 2, 4, 3, 7],
      [2, 2, 6, 5, 6],
    ];
    const found = pairedComparison({ a: [a], b: [b] });
    // Differences −1, 0, −2, −2, 1: mean −0.8, variance 1.7; t with 4 degrees of freedom is 2.7764451.
    expect(found.difference).toBeCloseTo(-0.8, 12);
    expect(found.standardError.images).toBeCloseTo(Math.sqrt(1.7 / 5), 12);
    expect(found.high - found.difference).toBeCloseTo(2.7764451051977987 * Math.sqrt(1.7 / 5), 8);
    expect(found).toMatchObject({ freedom: 4, verdict: "tie", accountsFor: "images, for these runs" });
  });

  it("adds what runs vary by", () => {
    // Images don't matter here: run means 1, 3 against 0, 0, 3 with variances 2 / 2 and 3 / 3.
    const constant = (value: number) => [value, value, value];
    const found = pairedComparison({ a: [1, 3].map(constant), b: [0, 0, 3].map(constant) });
    expect(found.difference).toBeCloseTo(1, 12);
    expect(found.standardError).toEqual({ images: 0, runs: Math.sqrt(2) });
    expect(found.freedom).toBeCloseTo(4 / (1 / 1 + 1 / 2), 12); // Welch and Satterthwaite
    expect(found.accountsFor).toBe("images and runs");
  });

  it("decides by the interval alone, for what is better", () => {
    const [low, high] = [
      Array.from({ length: 20 }, (_, i) => i % 3),
      Array.from({ length: 20 }, (_, i) => 5 + (i % 2)),
    ];
    expect(pairedComparison({ a: [low], b: [high] }).verdict).toBe("a");
    expect(pairedComparison({ a: [low], b: [high], better: "higher" }).verdict).toBe("b");
    expect(pairedComparison({ a: [high], b: [low] }).verdict).toBe("b");
    expect(pairedComparison({ a: [low], b: [low] })).toMatchObject({ verdict: "tie", low: 0, high: 0 });
  });

  it("says what is wrong with its values", () => {
    expect(() => pairedComparison({ a: [], b: [[1, 2]] })).toThrow("at least one run of each model");
    expect(() => pairedComparison({ a: [[1, 2]], b: [[1, 2, 3]] })).toThrow("values of the same 2 images");
    expect(() => pairedComparison({ a: [[1]], b: [[1]] })).toThrow("2 images or more");
    // biome-ignore lint/suspicious/noExplicitAny: as scripts see it
    expect(() => pairedComparison({ a: [0.1, 0.2], b: [5, 6] } as any)).toThrow("For one run: a: [values].");
    expect(() => pairedComparison({ a: [[1, Number.NaN]], b: [[1, 2]] })).toThrow("finite values");
    expect(() => pairedComparison({ a: [[1, 2]], b: [[1, 2]], level: 95 })).toThrow(
      "a level between 0 and 1",
    );
  });
});

describe("bootstrapComparison", () => {
  const mean = (run: Float64Array, { images }: { images: Int32Array }) =>
    images.reduce((sum, row) => sum + run[row], 0) / images.length;

  it("agrees with pairedComparison about a mean", () => {
    const { a, b } = simulated({ n: 200, runs: 3, ofImages: 1, ofRuns: 0.05, rest: 0.2 }, "means", 0.2);
    const exact = pairedComparison({ a, b });
    const found = bootstrapComparison({
      a,
      b,
      n: { images: 200 },
      statistic: mean,
      replicates: 2000,
      rng: rng(1),
    });
    expect(found.difference).toBeCloseTo(exact.difference, 12);
    expect(found.standardError.runs).toBeCloseTo(exact.standardError.runs, 12);
    // A standard deviation of 2000 draws is off by 1.6 %.
    expect(found.standardError.images / exact.standardError.images).toBeCloseTo(1, 1);
  });

  it("measures all runs on the same resample, so that what they share cancels", () => {
    const run = Float64Array.from(rng(3).normals([40]).data);
    const median = (values: Float64Array, { images }: { images: Int32Array }) =>
      quantile(
        Array.from(images, (row) => values[row]),
        0.5,
      );
    const b = run.map((value) => value - 1e-3);
    const found = bootstrapComparison({
      a: [run],
      b: [b],
      n: { images: 40 },
      statistic: median,
      rng: rng(4),
    });
    expect(found.low).toBeCloseTo(1e-3, 9);
    expect(found.high).toBeCloseTo(1e-3, 9);
    expect(found.verdict).toBe("b");
  });

  it("resamples each kind of sample by itself", () => {
    // The difference of the two kinds' means: variances add up.
    const [values, others] = [rng(5).normals([300]).data, rng(6).normals([100]).data];
    const statistic = (sign: number, rows: Record<"images" | "reference", Int32Array>) =>
      sign *
      (mean(Float64Array.from(values), rows) + mean(Float64Array.from(others), { images: rows.reference }));
    const options = { a: [1], b: [0], n: { images: 300, reference: 100 }, statistic };
    const { standardError } = bootstrapComparison({ ...options, replicates: 2000, rng: rng(7) });
    const variance = (data: ArrayLike<number>) => {
      const all = Array.from(data);
      const centre = all.reduce((sum, x) => sum + x, 0) / all.length;
      return all.reduce((sum, x) => sum + (x - centre) ** 2, 0) / all.length;
    };
    const expectedError = Math.sqrt(variance(values) / 300 + variance(others) / 100);
    expect(standardError.images / expectedError).toBeCloseTo(1, 1);
  });

  it("draws again a resample of one sample of a kind alone, where asked", () => {
    const seen = { images: new Set<number>(), reference: new Set<number>() };
    const statistic = (run: number, rows: Readonly<Record<"images" | "reference", Int32Array>>) => {
      for (const kind of ["images", "reference"] as const) seen[kind].add(new Set(rows[kind]).size);
      return run;
    };
    const options = { a: [1], b: [1], n: { images: 3, reference: 4 }, statistic, rng: rng(8) };
    bootstrapComparison({ ...options, several: true });
    expect(seen).toEqual({ images: new Set([2, 3]), reference: new Set([2, 3, 4]) });
    bootstrapComparison(options);
    expect(seen.images).toContain(1);
  });

  it("refuses what it can't resample", () => {
    const options = { a: [1], b: [1], statistic: () => Number.NaN, rng: rng(0) };
    expect(() => bootstrapComparison({ ...options, n: { images: 5 } })).toThrow("a statistic that is finite");
    expect(() => bootstrapComparison({ ...options, n: { images: 1 } })).toThrow("2 samples or more");
    expect(() => bootstrapComparison({ ...options, n: { images: 5 }, replicates: 5 })).toThrow(
      "100 replicates",
    );
    expect(() => bootstrapComparison({ ...options, a: [], n: { images: 5 } })).toThrow("at least one run");
  });
});

describe("studentQuantile between whole degrees of freedom", () => {
  it.each([
    // scipy.stats.t.ppf(0.975, freedom)
    [1.2, 8.648826510748867],
    [2.5, 3.5746548420036817],
    [7.3, 2.345066736547703],
  ])("is near the true one for %d", (freedom, wanted) => {
    expect(Math.abs(studentQuantile(0.95, freedom) / wanted - 1)).toBeLessThan(0.03);
  });
});
