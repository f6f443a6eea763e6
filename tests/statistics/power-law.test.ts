import { describe, expect, it } from "vitest";
import { rng } from "../../lib/random";
import { powerLaw } from "../../lib/statistics";
import { studentQuantile, studentWithin } from "../../lib/statistics/student";

describe("Student's t", () => {
  it("is that of tables", () => {
    expect(studentWithin(1, 1)).toBeCloseTo(0.5, 14);
    expect(studentWithin(2, 2)).toBeCloseTo(2 / Math.sqrt(6), 14); // t / √(2 + t²)
    const quantiles = [1, 2, 3, 4, 5, 10, 30].map((freedom) => studentQuantile(0.95, freedom));
    const table = [12.706, 4.3027, 3.1824, 2.7764, 2.5706, 2.2281, 2.0423];
    quantiles.forEach((value, i) => {
      expect(value / table[i]).toBeCloseTo(1, 4);
    });
    expect(studentQuantile(0.9, 7)).toBeCloseTo(1.8946, 4);
  });
});

describe("powerLaw", () => {
  const n = [1, 2, 3, 5, 8, 13];

  it("finds an exact law, without and with a part that does not grow", () => {
    const pure = powerLaw({ x: { n }, y: n.map((x) => 3 * x ** 1.7) });
    expect(pure.exponents.n.value).toBeCloseTo(1.7, 12);
    expect(pure.exponents.n.standardError).toBeLessThan(1e-10);
    expect(pure.factor).toBeCloseTo(3, 12);
    expect(pure.at({ n: 100 }).value).toBeCloseTo(3 * 100 ** 1.7, 8);

    const raised = powerLaw({ x: { n }, y: n.map((x) => 40 + 0.3 * x ** 2.2), offset: true });
    expect(raised.offset).toBeCloseTo(40, 5);
    expect(raised.exponents.n.value).toBeCloseTo(2.2, 5);
    expect(raised.factor).toBeCloseTo(0.3, 5);
    expect(raised.at({ n: 50 }).value / (40 + 0.3 * 50 ** 2.2)).toBeCloseTo(1, 4);
  });

  it("finds an exact law in several variables, each given along a line of its own", () => {
    const points = [
      ...[1, 2, 4, 16].map((batch) => ({ batch, side: 8, width: 4 })),
      ...[4, 16, 32].map((side) => ({ batch: 2, side, width: 4 })),
      ...[2, 8, 12].map((width) => ({ batch: 2, side: 8, width })),
    ];
    const law = ({ batch, side, width }: (typeof points)[number]) =>
      500 + 0.02 * batch * side ** 2 * width ** 1.5;
    const fit = powerLaw({
      x: {
        batch: points.map(({ batch }) => batch),
        side: points.map(({ side }) => side),
        width: points.map(({ width }) => width),
      },
      y: points.map(law),
      offset: true,
    });
    expect(fit.exponents.batch.value).toBeCloseTo(1, 5);
    expect(fit.exponents.side.value).toBeCloseTo(2, 5);
    expect(fit.exponents.width.value).toBeCloseTo(1.5, 5);
    expect(fit.offset).toBeCloseTo(500, 3);
    const far = { batch: 128, side: 256, width: 256 };
    expect(fit.at(far).value / law(far)).toBeCloseTo(1, 4);
  });

  it("gives the standard errors of linear regression, s / √Sxx, and its intervals", () => {
    const noise = [0.03, -0.05, 0.02, 0.04, -0.06, 0.02];
    const y = n.map((x, i) => 3 * x ** 1.7 * Math.exp(noise[i]));
    const u = n.map(Math.log);
    const v = y.map(Math.log);
    const mean = (values: readonly number[]) => values.reduce((a, b) => a + b) / values.length;
    const sxx = u.reduce((sum, x) => sum + (x - mean(u)) ** 2, 0);
    const p = u.reduce((sum, x, i) => sum + (x - mean(u)) * v[i], 0) / sxx;
    const s = Math.sqrt(v.reduce((sum, w, i) => sum + (w - mean(v) - p * (u[i] - mean(u))) ** 2, 0) / 4);
    const fit = powerLaw({ x: { n }, y });
    expect(fit.exponents.n.value).toBeCloseTo(p, 12);
    expect(fit.exponents.n.standardError).toBeCloseTo(s / Math.sqrt(sxx), 12);
    expect(fit.exponents.n.high).toBeCloseTo(p + (2.776445105 * s) / Math.sqrt(sxx), 8);
    expect(fit.exponents.n.low).toBeCloseTo(p - (2.776445105 * s) / Math.sqrt(sxx), 8);
    expect(fit.scatter).toBeCloseTo(s, 12);
    const { value, low, high } = fit.at({ n: 40 }, { level: 0.9 });
    const half = 2.131846786 * s * Math.sqrt(1 / 6 + (Math.log(40) - mean(u)) ** 2 / sxx);
    expect(Math.log(value)).toBeCloseTo(mean(v) + p * (Math.log(40) - mean(u)), 10);
    expect(Math.log(high / value)).toBeCloseTo(half, 8);
    expect(Math.log(value / low)).toBeCloseTo(half, 8);
  });

  it.each([false, true])("holds the true exponent as often as it says, with offset %s", (offset) => {
    const repeats = 300;
    let held = 0;
    for (let r = 0; r < repeats; r++) {
      const { data } = rng(r).normals([n.length]);
      const y = n.map((x, i) => ((offset ? 5 : 0) + 2 * x ** 1.3) * Math.exp(0.01 * data[i]));
      const { low, high } = powerLaw({ x: { n }, y, offset }).exponents.n;
      if (low <= 1.3 && high >= 1.3) held++;
    }
    // Four standard errors of a share of 300 are 0.05.
    expect(Math.abs(held / repeats - 0.95)).toBeLessThan(0.05);
  });

  it("takes an offset that the points speak against as none", () => {
    const y = n.map((x) => 7 * x ** 1.5 - 2);
    const without = powerLaw({ x: { n }, y });
    const fit = powerLaw({ x: { n }, y, offset: true });
    expect(fit.offset).toBe(0);
    expect(fit.exponents).toEqual(without.exponents);
  });

  it("takes the offset of a constant as none, which can't be told from the factor", () => {
    const fit = powerLaw({ x: { n }, y: n.map(() => 3), offset: true });
    expect(fit.offset).toBe(0);
    expect(fit.factor).toBeCloseTo(3, 10);
    expect(fit.exponents.n.value).toBeCloseTo(0, 10);
  });

  it.each<[string, () => unknown, string]>([
    ["no variable", () => powerLaw({ x: {}, y: n }), "at least one variable"],
    ["as many points as unknowns", () => powerLaw({ x: { n: [1, 2] }, y: [1, 2] }), "more points than the 2"],
    ["the same with an offset", () => powerLaw({ x: { n: [1, 2, 3] }, y: [1, 2, 3], offset: true }), "the 3"],
    ["other lengths", () => powerLaw({ x: { n: [1, 2] }, y: n }), "6 values of n"],
    ["a zero", () => powerLaw({ x: { n }, y: n.map((x) => x - 1) }), "finite values of y above 0"],
    ["one value only", () => powerLaw({ x: { n: n.map(() => 4) }, y: n }), "different values of n"],
    [
      "proportional variables",
      () => powerLaw({ x: { n, twice: n.map((x) => 2 * x), other: [1, 4, 2, 3, 5, 2] }, y: n }),
      "variables that vary apart, but received n and twice, of which one follows from the rest",
    ],
    [
      "the square of another",
      () => powerLaw({ x: { n, square: n.map((x) => x ** 2) }, y: n }),
      "n and square,",
    ],
    ["a level of 95", () => powerLaw({ x: { n }, y: n }).at({ n: 2 }, { level: 95 }), "between 0 and 1"],
  ])("refuses %s", (_, fit, message) => {
    expect(fit).toThrow(message);
  });
});
