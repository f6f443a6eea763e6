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
