import { describe, expect, it } from "vitest";
import { ndarray } from "../../../lib/array";
import { lorenz63, standardised } from "../../../lib/data";
import { rng } from "../../../lib/random";

const start = ndarray([2, 3], Float64Array.of(1, 2, 20, -5, -6, 25));

describe("lorenz63", () => {
  it("without noise converges to the solution with the fourth order of its method", async () => {
    const end = async (dt: number) =>
      (await lorenz63({ noise: 0, dt, lag: 0.4, spinUp: 0.4 }).next(start, rng(0))).data;
    const [coarse, medium, fine] = [await end(0.02), await end(0.01), await end(0.000625)];
    const error = (x: ArrayLike<number>) => Math.hypot(...Array.from(fine, (value, e) => value - x[e]));
    expect(error(medium)).toBeLessThan(0.01);
    const order = Math.log2(error(coarse) / error(medium));
    expect(order).toBeGreaterThan(3.5);
    expect(order).toBeLessThan(5);
  });

  it("stays at its fixed points, (±√(β(ρ − 1)), ±√(β(ρ − 1)), ρ − 1)", async () => {
    const c = Math.sqrt((8 / 3) * 27);
    const fixed = ndarray([2, 3], Float64Array.of(c, c, 27, -c, -c, 27));
    const { data } = await lorenz63({ noise: 0 }).next(fixed, rng(0));
    data.forEach((value, e) => {
      expect(value).toBeCloseTo(fixed.data[e], 6);
    });
  });

  it("has the attractor's statistics: mean of Z 23.5, and X, Y and Z of sd 7.9, 9.0 and 8.6", async () => {
    const { data } = await lorenz63({ noise: 0 }).states(3000, rng(1));
    const of = (i: number) => Array.from({ length: 3000 }, (_, k) => data[3 * k + i]);
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const sd = (values: readonly number[]) => Math.sqrt(mean(values.map((v) => (v - mean(values)) ** 2)));
    expect(Math.abs(mean(of(2)) - 23.55)).toBeLessThan(0.7);
    [7.92, 9.01, 8.62].forEach((value, i) => {
      expect(Math.abs(sd(of(i)) - value)).toBeLessThan(0.4);
    });
  });

  it("adds noise of variance s² τ over a short lag", async () => {
    const n = 4000;
    const system = lorenz63({ noise: 3, dt: 0.001, lag: 0.002 });
    const c = Math.sqrt(72);
    const { data } = await system.next(
      ndarray(
        [n, 3],
        Float64Array.from({ length: 3 * n }, (_, e) => [c, c, 27][e % 3]),
      ),
      rng(2),
    );
    const variance =
      Array.from(data).reduce((sum, value, e) => sum + (value - [c, c, 27][e % 3]) ** 2, 0) / (3 * n);
    expect(Math.abs(variance / (9 * 0.002) - 1)).toBeLessThan(0.08);
  });

  it("standardised: the same states in other units", async () => {
    const system = lorenz63();
    const unit = standardised(system, { mean: [0, 0, 23.5], sd: [8, 9, 8.5] });
    const [x, y] = [await system.states(3, rng(4)), await unit.states(3, rng(4))];
    y.data.forEach((value, e) => {
      expect(value * [8, 9, 8.5][e % 3] + [0, 0, 23.5][e % 3]).toBeCloseTo(x.data[e], 4);
    });
    const [next, there] = [await system.next(x, rng(5)), await unit.next(y, rng(5))];
    there.data.forEach((value, e) => {
      expect(Math.abs(value * [8, 9, 8.5][e % 3] + [0, 0, 23.5][e % 3] - next.data[e])).toBeLessThan(1e-3);
    });
    expect(() => standardised(system, { mean: [0], sd: [1] })).toThrow(/3 means/);
    expect(() => lorenz63({ lag: 0.005 })).toThrow(/whole number of steps/);
  });
});
