import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type NdArray, ndarray } from "../../../lib/array";
import { energyDistance } from "../../../lib/metrics/distances/energy-distance";
import { gaussianKernel, type Kernel, polynomialKernel } from "../../../lib/metrics/distances/kernels";
import { squaredMmd } from "../../../lib/metrics/distances/mmd";
import { rng } from "../../../lib/random";

/** Draws from N(mean, deviation² I). */
const normal = (n: number, mean: readonly number[], deviation: number, seed: number | string) => {
  const { shape, data } = rng(seed).normals([n, mean.length]);
  return ndarray(
    shape,
    Float64Array.from(data, (z, e) => mean[e % mean.length] + deviation * z),
  );
};
const rowsOf = ({ shape: [n, d], data }: NdArray) =>
  Array.from({ length: n }, (_, i) => Array.from(data.subarray(i * d, (i + 1) * d)));

/** The definition, term by term. */
function byDefinition(a: NdArray, b: NdArray, k: (x: number[], y: number[]) => number): number {
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const within = (set: number[][]) =>
    mean(set.flatMap((x, i) => set.flatMap((y, j) => (i === j ? [] : [k(x, y)]))));
  const [x, y] = [rowsOf(a), rowsOf(b)];
  return within(x) + within(y) - 2 * mean(x.flatMap((p) => y.map((q) => k(p, q))));
}
const distance = (x: number[], y: number[]) => Math.hypot(...x.map((value, k) => value - y[k]));
const product = (x: number[], y: number[]) => x.reduce((sum, value, k) => sum + value * y[k], 0);

const within = (
  standardErrors: number,
  { value, standardError }: ReturnType<typeof energyDistance>,
  exact: number,
) => {
  expect(standardError).toBeGreaterThan(0);
  expect(Math.abs(value - exact)).toBeLessThan(standardErrors * standardError);
};

describe("squaredMmd", () => {
  it("is the mean over pairs of other points, term by term", () => {
    const kernels: [Kernel, (x: number[], y: number[]) => number][] = [
      [gaussianKernel({ bandwidth: 1.7 }), (x, y) => Math.exp(-(distance(x, y) ** 2) / (2 * 1.7 ** 2))],
      [polynomialKernel({ degree: 2 }), (x, y) => (product(x, y) / 3 + 1) ** 2],
      [polynomialKernel(), (x, y) => (product(x, y) / 3 + 1) ** 3],
    ];
    fc.assert(
      fc.property(fc.integer(), fc.constantFrom(...kernels), (seed, [kernel, k]) => {
        const [a, b] = [normal(5, [0, 1, 2], 1, seed), normal(7, [0, 0, 0], 2, `b ${seed}`)];
        expect(squaredMmd(a, b, { kernel }).value).toBeCloseTo(byDefinition(a, b, k), 9);
        expect(squaredMmd(a, a, { kernel }).value).toBeCloseTo(byDefinition(a, a, k), 9);
      }),
    );
  });

  it("comes to its closed form for Gaussians", () => {
    const [h, s, r, d] = [1.5, 1, 1.4, 3];
    const expectation = (variance: number, squaredShift = 0) =>
      (h ** 2 / (h ** 2 + variance)) ** (d / 2) * Math.exp(-squaredShift / (2 * (h ** 2 + variance)));
    const exact = expectation(2 * s ** 2) + expectation(2 * r ** 2) - 2 * expectation(s ** 2 + r ** 2, 5);
    const [a, b] = [normal(500, [0, 0, 0], s, 1), normal(400, [1, 2, 0], r, 2)];
    within(4, squaredMmd(a, b, { kernel: gaussianKernel({ bandwidth: h }) }), exact);
    within(4, squaredMmd(a, normal(400, [0, 0, 0], s, 3), { kernel: gaussianKernel({ bandwidth: h }) }), 0);
  });

  it.each([
    { shift: 0, what: "two sets of one distribution" },
    { shift: 0.3, what: "sets a little apart" },
    { shift: 1.5, what: "sets far apart" },
  ])("has a standard error that is the spread of estimates from fresh draws: $what", ({ shift }) => {
    const runs = 400;
    const eight = (first: number) => [first, 0, 0, 0, 0, 0, 0, 0];
    for (const kernel of [gaussianKernel({ bandwidth: 3 }), polynomialKernel()]) {
      const found = Array.from({ length: runs }, (_, k) =>
        squaredMmd(normal(40, eight(0), 1, `a ${k}`), normal(50, eight(shift), 1, `b ${k}`), { kernel }),
      );
      const mean = found.reduce((sum, { value }) => sum + value, 0) / runs;
      const variance = found.reduce((sum, { value }) => sum + (value - mean) ** 2, 0) / (runs - 1);
      const claimed = found.reduce((sum, { standardError }) => sum + standardError ** 2, 0) / runs;
      // The jackknife alone comes to 1.4 where both are the same.
      expect(Math.sqrt(claimed / variance)).toBeGreaterThan(0.87);
      expect(Math.sqrt(claimed / variance)).toBeLessThan(1.18);
    }
  });

  it("takes the median distance as bandwidth, so units don't matter", () => {
    // Distances 3, 4 and 5 within the first set, which is also the second: 0 three times, the others four
    // times each.
    const a = ndarray([3, 2], [0, 0, 3, 0, 0, 4]);
    const median = squaredMmd(a, a, { kernel: gaussianKernel() }).value;
    expect(median).toBe(squaredMmd(a, a, { kernel: gaussianKernel({ bandwidth: 4 }) }).value);
    fc.assert(
      fc.property(fc.integer(), fc.double({ min: 0.01, max: 100, noNaN: true }), (seed, unit) => {
        const [x, y] = [normal(12, [0, 0], 1, seed), normal(9, [1, 0], 2, `b ${seed}`)];
        const scaled = ({ shape, data }: NdArray) =>
          ndarray(
            shape,
            data.map((value) => unit * value),
          );
        expect(squaredMmd(scaled(x), scaled(y)).value).toBeCloseTo(squaredMmd(x, y).value, 9);
      }),
    );
    const same = ndarray([3, 1], [1, 1, 1]);
    expect(() => squaredMmd(same, same)).toThrow("Pass a bandwidth");
  });

  it("refuses what it can't compare", () => {
    const a = normal(4, [0, 0], 1, 1);
    expect(() => squaredMmd(a, normal(4, [0], 1, 1))).toThrow("2 and 1");
    expect(() => squaredMmd(a, normal(2, [0, 0], 1, 1))).toThrow("at least 3 points b");
    expect(() => squaredMmd(a, ndarray([3, 2], [0, 0, 0, Number.NaN, 0, 0]))).toThrow("row 1");
    expect(() => gaussianKernel({ bandwidth: 0 })).toThrow("bandwidth above 0");
    expect(() => polynomialKernel({ degree: 0.5 })).toThrow("whole degree");
  });
});

describe("energyDistance", () => {
  it("is its definition, term by term", () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const [a, b] = [normal(6, [0, 1], 1, seed), normal(4, [2, 0], 1, `b ${seed}`)];
        expect(energyDistance(a, b).value).toBeCloseTo(
          byDefinition(a, b, (x, y) => -distance(x, y)),
          9,
        );
      }),
    );
  });

  it("comes to its closed form for Gaussians of other widths: E|z| = 2√(2/π) in three dimensions", () => {
    const [s, r] = [1, 2.5];
    const length = 2 * Math.sqrt(2 / Math.PI);
    const exact = length * (2 * Math.hypot(s, r) - Math.SQRT2 * (s + r));
    const origin = [0, 0, 0];
    within(4, energyDistance(normal(500, origin, s, 1), normal(400, origin, r, 2)), exact);
  });

  it("is 2 |shift| less the spread for sets far apart on a line", () => {
    const [a, b] = [normal(50, [0], 1, 1), normal(60, [1000], 1, 2)];
    // E|x − x′| = 2/√π for standard normals.
    within(4, energyDistance(a, b), 2000 - 4 / Math.sqrt(Math.PI));
  });
});
