import { describe, expect, it } from "vitest";
import { ndarray } from "../../../lib/array";
import { keptPairs } from "../../../lib/metrics";
import { rng } from "../../../lib/random";

const targets = rng(0).normals([2000, 3]);

describe("keptPairs", () => {
  it("is 1 for a path to its own target, and near 0 for one to another's", () => {
    expect(keptPairs({ ends: targets, targets })).toBe(1);
    expect(Math.abs(keptPairs({ ends: rng(1).normals([2000, 3]), targets }))).toBeLessThan(0.06);
  });

  it("is a half for the mean answer, and 1 − σ²/2 for noise of variance σ² on unit targets", () => {
    const ends = ndarray([2, 1], [0, 0]);
    // Targets ±1: a variance of 2, a mean square of 1.
    expect(keptPairs({ ends, targets: ndarray([2, 1], [-1, 1]) })).toBe(1 - 1 / 4);
    const zeta = rng(2).normals([2000, 3]).data;
    const noisy = ndarray(
      [2000, 3],
      targets.data.map((value, e) => value + 0.6 * zeta[e]),
    );
    expect(Math.abs(keptPairs({ ends: noisy, targets }) - (1 - 0.36 / 2))).toBeLessThan(0.02);
  });

  it("is below 0 for paths to the opposite", () => {
    const ends = ndarray(
      [2000, 3],
      targets.data.map((value) => -value),
    );
    expect(Math.abs(keptPairs({ ends, targets }) + 1)).toBeLessThan(0.01);
  });

  it("says what it needs", () => {
    expect(() => keptPairs({ ends: ndarray([1, 3], [0, 0, 0]), targets })).toThrow("ends, like the targets");
    const same = ndarray([2, 1], [3, 3]);
    expect(() => keptPairs({ ends: same, targets: same })).toThrow("targets that vary");
    const one = ndarray([1, 1], [3]);
    expect(() => keptPairs({ ends: one, targets: one })).toThrow("two pairs");
  });
});
