import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type NdArray, ndarray, zeros } from "../../lib/array";
import { rng } from "../../lib/random";
import {
  gaussianRows,
  groupMeans,
  marginalGap,
  rankCorrelations,
  rocArea,
  rowsGiven,
} from "../../lib/statistics";

describe("gaussianRows", () => {
  // (a, a + b) of independent normals: covariance [[1, 1], [1, 2]].
  const noise = rng(0).normals([20_000, 2]);
  const table = ndarray(
    [20_000, 2],
    noise.data.map((value, e) => (e % 2 ? value + noise.data[e - 1] : value)),
  );
  const fitted = gaussianRows(table);

  it("fits mean and covariance", () => {
    for (const [k, value] of [1, 1, 1, 2].entries())
      expect(Math.abs(fitted.covariance[k] - value)).toBeLessThan(0.06);
  });

  it("fills unknown cells with their conditional mean, and known ones with themselves", () => {
    const { data } = fitted.fill(ndarray([2, 2], [0.3, 0, 0, 1.7]), ndarray([2, 2], [1, 0, 0, 1]));
    expect(data[0]).toBe(Math.fround(0.3));
    expect(data[3]).toBe(Math.fround(1.7));
    expect(Math.abs(data[1] - 0.3)).toBeLessThan(0.03); // E[a + b | a] = a
    expect(Math.abs(data[2] - 0.85)).toBeLessThan(0.03); // E[a | a + b] = (a + b) / 2
  });

  it("draws unknown cells with their conditional variance", () => {
    const [x, keep] = [zeros([20_000, 2]), zeros([20_000, 2])];
    for (let i = 0; i < 20_000; i++) [x.data[2 * i + 1], keep.data[2 * i + 1]] = [2, 1];
    const drawn = Array.from(fitted.fill(x, keep, rng(1)).data).filter((_, e) => e % 2 === 0);
    const mean = drawn.reduce((sum, v) => sum + v, 0) / 20_000;
    const variance = drawn.reduce((sum, v) => sum + (v - mean) ** 2, 0) / 20_000;
    expect(Math.abs(mean - 1)).toBeLessThan(0.05);
    expect(Math.abs(variance - 0.5)).toBeLessThan(0.03);
  });

  it("has densities that factor by the chain rule, and Mahalanobis distances that belong to them", () => {
    const x = ndarray([1, 2], [0.4, -1.1]);
    const [[whole], [second], [first]] = [
      fitted.logDensity(x),
      fitted.logDensity(x, ndarray([1, 2], [1, 0])),
      [
        -0.5 *
          (Math.log(2 * Math.PI * fitted.covariance[0]) + (0.4 - fitted.mean[0]) ** 2 / fitted.covariance[0]),
      ],
    ];
    expect(whole).toBeCloseTo(first + second, 5);
    const [a, b, , d] = fitted.covariance;
    const logScale = Math.log(2 * Math.PI) + Math.log(a * d - b * b) / 2;
    expect(fitted.mahalanobis(x)[0]).toBeCloseTo(-2 * (whole + logScale), 5);
    expect(fitted.logDensity(x, ndarray([1, 2], [1, 1]))[0]).toBeCloseTo(0);
  });

  /** Columns in other units, in float64. */
  const inUnits = ({ shape, data }: NdArray, units: readonly number[], offsets: readonly number[] = []) =>
    ndarray(
      shape,
      Float64Array.from(data, (v, e) => units[e % shape[1]] * v + (offsets[e % shape[1]] ?? 0)),
    );

  it("says the same of the same rows in any units", () => {
    const plain = inUnits(ndarray([200, 2], table.data.subarray(0, 400)), [1, 1]);
    const [x, keep] = [ndarray([2, 2], Float64Array.of(1.5, 0, 0, -2)), ndarray([2, 2], [1, 0, 0, 1])];
    const own = gaussianRows(plain);
    const exponent = fc.double({ min: -8, max: 8, noNaN: true });
    fc.assert(
      fc.property(exponent, exponent, (first, second) => {
        const units = [10 ** first, 10 ** second];
        const other = gaussianRows(inUnits(plain, units));
        for (const source of [() => undefined, () => rng(3)]) {
          const [a, b] = [own.fill(x, keep, source()), other.fill(inUnits(x, units), keep, source())];
          b.data.forEach((value, e) => {
            expect(value / units[e % 2]).toBeCloseTo(a.data[e], 9);
          });
        }
        other.mahalanobis(inUnits(x, units)).forEach((value, i) => {
          expect(value).toBeCloseTo(own.mahalanobis(x)[i], 8);
        });
        // A density is in units: log |dx / dx'| is the sum of their logarithms.
        const scale = Math.log(units[0]) + Math.log(units[1]);
        expect(other.logDensity(inUnits(x, units))[0] + scale).toBeCloseTo(own.logDensity(x)[0], 8);
      }),
      { numRuns: 20 },
    );
  });

  it("knows a small column's part beside a large one's", () => {
    // Correlation 0.8: E[b | a] is 0.8 deviations for each of a's, and the rest has variance 0.36.
    const z = rng(6).normals([20_000, 2]);
    const both = ndarray(
      [20_000, 2],
      z.data.map((v, e) => (e % 2 ? 0.8 * z.data[e - 1] + 0.6 * v : v)),
    );
    const rows = gaussianRows(inUnits(both, [100, 0.05], [300, 0.5]));
    const { data } = rows.fill(ndarray([1, 2], Float64Array.of(0, 0.6)), ndarray([1, 2], [0, 1]));
    expect(Math.abs(data[0] - (300 + 0.8 * 2 * 100))).toBeLessThan(5);
    const [x, keep] = [zeros([4000, 2]), zeros([4000, 2])];
    for (let i = 0; i < 4000; i++) [x.data[2 * i], keep.data[2 * i]] = [300, 1];
    const drawn = Array.from(rows.fill(x, keep, rng(7)).data).filter((_, e) => e % 2 === 1);
    const variance = drawn.reduce((sum, v) => sum + (v - 0.5) ** 2, 0) / 4000;
    expect(Math.abs(variance / (0.36 * 0.05 ** 2) - 1)).toBeLessThan(0.1);
  });

  it("has nothing to say of others by a column that is constant", () => {
    const constant = ndarray(
      [50, 2],
      rng(8)
        .normals([50, 2])
        .data.map((v, e) => (e % 2 ? v : 0.1)),
    );
    const rows = gaussianRows(constant);
    const { data } = rows.fill(ndarray([1, 2], [0.3, 0]), ndarray([1, 2], [1, 0]));
    expect(data[1]).toBeCloseTo(rows.mean[1], 6);
    expect(Math.abs(rows.sample(1, rng(9)).data[0] - 0.1)).toBeLessThan(1e-3);
    expect(gaussianRows(zeros([3, 1])).sample(1, rng(9)).data[0]).toBeCloseTo(0, 2);
  });

  it("says what is wrong", () => {
    expect(() => gaussianRows(table, { ridge: -1 })).toThrow("a ridge of 0 or more, but received -1");
    expect(() => gaussianRows(zeros([1, 2]))).toThrow("two or more rows");
    expect(() => gaussianRows(ndarray([2, 1], [1, Number.NaN]))).toThrow("finite numbers");
  });
});

describe("rowsGiven", () => {
  it("draws rows by the regression on their settings, with its residuals", () => {
    const settings = rng(2).normals([5000, 1]);
    const noise = rng(3).normals([5000, 1]);
    const rows = ndarray(
      [5000, 1],
      settings.data.map((s, i) => 3 * s + 0.5 * noise.data[i]),
    );
    const asked = ndarray([4000, 1], new Float32Array(4000).fill(2));
    const data = Array.from(rowsGiven({ settings, rows })(asked, rng(4)).data);
    const mean = data.reduce((sum, v) => sum + v, 0) / 4000;
    const variance = data.reduce((sum, v) => sum + (v - mean) ** 2, 0) / 4000;
    expect(Math.abs(mean - 6)).toBeLessThan(0.06);
    expect(Math.abs(variance - 0.25)).toBeLessThan(0.04);
    expect(() => rowsGiven({ settings, rows: zeros([3, 1]) })).toThrow("3 settings");
  });

  it.each([0.05, 1e6, 1e-3])("finds an exact relation by settings of deviation %d", (unit) => {
    const settings = ndarray(
      [400, 1],
      rng(5)
        .normals([400, 1])
        .data.map((z) => unit * (10 + z)),
    );
    const rows = ndarray(
      [400, 1],
      settings.data.map((s) => 1000 * s),
    );
    const asked = ndarray([2, 1], [8.5 * unit, 12 * unit]);
    const { data } = rowsGiven({ settings, rows })(asked, rng(4));
    // The rest's deviation is 1000 √2e-6 units.
    for (const i of [0, 1])
      expect(Math.abs(data[i] / (1000 * unit) - asked.data[i] / unit)).toBeLessThan(0.01);
  });
});

describe("rocArea", () => {
  it("counts pairs, ties as half", () => {
    const [normal, odd] = [
      [1, 2, 3, 4],
      [3, 5, 6],
    ];
    let pairs = 0;
    for (const a of normal) for (const b of odd) pairs += a < b ? 1 : a === b ? 0.5 : 0;
    expect(rocArea({ normal, odd }).value).toBeCloseTo(pairs / 12, 12);
    expect(rocArea({ normal: [1, 2], odd: [3, 4] })).toMatchObject({ value: 1, high: 1 });
  });

  it("has an interval that holds the true area in about 95 of 100 repetitions", () => {
    // P(Z₂ + 1 > Z₁) = Φ(1/√2) = 0.76025.
    let held = 0;
    for (let k = 0; k < 400; k++) {
      const { low, high } = rocArea({
        normal: rng(k).normals([40]).data,
        odd: rng(k)
          .fork("odd")
          .normals([40])
          .data.map((v) => v + 1),
      });
      if (low <= 0.76025 && high >= 0.76025) held++;
    }
    expect(held / 400).toBeGreaterThan(0.9); // four standard errors around 0.94
    expect(held / 400).toBeLessThan(0.985);
  });

  it("needs two scores a side", () => {
    expect(() => rocArea({ normal: [1], odd: [1, 2] })).toThrow("two or more scores");
  });
});

describe("marginalGap, rankCorrelations, groupMeans", () => {
  it("is the largest gap of distribution functions", () => {
    expect(marginalGap([1, 2, 3, 4], [3, 4, 5, 6])).toBe(0.5);
    expect(marginalGap([1, 2], [1, 2])).toBe(0);
    expect(marginalGap([1], [2])).toBe(1);
    expect(marginalGap([0, 0, 0, 1], [0, 1, 1, 1])).toBe(0.5);
  });

  it("correlates ranks: 1 for any rising relation, and by the formula of differences without ties", () => {
    expect(rankCorrelations(ndarray([3, 2], [1, 1, 2, 4, 3, 9]))[0][1]).toBeCloseTo(1, 12);
    const [a, b] = [
      [1, 2, 3, 4, 5],
      [2, 1, 5, 3, 4],
    ];
    const squares = a.reduce((sum, v, i) => sum + (v - b[i]) ** 2, 0);
    const x = ndarray(
      [5, 2],
      a.flatMap((v, i) => [v, b[i]]),
    );
    expect(rankCorrelations(x)[1][0]).toBeCloseTo(1 - (6 * squares) / (5 * 24), 12);
    expect(rankCorrelations(ndarray([2, 2], [1, 7, 2, 7]))[0][1]).toBe(0);
  });

  it("takes the means of groups in order of appearance", () => {
    expect(Array.from(groupMeans([1, 3, 10], [7, 7, 2]))).toEqual([2, 10]);
    expect(() => groupMeans([1], [])).toThrow("1 groups");
  });
});
