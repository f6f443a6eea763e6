import { describe, expect, it } from "vitest";
import { ndarray, takeRows } from "../../../lib/array";
import { foundAgain } from "../../../lib/metrics";
import { rng } from "../../../lib/random";

describe("foundAgain", () => {
  it("is 1 where the own truth is nearest", () => {
    const truth = ndarray([3, 1, 1, 1], [-1, 0, 1]);
    // 0.4 is nearer to 0 than to −1; 0.1 to its own 0; 0.5 as near to 0 as to its own 1.
    const { value, values } = foundAgain({ x: ndarray([3, 1, 1, 1], [0.4, 0.1, 0.5]), truth });
    expect([...values]).toEqual([0, 1, 0]);
    expect(value).toBeCloseTo(1 / 3, 12);
  });

  it("is 1 for the truth, and chance for others' images", () => {
    const truth = rng(0).normals([50, 4, 4, 1]);
    expect(foundAgain({ x: truth, truth }).value).toBe(1);
    const others = takeRows(
      truth,
      Int32Array.from({ length: 50 }, (_, i) => (i + 1) % 50),
    );
    expect(foundAgain({ x: others, truth }).value).toBe(0);
    expect(foundAgain({ x: rng(1).normals([50, 4, 4, 1]), truth }).value).toBeLessThan(0.15);
  });

  it("says what it needs", () => {
    expect(() =>
      foundAgain({ x: rng(0).normals([2, 4, 4, 1]), truth: rng(0).normals([3, 4, 4, 1]) }),
    ).toThrow();
  });
});
