import { expect, test } from "vitest";
import { ndarray } from "../../lib/array";
import { batchOf, rowsOf, describe as summary, take } from "../../lib/data";
import { rng } from "../../lib/random";

const samples = { x: ndarray([4, 2], [0, 1, 10, 11, 20, 21, 30, 31]), labels: Int32Array.of(0, 1, 2, 3) };

test("rows are taken in the order asked for, with their labels", () => {
  const { x, labels } = rowsOf(samples, [3, 0, 3]);
  expect([...x.data]).toEqual([30, 31, 0, 1, 30, 31]);
  expect(labels).toEqual(Int32Array.of(3, 0, 3));
  expect(rowsOf({ x: samples.x }, [1]).labels).toBeUndefined();
  expect([...take(samples, 2).x.data]).toEqual([0, 1, 10, 11]);
  expect(() => take(samples, 5)).toThrow(/at most 4 samples to take.*5/);
});

test("a batch holds whole samples and follows from the seed", () => {
  const batch = batchOf(samples, 50, rng(1));
  expect(batch.x.shape).toEqual([50, 2]);
  for (let i = 0; i < 50; i++)
    expect([...batch.x.data.subarray(2 * i, 2 * i + 2)]).toEqual([
      10 * batch.labels![i],
      10 * batch.labels![i] + 1,
    ]);
  expect(new Set(batch.labels).size).toBe(4);
  expect(batchOf(samples, 50, rng(1))).toEqual(batch);
});

test("a set made in code is described by its content", () => {
  const set = { name: "toy", train: samples, test: take(samples, 2), classes: ["a", "b", "c", "d"] };
  const { checksum, ...rest } = summary(set);
  expect(rest).toEqual({
    name: "toy",
    train: 4,
    test: 2,
    shape: [2],
    classes: ["a", "b", "c", "d"],
    licence: "none: made by this project's code",
    source: "made by this project's code",
  });
  expect(checksum).toMatch(/^[0-9a-f]{64}$/);
  expect(summary({ ...set, test: take(samples, 3) }).checksum).not.toBe(checksum);
  expect(summary({ ...set, name: "copy" }).checksum).toBe(checksum);
});
