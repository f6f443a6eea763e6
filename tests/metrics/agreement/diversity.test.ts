import { expect, test } from "vitest";
import { ndarray } from "../../../lib/array";
import { diversity } from "../../../lib/metrics/agreement/diversity";

const points = ndarray([6, 2], [0, 0, 3, 4, 9, 9, 6, 8, 1, 1, 1, 1]);

test("diversity is the mean distance of pairs within a class", () => {
  const found = diversity(points, Int32Array.of(0, 0, 1, 0, 3, 3));
  expect(found.perClass).toEqual([(5 + 10 + 5) / 3, null, null, 0]);
  expect(found.diversity).toBeCloseTo(10 / 3, 12);
  for (const record of [found, found.perClass]) expect(Object.isFrozen(record)).toBe(true);
});

test("diversity says what is wrong with its input", () => {
  expect(() => diversity(points, Int32Array.of(0, 1))).toThrow(/6 labels, one per row of features.*2/);
  expect(() => diversity(points, Int32Array.of(0, 1, 2, 3, 4, 5))).toThrow(
    /a class with at least two samples/,
  );
  expect(() => diversity(points, Int32Array.of(0, 0, 0, -1, 0, 0))).toThrow(/labels of at least 0.*-1/);
});

test.each([
  ["too few", Int32Array.of(0, 0), "3 labels, one per row of features, but received 2"],
  ["negative", Int32Array.of(0, 0, -1), "whole labels of at least 0, but received -1 in row 2"],
  ["NaN", Float64Array.of(0, Number.NaN, 0) as unknown as Int32Array, "but received NaN in row 1"],
  ["no whole numbers", Float64Array.of(0.5, 0, 0) as unknown as Int32Array, "but received 0.5 in row 0"],
])("labels that are %s are refused", (_, labels, message) => {
  expect(() => diversity(ndarray([3, 1], [0, 1, 2]), labels)).toThrow(message);
});
