import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ndarray } from "../../../lib/array";
import { jumpDiffusion, transitions } from "../../../lib/data";
import { rng } from "../../../lib/random";

const options = { turns: 5, rate: 3, decay: 0.2, lag: 0.5 };
const system = jumpDiffusion(options);

/** The same process by small steps of time: a pull, noise, and a turn with probability λ dt. */
function bySmallSteps(x: readonly [number, number], seed: number): [number, number] {
  const source = rng(seed);
  const dt = 0.002;
  let [a, b] = x;
  for (let k = 0; k < options.lag / dt; k++) {
    a += -options.decay * a * dt + Math.sqrt(2 * options.decay * dt) * source.normal();
    b += -options.decay * b * dt + Math.sqrt(2 * options.decay * dt) * source.normal();
    if (source.uniform() < options.rate * dt) {
      const [c, s] = [Math.cos((2 * Math.PI) / 5), Math.sin((2 * Math.PI) / 5)];
      [a, b] = [c * a - s * b, s * a + c * b];
    }
  }
  return [a, b];
}
const moments = (points: readonly (readonly [number, number])[]) => {
  const of = (i: 0 | 1) => points.reduce((sum, point) => sum + point[i], 0) / points.length;
  const [a, b] = [of(0), of(1)];
  const variance = points.reduce((sum, point) => sum + (point[0] - a) ** 2 + (point[1] - b) ** 2, 0);
  return { mean: [a, b], variance: variance / points.length };
};

describe("jumpDiffusion", () => {
  const x = [1.5, -0.5] as const;

  it("has the mean e^{−θτ} exp(λτ(e^{iφ} − 1)) x, as a complex number", () => {
    const [c, s] = [Math.cos((2 * Math.PI) / 5), Math.sin((2 * Math.PI) / 5)];
    const size = Math.exp(-0.1) * Math.exp(1.5 * (c - 1));
    const angle = 1.5 * s;
    const [u, v] = [size * Math.cos(angle), size * Math.sin(angle)];
    const mean = system.mean(x);
    expect(mean[0]).toBeCloseTo(u * x[0] - v * x[1], 10);
    expect(mean[1]).toBeCloseTo(v * x[0] + u * x[1], 10);
    expect(system.law(x).reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 12);
  });

  it("has a law for any number of jumps", () => {
    // By logarithms of Poisson's probabilities.
    const byHand = (turns: number, jumps: number) => {
      const out = new Float64Array(turns);
      let log = -jumps;
      for (let n = 0; n < jumps + 40 * Math.sqrt(jumps) + 40; n++) {
        out[n % turns] += Math.exp(log);
        log += Math.log(jumps / (n + 1));
      }
      return out;
    };
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.double({ min: -2, max: 3.8, noNaN: true }),
        (turns, exponent) => {
          const rate = 10 ** exponent;
          const found = jumpDiffusion({ turns, rate, lag: 0.5 }).law([1, 0]);
          byHand(turns, rate / 2).forEach((probability, n) => {
            expect(found[n].probability).toBeCloseTo(probability, 9);
            expect(found[n].probability).toBeGreaterThanOrEqual(0);
          });
          expect(found.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 11);
        },
      ),
      { numRuns: 60 },
    );
    for (const rate of [1100, 2000, 1e6, 1e20]) {
      const { mean, variance, law } = jumpDiffusion({ turns: 5, rate, decay: 0.1, lag: 0.5 });
      for (const { probability } of law(x)) expect(probability).toBeCloseTo(1 / 5, 12);
      expect(Math.hypot(...mean(x))).toBeLessThan(1e-9);
      // All turns alike: E|X|² = 2 (1 − e^{−2θτ}) + e^{−2θτ} |x|².
      expect(variance(x)).toBeCloseTo(2 * (1 - Math.exp(-0.1)) + Math.exp(-0.1) * 2.5, 9);
    }
  });

  it("draws with the mean and variance of its law, and so does the process by small steps", async () => {
    const n = 20_000;
    const present = ndarray(
      [n, 2],
      Float64Array.from({ length: 2 * n }, (_, e) => x[e % 2]),
    );
    const { data } = await system.next(present, rng(1));
    const drawn = Array.from({ length: n }, (_, i) => [data[2 * i], data[2 * i + 1]] as const);
    const stepped = Array.from({ length: 3000 }, (_, i) => bySmallSteps(x, i));
    const variance = system.variance(x);
    for (const points of [drawn, stepped]) {
      const found = moments(points);
      for (const i of [0, 1] as const) {
        expect(Math.abs(found.mean[i] - system.mean(x)[i])).toBeLessThan(
          4 * Math.sqrt(variance / points.length),
        );
      }
      expect(Math.abs(found.variance / variance - 1)).toBeLessThan(6 / Math.sqrt(points.length));
    }
  });

  it("keeps the stationary law N(0, I)", async () => {
    const { x: next, x0 } = await transitions(system, { n: 20_000, rng: rng(2) });
    for (const { data } of [x0, next]) {
      const squares = Array.from(data).reduce((sum, value) => sum + value ** 2, 0) / data.length;
      expect(Math.abs(squares - 1)).toBeLessThan(0.03);
    }
    expect(await transitions(system, { n: 5, rng: rng(3) })).toEqual(
      await transitions(system, { n: 5, rng: rng(3) }),
    );
  });

  it("refuses what isn't above 0", () => {
    expect(() => jumpDiffusion({ rate: 0 })).toThrow(/rate above 0/);
    expect(() => jumpDiffusion({ turns: 2.5 })).toThrow(/whole number of turns/);
  });
});
