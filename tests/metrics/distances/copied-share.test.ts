import { describe, expect, it } from "vitest";
import { ndarray } from "../../../lib/array";
import { copiedShare } from "../../../lib/metrics";
import { rng } from "../../../lib/random";

const uniform = (n: number, d: number, seed: number) => {
  const random = rng(seed);
  return ndarray(
    [n, d],
    Array.from({ length: n * d }, () => random.uniform()),
  );
};

describe("copiedShare", () => {
  it("counts samples much nearer to one training point than to the next", () => {
    const train = ndarray([2, 1], [0, 3]);
    const samples = ndarray([4, 1], [0, 0.5, 1, 2.9]); // ratios 0, 1/5, 1/2, 1/29
    expect(copiedShare({ generated: samples, train })).toBe(0.75);
    expect(copiedShare({ generated: samples, train, ratio: 0.1 })).toBe(0.5);
    expect(copiedShare({ generated: samples, train, ratio: 0.51 })).toBe(1);
  });

  it.each([1, 2, 3])("is about ratio^d for fresh points in %d dimensions", (d) => {
    const share = copiedShare({ generated: uniform(3000, d, 1), train: uniform(1000, d, 2), ratio: 0.5 });
    expect(Math.abs(share - 0.5 ** d)).toBeLessThan(0.04);
  });

  it("says what it needs", () => {
    const points = uniform(3, 2, 1);
    expect(() => copiedShare({ generated: points, train: uniform(1, 2, 1) })).toThrow("2");
    expect(() => copiedShare({ generated: points, train: points, ratio: 1 })).toThrow(
      "a ratio above 0, below 1",
    );
    expect(() => copiedShare({ generated: points, train: uniform(3, 3, 1) })).toThrow();
  });
});
