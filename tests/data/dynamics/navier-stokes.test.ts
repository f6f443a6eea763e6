import { describe, expect, it } from "vitest";
import { type NdArray, ndarray, zeros } from "../../../lib/array";
import { consecutive, navierStokes, series } from "../../../lib/data";
import { rng } from "../../../lib/random";

const size = 16;
/** A vorticity of waves a cos(kx + ly) + …, at the pixels. */
const waves = (...terms: readonly (readonly [number, number, number])[]): NdArray => {
  const x = zeros([1, size, size, 1], ndarray([1], new Float64Array(1)));
  for (let e = 0; e < x.data.length; e++) {
    const [row, column] = [Math.floor(e / size), e % size].map((pixel) => (2 * Math.PI * pixel) / size);
    for (const [a, k, l] of terms) x.data[e] += a * Math.cos(k * column + l * row + k - l);
  }
  return x;
};
const nothing = { size, viscosity: 0, drag: 0, forcing: 0 };

/** Enstrophy, the mean of ω², and energy, the mean of |v|², by the discrete Fourier transform's sum. */
function invariants(x: NdArray) {
  let [enstrophy, energy] = [0, 0];
  for (let k = -7; k <= 7; k++) {
    for (let l = -7; l <= 7; l++) {
      let [re, im] = [0, 0];
      for (let e = 0; e < size ** 2; e++) {
        const angle = (2 * Math.PI * (k * (e % size) + l * Math.floor(e / size))) / size;
        re += (x.data[e] * Math.cos(angle)) / size ** 2;
        im -= (x.data[e] * Math.sin(angle)) / size ** 2;
      }
      enstrophy += re * re + im * im;
      if (k !== 0 || l !== 0) energy += (re * re + im * im) / (k * k + l * l);
    }
  }
  return { enstrophy, energy };
}
const start = waves([1, 1, 0], [0.8, 1, 2], [0.6, -2, 1], [0.5, 3, 1], [0.4, 0, 4]);

describe("navierStokes", () => {
  it("conserves energy and enstrophy without forcing, viscosity and drag, and moves", async () => {
    const system = navierStokes({ ...nothing, dt: 0.01, lag: 2 });
    const end = await system.next(start, rng(0));
    const [before, after] = [invariants(start), invariants(end)];
    expect(Math.abs(after.enstrophy / before.enstrophy - 1)).toBeLessThan(1e-4);
    expect(Math.abs(after.energy / before.energy - 1)).toBeLessThan(1e-4);
    const moved = Array.from(end.data).reduce(
      (most, value, e) => Math.max(most, Math.abs(value - start.data[e])),
      0,
    );
    expect(moved).toBeGreaterThan(0.5);
  });

  it("lets one wave decay by exp(−(α + νk²) t), which the flow doesn't move", async () => {
    const system = navierStokes({ ...nothing, viscosity: 0.02, drag: 0.3, lag: 1 });
    const one = waves([1, 2, 3]);
    const { data } = await system.next(one, rng(0));
    const factor = Math.exp(-(0.3 + 0.02 * 13));
    data.forEach((value, e) => {
      expect(value).toBeCloseTo(factor * one.data[e], 8);
    });
  });

  it("has dω/dt = −v·∇ω, by the closed form for two waves", async () => {
    // ω = cos x + cos 2y: ψ = cos x + cos(2y)/4, v = (−sin(2y)/2, sin x), v·∇ω = sin x sin(2y) (1/2 − 2).
    const x = zeros([1, size, size, 1], start);
    const slope = zeros([1, size, size, 1], start);
    for (let e = 0; e < size ** 2; e++) {
      const [row, column] = [Math.floor(e / size), e % size].map((pixel) => (2 * Math.PI * pixel) / size);
      x.data[e] = Math.cos(column) + Math.cos(2 * row);
      slope.data[e] = 1.5 * Math.sin(column) * Math.sin(2 * row);
    }
    const { data } = await navierStokes({ ...nothing, dt: 1e-4, lag: 1e-4 }).next(x, rng(0));
    data.forEach((value, e) => {
      expect((value - x.data[e]) / 1e-4).toBeCloseTo(slope.data[e], 3);
    });
  });

  it("is stirred by as much enstrophy as was asked for, on the waves that were asked for", async () => {
    const system = navierStokes({ ...nothing, forcing: 4, stirred: [2, 3], dt: 0.01, lag: 0.01 });
    const n = 300;
    const { data } = await system.next(zeros([n, size, size, 1]), rng(1));
    const mean = Array.from(data).reduce((sum, value) => sum + value ** 2, 0) / data.length;
    // 24 real modes, 300 draws: a standard error of √(2/7200).
    expect(Math.abs(mean / 0.04 - 1)).toBeLessThan(4 * Math.sqrt(2 / 7200));
  });

  it("makes runs, the same for the same seed, and pairs of them", async () => {
    const system = navierStokes({ size: 8, stirred: [1, 2], spinUp: 0.1, lag: 0.1 });
    const path = await series(system, { runs: 2, steps: 3, rng: rng(2) });
    for (const state of path) expect(state.data.some((value) => value !== 0)).toBe(true);
    expect(path).toHaveLength(4);
    expect(await series(system, { runs: 2, steps: 3, rng: rng(2) })).toEqual(path);
    const { x0, x } = consecutive(path);
    expect(x.shape).toEqual([6, 8, 8, 1]);
    expect(x0.data.slice(2 * 64)).toEqual(x.data.slice(0, -2 * 64));
    expect(() => navierStokes({ lag: 0.01 })).toThrow(/whole number of steps/);
    expect(() => navierStokes({ size: 4 })).toThrow(/8 pixels or more/);
  });

  it("refuses to stir nothing", () => {
    for (const stirred of [
      [5, 3],
      [-1, 2],
      [Number.NaN, 2],
      [2, Number.NaN],
    ] as const) {
      expect(() => navierStokes({ size: 16, stirred })).toThrow("[least, largest] of 0 or more");
    }
    // At size 16 there are the wave numbers 0 to 5 along each axis: |k| up to 7.07, none between 1.1 and 1.3.
    for (const stirred of [
      [20, 30],
      [7.1, 9],
      [1.1, 1.3],
    ] as const) {
      expect(() => navierStokes({ size: 16, stirred })).toThrow(
        "of some modes at size 16, whose |k| reach 7.1",
      );
    }
    expect(() => navierStokes({ size: 8 })).toThrow("received [3, 5], which no mode has");
    for (const stirred of [
      [7, 9],
      [0, 0],
      [3, 3],
    ] as const)
      navierStokes({ size: 16, stirred });
    navierStokes({ size: 16, forcing: 0, stirred: [20, 30] });
  });
});
