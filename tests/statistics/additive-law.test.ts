import { describe, expect, it } from "vitest";
import { additiveLaw } from "../../lib/statistics";

describe("additiveLaw", () => {
  const parameters = [1, 1, 1, 4, 9, 16];
  const activations = [10, 20, 80, 20, 20, 30];
  const x = { parameters, activations };

  it("finds an exact sum", () => {
    const y = parameters.map((p, i) => 300 + 50 * p + 7 * activations[i]);
    const fit = additiveLaw({ x, y });
    expect(fit.constant.value).toBeCloseTo(300, 8);
    expect(fit.perUnit.parameters.value).toBeCloseTo(50, 9);
    expect(fit.perUnit.activations.value).toBeCloseTo(7, 9);
    expect(fit.scatter).toBeLessThan(1e-9);
    expect(fit.at({ parameters: 270, activations: 1e5 }).value).toBeCloseTo(300 + 50 * 270 + 7e5, 4);
  });

  it("gives the errors of regression with weights 1 / y²", () => {
    const u = [1, 2, 3, 5];
    const y = [5.1, 6.8, 9.3, 12.9];
    // Normal equations of y = c + a u, solved by hand.
    const weights = y.map((value) => value ** -2);
    const sum = (of: (i: number) => number) => u.reduce((total, _, i) => total + weights[i] * of(i), 0);
    const [s, su, suu] = [() => 1, (i: number) => u[i], (i: number) => u[i] ** 2].map(sum);
    const [sy, suy] = [(i: number) => y[i], (i: number) => u[i] * y[i]].map(sum);
    const determinant = s * suu - su ** 2;
    const a = (s * suy - su * sy) / determinant;
    const c = (suu * sy - su * suy) / determinant;
    const variance = sum((i) => (y[i] - c - a * u[i]) ** 2) / 2;
    const fit = additiveLaw({ x: { u }, y });
    expect(fit.perUnit.u.value).toBeCloseTo(a, 10);
    expect(fit.constant.value).toBeCloseTo(c, 10);
    expect(fit.perUnit.u.standardError).toBeCloseTo(Math.sqrt((variance * s) / determinant), 10);
    expect(fit.constant.standardError).toBeCloseTo(Math.sqrt((variance * suu) / determinant), 10);
    const { low, high } = fit.at({ u: 10 });
    const error = Math.sqrt((variance * (suu - 20 * su + 100 * s)) / determinant);
    expect((high - low) / 2).toBeCloseTo(4.30265273 * error, 6);
  });

  it("refuses what can't be fitted", () => {
    expect(() => additiveLaw({ x, y: [1, 2, 3] })).toThrow("more points than the 3 unknowns");
    expect(() => additiveLaw({ x: { u: [2, 2, 2] }, y: [1, 2, 3] })).toThrow("different values of u");
    const u = [1, 2, 3, 4, 6];
    const twice = u.map((value) => 2 * value);
    expect(() => additiveLaw({ x: { u, twice }, y: [2, 3, 3, 5, 7] })).toThrow(
      "Expected variables that vary apart, but received u and twice, of which one follows from the rest at " +
        "all points. Leave one of them out, or measure where they do vary apart.",
    );
    const shifted = twice.map((value) => value + 1e6);
    expect(() => additiveLaw({ x: { u, shifted }, y: [2, 3, 3, 5, 7] })).toThrow("vary apart");
    const square = u.map((value) => value ** 2);
    expect(() => additiveLaw({ x: { u, square }, y: [2, 3, 3, 5, 7] })).not.toThrow();
    const [small, large] = [u.map((value) => 1e-9 * value), square.map((value) => 1e9 * value)];
    expect(() => additiveLaw({ x: { small, large }, y: [2, 3, 3, 5, 7] })).not.toThrow();
  });
});
