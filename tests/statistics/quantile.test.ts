import { expect, it } from "vitest";
import { quantile } from "../../lib/statistics/quantile";

it("is the median and the quartiles of values in any order, which it leaves as they were", () => {
  const values = [7, 1, 3, 5, 100];
  expect([0, 0.25, 0.5, 0.75, 1].map((p) => quantile(values, p))).toEqual([1, 3, 5, 7, 100]);
  expect(values).toEqual([7, 1, 3, 5, 100]);
  expect(quantile([4, 1], 0.5)).toBe(2.5);
  expect(quantile([9], 0.25)).toBe(9);
});

it("refuses no values, and what is no share", () => {
  expect(() => quantile([], 0.5)).toThrow("one value or more");
  expect(() => quantile([Number.NaN, 1, 2, 3], 0.5)).toThrow(
    "values that are numbers, but received NaN at place 0",
  );
  const { POSITIVE_INFINITY: infinite } = Number;
  expect(quantile([infinite, 1, 2], 0.5)).toBe(2);
  expect(quantile([infinite, 1, infinite], 0.75)).toBe(infinite);
  for (const p of [-0.1, 1.1, Number.NaN]) expect(() => quantile([1, 2], p)).toThrow("a p from 0 to 1");
});
