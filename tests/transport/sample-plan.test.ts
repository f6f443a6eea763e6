import { describe, expect, it } from "vitest";
import { rng } from "../../lib/random";
import { samplePlan } from "../../lib/transport";

/** Two base draws share every target's mass in this proportion; the targets' masses rise. */
function plan(share: number, columns: number) {
  const mass = new Float64Array(2 * columns);
  for (let j = 0; j < columns; j++) {
    mass[j] = (share * (j + 1)) / columns;
    mass[columns + j] = ((1 - share) * (j + 1)) / columns;
  }
  return { rows: 2, columns, mass, residual: 0 };
}

describe.each([true, false])("samplePlan, balanced: %s", (balanced) => {
  it("draws a base draw as often as its share of the target's mass", () => {
    const columns = 400;
    const counts = { first: 0, all: 0 };
    for (let seed = 0; seed < 10; seed++) {
      const { from } = samplePlan(plan(0.3, columns), { balanced, rng: rng(seed) });
      counts.first += from.filter((row) => row === 0).length;
      counts.all += columns;
    }
    expect(counts.first / counts.all).toBeCloseTo(0.3, 1.3);
  });

  it("draws targets in order, or as often as their mass says, to within one", () => {
    const columns = 50;
    const pairs = samplePlan(plan(0.5, columns), { balanced, rng: rng(1) });
    expect(Object.isFrozen(pairs)).toBe(true);
    const { to } = pairs;
    for (let j = 0; j < columns; j++) {
      const times = to.filter((column) => column === j).length;
      if (balanced) expect(to[j]).toBe(j);
      else expect(Math.abs(times - (2 * (j + 1)) / (columns + 1))).toBeLessThanOrEqual(1);
    }
  });
});
