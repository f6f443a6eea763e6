import { expect, it } from "vitest";
import { meanOf } from "../../lib/statistics/mean";

it("is (n + 1) / 2 of 1, …, n, whatever holds them, and not a number of none", () => {
  const values = Array.from({ length: 100 }, (_, i) => i + 1);
  for (const list of [values, Float32Array.from(values), Int32Array.from(values)]) {
    expect(meanOf(list)).toBe(50.5);
  }
  expect(meanOf([])).toBeNaN();
});

it("adds in double precision and in the order given", () => {
  expect(meanOf(Float32Array.of(2 ** 24, 1))).toBe((2 ** 24 + 1) / 2);
  expect(meanOf([1e16, 1, -1e16])).toBe(0); // 1e16 + 1 = 1e16
  expect(meanOf([1e16, -1e16, 1])).toBe(1 / 3);
});
