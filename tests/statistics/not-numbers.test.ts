import { describe, expect, it } from "vitest";
import { ndarray } from "../../lib/array";
import { holeError } from "../../lib/metrics";
import { rng } from "../../lib/random";
import {
  conditionalVariance,
  marginalGap,
  nearestRows,
  nearestValues,
  rankCorrelations,
  rocArea,
} from "../../lib/statistics";

describe("what isn't a number", () => {
  const image = (value: number) => ndarray([2, 1, 2, 1], [value, 1, 1, 1]);
  it.each<[string, () => unknown]>([
    ["ranks", () => rankCorrelations(ndarray([3, 2], [1, 2, 3, Number.NaN, 5, 6]))],
    ["distribution functions", () => marginalGap([1, Number.NaN], [1, 2])],
    ["neighbours in x", () => conditionalVariance([1, 2, 3], [1, Number.NaN, 3])],
    ["nearest values", () => nearestValues([1, 2], [Number.NaN])],
    ["nearest rows", () => nearestRows(ndarray([1, 2], [Number.NaN, 1]), ndarray([2, 2], [1, 1, 2, 2]))],
    ["rows to choose from", () => nearestRows(ndarray([1, 1], [0]), ndarray([2, 1], [Number.NaN, 2]))],
    [
      "holes",
      () => holeError({ x: image(Number.NaN), truth: image(0), keep: ndarray([2, 1, 2, 1], [0, 1, 0, 1]) }),
    ],
  ])("is refused by %s", (_, work) => {
    expect(work).toThrow(/but received NaN/);
  });
});

describe("rocArea of scores that are all told apart", () => {
  it("has an interval that holds a true area near 1 as often as it says", () => {
    // P(odd > normal) = Φ(shift / √2) = 0.983 for a shift of 3.
    const area = 0.98305;
    const source = rng("areas");
    let [told, held] = [0, 0];
    for (let k = 0; k < 2000; k++) {
      const normal = Array.from({ length: 5 }, () => source.normal());
      const odd = Array.from({ length: 5 }, () => source.normal() + 3);
      const { value, low, high } = rocArea({ normal, odd });
      if (value < 1) continue;
      told++;
      if (low <= area && area <= high) held++;
    }
    expect(told).toBeGreaterThan(1000);
    expect(held / told).toBe(1);
  });

  it("is Wilson's of as many pairs as the smaller side has, and mirrored where all are wrong", () => {
    const z = 1.959963984540054;
    const right = rocArea({ normal: [1, 2, 3], odd: [4, 5, 6, 7] });
    expect(right).toMatchObject({ value: 1, high: 1 });
    expect(right.low).toBeCloseTo(3 / (3 + z ** 2), 9);
    const wrong = rocArea({ normal: [4, 5, 6, 7], odd: [1, 2, 3] });
    expect([wrong.value, wrong.low]).toEqual([0, 0]);
    expect(wrong.high).toBeCloseTo(1 - right.low, 9);
  });
});
