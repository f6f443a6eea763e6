import { describe, expect, it } from "vitest";
import { ndarray } from "../../lib/array";
import type { Field } from "../../lib/fields/field";
import { dopri5 } from "../../lib/samplers";
import { errorNorm, firstStep, piController } from "../../lib/samplers/controller";
import { movingOf } from "../../lib/samplers/moving";
import { solveOde } from "../../lib/samplers/ode";
import { odeStep } from "../../lib/samplers/ode-step";

const x = ndarray([2, 2], Float64Array.of(1, -2, 3, 0));
const keep = ndarray([2, 2], Float32Array.of(1, 0, 0, 1));

describe("errorNorm", () => {
  const values = Float64Array.of(0.1, 0.2, 0.3, 0.4);
  const tolerances = { rtol: 0.01, atol: 0.1 };

  it("is the root mean square over atol + rtol times the greater of both ends", () => {
    const b = Float64Array.of(2, 0, -5, 0);
    const ratios = [0.1 / 0.12, 0.2 / 0.12, 0.3 / 0.15, 0.4 / 0.1];
    const found = errorNorm({ moving: movingOf(x, {}) }, tolerances, { values, a: x.data, b });
    expect(found).toBeCloseTo(Math.hypot(...ratios) / 2, 12);
  });

  it("is over the hole where there is a mask, and 0 where nothing moves", () => {
    const over = (xi: object) =>
      errorNorm({ moving: movingOf(x, xi) }, tolerances, { values, a: x.data, b: x.data });
    expect(over({ keep })).toBeCloseTo(Math.hypot(0.2 / 0.12, 0.3 / 0.13) / Math.SQRT2, 12);
    expect(over({ keep: ndarray([2, 2], [1, 1, 1, 1]) })).toBe(0);
  });
});

describe("piController", () => {
  it("lengthens steps by a factor of at most ten, and shortens them by one of at most five", () => {
    const next = piController(5);
    expect(next(0.1, 1e-12)).toBeCloseTo(1, 12);
    expect(next(0.1, 1e12)).toBeCloseTo(0.02, 12);
    expect(next(0.1, Number.NaN)).toBeCloseTo(0.02, 12);
    // 0.9 h err^(0.03 − 1/p)
    expect(next(0.1, 2)).toBeCloseTo(0.09 * 2 ** -0.17, 12);
  });

  it("does not lengthen a step right after a rejection", () => {
    const next = piController(3);
    next(0.1, 2);
    expect(next(0.05, 1e-9)).toBe(0.05);
    expect(next(0.05, 1e-9)).toBeGreaterThan(0.1);
  });

  it("remembers the error before: 0.9 h err^(0.03 − 1/p) previous^0.04", () => {
    const next = piController(5);
    next(0.1, 0.5);
    expect(next(0.1, 0.5)).toBeCloseTo(0.09 * 0.5 ** -0.17 * 0.5 ** 0.04, 12);
  });
});

describe("firstStep", () => {
  const stepOf = (field: Parameters<typeof odeStep>[0]) =>
    odeStep(field, { first: 0, last: 2, x, xi: {}, moving: movingOf(x, {}) }, dopri5().tableau);

  it("is short where the field is steep, and never longer than the interval", async () => {
    const method = dopri5();
    const speed = (factor: number) =>
      stepOf((at) => ({ shape: at.x.shape, data: at.x.data.map((value) => factor * value) }));
    const [slow, fast] = [await firstStep(speed(1), method, 0, 1), await firstStep(speed(100), method, 0, 1)];
    expect(fast).toBeLessThan(slow / 2);
    expect(await firstStep(speed(1e-9), method, 0.4, -0.1)).toBeLessThanOrEqual(0.1);
  });

  it("is (0.01 / |b|)^(1/p) where the field bends less than it moves", async () => {
    // ẋ = 2x at x = (1, −2, 3, 0), with the tolerance 1 + 0·|x|: the norms are root mean squares, d2 = 2 d1.
    const method = dopri5({ rtol: 0, atol: 1 });
    const d0 = Math.sqrt((1 + 4 + 9) / 4);
    const wanted = (0.01 / (2 * 2 * d0)) ** (1 / 5);
    const step = stepOf((at) => ({ shape: at.x.shape, data: at.x.data.map((value) => 2 * value) }));
    expect(await firstStep(step, method, 0, 1)).toBeCloseTo(Math.min(wanted, 100 * 0.005), 12);
    expect(wanted).toBeLessThan(0.5);
  });

  it("asks twice, of which the first step needs one no more", async () => {
    const step = stepOf((at) => at.x);
    await firstStep(step, dopri5(), 0, 1);
    expect(step.nfe).toBe(2);
    await step.compute(0, 0.1);
    expect(step.nfe).toBe(2 + 6);
  });

  it("is the shortest where nothing is tolerated, at x = 0 with atol = 0; the solve goes on", async () => {
    const zero = ndarray([1, 2], Float64Array.of(0, 1));
    const still: Field = (at) => ndarray([1, 2], Float64Array.of(0, at.x.data[1]));
    const { x: end } = await solveOde(still, { x: zero }, { method: dopri5({ rtol: 1e-6, atol: 0 }) });
    expect(end.data[0]).toBe(0);
    expect(end.data[1]).toBeCloseTo(Math.E, 5);
    const pushed: Field = () => ndarray([1, 2], Float64Array.of(1, 1));
    const { t, warnings } = await solveOde(pushed, { x: zero }, { method: dopri5({ rtol: 1e-3, atol: 0 }) });
    expect(t === 1 || warnings.length === 1).toBe(true);
  });
});
