import { describe, expect, it } from "vitest";
import { ndarray } from "../../lib/array";
import type { Field } from "../../lib/fields/field";
import { equalErrorTimes, euler, heun, solveOde } from "../../lib/samplers";

const pathOf = (x: (t: number) => number[], states = 401) =>
  Array.from({ length: states }, (_, k) => {
    const t = k / (states - 1);
    return { t, x: ndarray([1, x(t).length], Float64Array.from(x(t))) };
  });

describe("equalErrorTimes", () => {
  it("follows the closed form for x = t^p: |x''| ~ t^{p−2}, so that t_k = (k/n)^{2/p}", () => {
    for (const p of [3, 4, 6]) {
      const times = equalErrorTimes({
        path: pathOf((t) => [t ** p, -(t ** p)]),
        order: 1,
        steps: 8,
        least: 0,
      });
      for (const [k, t] of times.entries()) expect(t).toBeCloseTo((k / 8) ** (2 / p), 2);
    }
  });

  it("is of equal steps where the derivative that counts is constant", () => {
    const cubic = equalErrorTimes({ path: pathOf((t) => [t ** 3, 2 * t]), order: 2, steps: 5 });
    for (const [k, t] of cubic.entries()) expect(t).toBeCloseTo(k / 5, 6);
  });

  it("makes the errors of steps alike, and the end's error smaller", async () => {
    // x' = b(t), so that each step's error is that of a quadrature rule.
    const b = (t: number) => Math.exp(6 * t);
    const field: Field = ({ x, t }) => ({ shape: x.shape, data: x.data.map(() => b(t)) });
    const start = { x: ndarray([1, 1], Float64Array.of(0)) };
    const path = pathOf((t) => [b(t) / 6]);
    const exact = (b(1) - b(0)) / 6;
    for (const [order, method] of [
      [1, euler],
      [2, heun],
    ] as const) {
      const times = equalErrorTimes({ path, order, steps: 12, least: 0 });
      const errors = times.slice(1).map((end, k) => {
        const [t, h] = [times[k], end - times[k]];
        const rule = order === 1 ? b(t) : (b(t) + b(end)) / 2;
        return Math.abs(h * rule - (b(end) - b(t)) / 6);
      });
      expect(Math.max(...errors) / Math.min(...errors)).toBeLessThan(2.5);
      const [learned, equal] = await Promise.all(
        [method({ times }), method({ steps: 12 })].map(
          async (of) => (await solveOde(field, start, { method: of })).x.data[0],
        ),
      );
      // For Euler's method (∫ √b')² / ∫ b' is 0.60.
      expect(Math.abs(learned - exact)).toBeLessThan(0.65 * Math.abs(equal - exact));
    }
  });

  it("keeps to the interval of the path, backwards too", () => {
    const path = pathOf((t) => [t ** 4]);
    const times = equalErrorTimes({ path: [...path].reverse(), order: 1, steps: 3 });
    expect([times[0], times[3]]).toEqual([0, 1]);
    expect(equalErrorTimes({ path, order: 1, steps: 3 })).toEqual(times);
  });

  it("refuses what tells it nothing", () => {
    const path = pathOf((t) => [t ** 2], 10);
    const refused = (change: object) => () => equalErrorTimes({ path, order: 1, steps: 3, ...change });
    expect(refused({ path: path.slice(0, 3) })).toThrow("Expected 4 or more states of a path");
    expect(refused({ path: path.filter((_, k) => k !== 4) })).toThrow("times of equal distance");
    expect(refused({ path: pathOf((t) => [t], 12).map(({ t }) => ({ t, x: path[0].x })) })).toThrow(
      "curved somewhere",
    );
    expect(refused({ order: 3 })).toThrow("Expected 1 or 2 as the order of a method, but received 3");
    expect(refused({ steps: 0 })).toThrow("whole number of steps");
    expect(refused({ least: 2 })).toThrow("between 0 and 1");
  });
});
