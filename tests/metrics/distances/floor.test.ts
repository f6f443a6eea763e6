import { expect, test } from "vitest";
import { type NdArray, ndarray, sliceRows } from "../../../lib/array";
import { distanceFloor } from "../../../lib/metrics/distances/floor";
import { rng } from "../../../lib/random";

const train = ndarray([5, 1], [0, 1, 2, 3, 4]);
const sum = ({ data }: NdArray) => Array.from(data).reduce((total, value) => total + value, 0);
const held = ndarray([3, 1], [10, 11, 12]);

test("a floor compares n different rows of each split, drawn afresh each time", () => {
  const seen: (readonly [NdArray, NdArray])[] = [];
  const { mean, sd, n } = distanceFloor({
    train,
    test: held,
    n: 3,
    rng: rng(1),
    draws: 20,
    distance(a, b) {
      seen.push([a, b]);
      return sum(a);
    },
  });
  for (const [a, b] of seen) {
    expect([a.shape, b.shape]).toEqual([
      [3, 1],
      [3, 1],
    ]);
    expect(new Set(a.data).size).toBe(3);
    expect([...a.data].every((x) => x < 10)).toBe(true);
    expect([...b.data].sort()).toEqual([10, 11, 12]);
  }
  expect(n).toBe(20);
  // Sums of 3 of 0, …, 4 without replacement: mean 6, variance 3 · 2 · (5 − 3)/(5 − 1) = 3.
  expect(Math.abs(mean - 6)).toBeLessThan(1.2);
  expect(sd).toBeGreaterThan(1);
  expect(sd).toBeLessThan(2.6);
});

test("the spread is that of fresh draws from large splits, and NaN where there is nothing to draw", () => {
  const [a, b] = [rng("a").normals([4000, 1]), rng("b").normals([4000, 1])];
  const difference = (x: NdArray, y: NdArray) => (sum(x) - sum(y)) / 40;
  const { sd } = distanceFloor({ train: a, test: b, n: 40, rng: rng(1), draws: 400, distance: difference });
  expect(sd / Math.sqrt(2 / 40)).toBeCloseTo(1, 0.8);
  const [few, other] = [sliceRows(a, 0, 40), sliceRows(b, 0, 40)];
  expect(distanceFloor({ train: few, test: other, n: 40, rng: rng(1), distance: difference }).sd).toBeNaN();
});

test("a floor needs n rows in each split", () => {
  const distance = () => 0;
  expect(() => distanceFloor({ train, test: held, n: 4, rng: rng(1), distance })).toThrow(
    /at most 3 samples in each split.*n = 4/,
  );
  expect(() => distanceFloor({ train, test: held, n: 3, rng: rng(1), distance, draws: 0 })).toThrow(
    /1 draw or more/,
  );
  for (const n of [-1, 0, 1.5]) {
    expect(() => distanceFloor({ train, test: held, n, rng: rng(1), distance })).toThrow(
      `1 sample or more for a floor, but received n = ${n}`,
    );
  }
});
