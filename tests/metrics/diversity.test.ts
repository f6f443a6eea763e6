import { expect, test } from "vitest";
import { ndarray } from "../../lib/array";
import { diversity } from "../../lib/metrics/diversity";

const points = ndarray([6, 2], [0, 0, 3, 4, 9, 9, 6, 8, 1, 1, 1, 1]);

test("diversity is the mean distance of pairs within a class", () => {
  const found = diversity(points, Int32Array.of(0, 0, 1, 0, 3, 3));
  expect(found.perClass).toEqual([(5 + 10 + 5) / 3, null, null, 0]);
  expect(found.diversity).toBeCloseTo(10 / 3, 12);
});

test("diversity says what is wrong with its input", () => {
  expect(() => diversity(points, Int32Array.of(0, 1))).toThrow(/6 labels, one per row of features.*2/);
  expect(() => diversity(points, Int32Array.of(0, 1, 2, 3, 4, 5))).toThrow(
    /a class with at least two samples/,
  );
  expect(() => diversity(points, Int32Array.of(0, 0, 0, -1, 0, 0))).toThrow(/labels of at least 0.*-1/);
});
