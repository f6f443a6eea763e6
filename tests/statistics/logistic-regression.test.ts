import { describe, expect, it } from "vitest";
import { rng } from "../../lib/random";
import { logisticRegression } from "../../lib/statistics/logistic-regression";

/** Two classes around −shift and shift on the first of three axes. */
function classes(n: number, shift: number, seed: number) {
  const random = rng(seed);
  const labels = Array.from({ length: n }, (_, i) => i % 2 === 0);
  const rows = labels.map((label) =>
    Float64Array.of((label ? shift : -shift) + random.normal(), 5 + 10 * random.normal(), 7),
  );
  return { rows, labels };
}

describe("logisticRegression", () => {
  it("finds the log odds of two normal classes, which are linear", () => {
    const logOdds = logisticRegression({ ...classes(20_000, 0.5, 1), penalty: 1e-6 });
    // ln N(x; s, 1) / N(x; −s, 1) = 2 s x; a slope of 20,000 samples is off by about 0.02.
    expect(logOdds(Float64Array.of(1, 5, 7)) - logOdds(Float64Array.of(0, 5, 7))).toBeCloseTo(1, 1);
    expect(logOdds(Float64Array.of(0, 25, 7))).toBeCloseTo(0, 1);
  });

  it("is at the optimum: there the gradient is zero", () => {
    const { rows, labels } = classes(60, 1, 2);
    const penalty = 3;
    const logOdds = logisticRegression({ rows, labels, penalty });
    const mean = rows.reduce((sum, row) => sum + row[0], 0) / 60;
    const sd = Math.sqrt(rows.reduce((sum, row) => sum + (row[0] - mean) ** 2, 0) / 60);
    const weight = logOdds(Float64Array.of(mean + sd, 0, 7)) - logOdds(Float64Array.of(mean, 0, 7));
    const [slope, level] = rows.reduce(
      ([first, second], row, i) => {
        const excess = 1 / (1 + Math.exp(-logOdds(row))) - (labels[i] ? 1 : 0);
        return [first + (excess * (row[0] - mean)) / sd, second + excess];
      },
      [0, 0],
    );
    expect(slope + penalty * weight).toBeCloseTo(0, 4);
    expect(level).toBeCloseTo(0, 4);
  });

  it("stays finite where a plane separates the classes", () => {
    const { rows, labels } = classes(40, 20, 3);
    const logOdds = logisticRegression({ rows, labels });
    expect(rows.map((row) => logOdds(row) > 0)).toEqual(labels);
    expect(rows.every((row) => Math.abs(logOdds(row)) < 100)).toBe(true);
  });

  it("says what it can't be fitted to", () => {
    const rows = [Float64Array.of(1), Float64Array.of(2)];
    expect(() => logisticRegression({ rows, labels: [true] })).toThrow("2 labels, one per row");
    expect(() => logisticRegression({ rows, labels: [true, true] })).toThrow("samples of two classes");
    expect(() => logisticRegression({ rows, labels: [true, false], penalty: 0 })).toThrow(
      "a penalty above 0",
    );
    expect(() =>
      logisticRegression({ rows: [rows[0], Float64Array.of(1, 2)], labels: [true, false] }),
    ).toThrow("rows of 1 numbers");
    expect(() =>
      logisticRegression({ rows: [rows[0], Float64Array.of(Number.NaN)], labels: [true, false] }),
    ).toThrow("finite numbers");
  });
});
