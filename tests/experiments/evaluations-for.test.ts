import { describe, expect, it } from "vitest";
import { evaluationsFor } from "../../lib/experiments";

const points = (...pairs: readonly (readonly [number, number])[]) =>
  pairs.map(([nfe, error]) => ({ nfe, error }));

describe("evaluationsFor", () => {
  it("finds a power law's own number, whatever was tried", () => {
    const law = (nfe: number) => [nfe, 8 * nfe ** -1.5] as const;
    for (const tried of [
      [2, 100],
      [10, 30, 50],
      [64, 4, 16],
    ]) {
      const found = evaluationsFor(points(...tried.map(law)), 8 * 20 ** -1.5);
      expect(found?.nfe).toBeCloseTo(20, 9);
      expect(found?.by).toBe("interpolation");
    }
  });

  it("takes the last time that the error falls to the wanted one", () => {
    const found = evaluationsFor(points([10, 0.005], [20, 0.02], [40, 0.005]), 0.01);
    expect(found?.nfe).toBeCloseTo(20 * Math.SQRT2, 9);
  });

  it("says where it isn't reached, and where it is from the start", () => {
    expect(evaluationsFor(points([10, 1], [20, 0.5]), 0.01)).toBeUndefined();
    expect(evaluationsFor(points([10, 0.001], [20, 0.0005]), 0.01)).toEqual({ nfe: 10, by: "at most" });
    expect(evaluationsFor(points([10, 0.02], [20, 0.01]), 0.01)?.nfe).toBeCloseTo(20, 12);
  });

  it("refuses errors of 0", () => {
    expect(() => evaluationsFor(points([10, 0]), 0.01)).toThrow(/above 0/);
    expect(() => evaluationsFor([], 0.01)).toThrow(/above 0/);
  });
});
