import { describe, expect, it } from "vitest";
import { ndarray } from "../../../lib/array";
import { splitAction } from "../../../lib/metrics";

/** Two images of 1×2×1 whose left pixel is known, at the times `at`. */
const keep = ndarray([2, 1, 2, 1], [1, 0, 1, 0]);
const pathOf = (at: readonly number[], known: (t: number) => number, hole: (t: number) => number) =>
  at.map((t) => ({ t, x: ndarray([2, 1, 2, 1], Float64Array.of(known(t), hole(t), known(t), 2 * hole(t))) }));
const grid = Array.from({ length: 401 }, (_, k) => k / 400);

describe("splitAction", () => {
  it("of straight lines at constant speed is the squared distance, without bends", () => {
    const path = pathOf(
      [0, 0.1, 0.7, 1],
      (t) => 3 * t,
      (t) => 1 - 2 * t,
    );
    const { hole, known } = splitAction({ path, keep });
    expect(known.action).toBeCloseTo(9, 12);
    expect(hole.action).toBeCloseTo((4 + 16) / 2, 12);
    expect(known.straightness).toBeCloseTo(0, 12);
    expect(hole.straightness).toBeCloseTo(0, 12);
  });

  it("is ∫ (d sin πt / dt)² dt = π²/2 for a path that comes back, all of it bent", () => {
    const path = pathOf(
      grid,
      (t) => Math.sin(Math.PI * t),
      () => 5,
    );
    const { hole, known } = splitAction({ path, keep });
    expect(known.action).toBeCloseTo(Math.PI ** 2 / 2, 3);
    expect(known.straightness).toBeCloseTo(known.action, 12);
    expect(hole).toEqual({ action: 0, straightness: 0 });
  });

  it("counts a changing speed: the variance of 2t is 1/3", () => {
    const path = pathOf(
      grid,
      () => 0,
      (t) => t ** 2,
    );
    expect(splitAction({ path, keep }).hole.straightness).toBeCloseTo((1 + 4) / 2 / 3, 4);
  });

  it("asks for states at different times", () => {
    const [first] = pathOf(
      [0],
      () => 0,
      () => 0,
    );
    expect(() => splitAction({ path: [first], keep })).toThrow(/saveAt/);
    expect(() => splitAction({ path: [first, first], keep })).toThrow(/different times/);
  });
});
