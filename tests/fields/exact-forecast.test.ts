import { describe, expect, it } from "vitest";
import { type NdArray, ndarray } from "../../lib/array";
import { exactDrift, exactFromNoise, type ForecastMode } from "../../lib/fields";
import { linear, ownDiffusion, polynomial, wiener } from "../../lib/interpolants";
import { rng } from "../../lib/random";

const modes: readonly ForecastMode[] = [
  { probability: 0.3, mean: [2, -1], sd: 0.5 },
  { probability: 0.7, mean: [-1, 0.5], sd: 0.8 },
];
const present = [0.6, 1];
const law = () => modes;
const image = (n: number) =>
  ndarray(
    [n, 2],
    Float64Array.from({ length: 2 * n }, (_, e) => present[e % 2]),
  );

/**
 * The regression of a target on I_t at x, by draws with weights of a narrow kernel: [mean, standard error] of
 * each coordinate.
 */
function regressed(
  x: readonly number[],
  draw: (seed: ReturnType<typeof rng>) => { at: number[]; target: number[] },
) {
  const source = rng(7);
  const width = 0.12;
  let [total, squares] = [0, 0];
  const [sums, second] = [
    [0, 0],
    [0, 0],
  ];
  for (let k = 0; k < 300_000; k++) {
    const { at, target } = draw(source);
    const weight = Math.exp(-((at[0] - x[0]) ** 2 + (at[1] - x[1]) ** 2) / (2 * width ** 2));
    total += weight;
    squares += weight ** 2;
    for (const j of [0, 1]) {
      sums[j] += weight * target[j];
      second[j] += weight * target[j] ** 2;
    }
  }
  return [0, 1].map((j) => {
    const mean = sums[j] / total;
    return { mean, error: (Math.sqrt(second[j] / total - mean ** 2) * Math.sqrt(squares)) / total };
  });
}
const future = (source: ReturnType<typeof rng>) => {
  const { mean, sd } = modes[source.uniform() < modes[0].probability ? 0 : 1];
  return [mean[0] + sd * source.normal(), mean[1] + sd * source.normal()];
};

describe("exact fields of a forecast", () => {
  const t = 0.6;
  const x = [0.3, 0.2];

  it("exactDrift is the regression of α̇x0 + β̇x1 + σ̇W on I_t", async () => {
    const interpolant = polynomial({ power: 2, gamma: wiener({ scale: 0.9 }) });
    const exact = await exactDrift({ law, interpolant })({
      x: ndarray([1, 2], x),
      t,
      xi: { image: image(1) },
    });
    const found = regressed(x, (source) => {
      const x1 = future(source);
      const w = [0, 1].map(() => Math.sqrt(t) * source.normal());
      return {
        at: [0, 1].map((j) => (1 - t * t) * present[j] + t * t * x1[j] + 0.9 * (1 - t) * w[j]),
        target: [0, 1].map((j) => 2 * t * (x1[j] - present[j]) - 0.9 * w[j]),
      };
    });
    // The kernel's width biases the regression by about its square times a second derivative.
    found.forEach(({ mean, error }, j) => {
      expect(Math.abs(exact.data[j] - mean)).toBeLessThan(4 * error + 0.08);
    });
  });

  it("exactFromNoise is the regression of x1 − x0 on I_t for x0 ~ N(0, I)", async () => {
    const exact = await exactFromNoise({ law, interpolant: linear() })({
      x: ndarray([1, 2], x),
      t,
      xi: { image: image(1) },
    });
    const found = regressed(x, (source) => {
      const x1 = future(source);
      const x0 = [source.normal(), source.normal()];
      return {
        at: [0, 1].map((j) => (1 - t) * x0[j] + t * x1[j]),
        target: [0, 1].map((j) => x1[j] - x0[j]),
      };
    });
    found.forEach(({ mean, error }, j) => {
      expect(Math.abs(exact.data[j] - mean)).toBeLessThan(4 * error + 0.08);
    });
  });

  it("starts with the mean of the future, and each row has its own law", async () => {
    const rows = ndarray([2, 2], [1, 2, 3, 4]);
    const own = (state: Float64Array) => [{ probability: 1, mean: [2 * state[0], -state[1]], sd: 0.4 }];
    const interpolant = linear({ gamma: wiener() });
    const at0 = await exactDrift({ law: own, interpolant })({ x: rows, t: 0, xi: { image: rows } });
    expect([...at0.data]).toEqual([1, -4, 3, -8]);
    expect(ownDiffusion(interpolant)(0)).toBe(0.5);
    const none = exactDrift({ law: own, interpolant });
    await expect(async () => none({ x: rows as NdArray, t: 0, xi: {} })).rejects.toThrow(/present state/);
  });
});
