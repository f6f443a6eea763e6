import { expect, test } from "vitest";
import { ndarray } from "../../../lib/array";
import { distanceFloor } from "../../../lib/metrics/distances/floor";
import { rng } from "../../../lib/random";

const train = ndarray([5, 1], [0, 1, 2, 3, 4]);
const held = ndarray([3, 1], [10, 11, 12]);

test("a floor compares n different rows of each split", () => {
  const [a, b] = distanceFloor({ train, test: held, n: 3, rng: rng(1), distance: (...sets) => sets });
  expect([a.shape, b.shape]).toEqual([
    [3, 1],
    [3, 1],
  ]);
  expect(new Set(a.data).size).toBe(3);
  expect([...a.data].every((x) => x < 10)).toBe(true);
  expect([...b.data].sort()).toEqual([10, 11, 12]);
});

test("a floor needs n rows in each split", () => {
  const distance = () => 0;
  expect(() => distanceFloor({ train, test: held, n: 4, rng: rng(1), distance })).toThrow(
    /at most 3 samples in each split.*n = 4/,
  );
});
