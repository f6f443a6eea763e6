import { describe, expect, it } from "vitest";
import { rng } from "../../lib/random";
import { rocArea } from "../../lib/statistics";

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
