import { expect, test } from "vitest";
import { ndarray } from "../../lib/array";
import { batchOf, rowsOf, shuffled, describe as summary, take } from "../../lib/data";
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

test("an order drawn from the seed keeps every sample with its label, and puts others first", () => {
  const x = ndarray(
    [200, 2],
    Float64Array.from({ length: 400 }, (_, e) => e),
  );
  const mixed = shuffled({ x, labels: Int32Array.from({ length: 200 }, (_, i) => i) }, rng(3));
  expect([...mixed.labels!].sort((a, b) => a - b)).toEqual(Array.from({ length: 200 }, (_, i) => i));
  for (const [i, label] of mixed.labels!.entries()) {
    expect([...mixed.x.data.subarray(2 * i, 2 * i + 2)]).toEqual([2 * label, 2 * label + 1]);
  }
  // Of the first hundred, as many as chance has it were in the first half: 50 ± 4 × 3.5.
  const early = mixed.labels!.subarray(0, 100).filter((label) => label < 100).length;
  expect(Math.abs(early - 50)).toBeLessThan(15);
  expect(shuffled({ x }, rng(3)).x).toEqual(mixed.x);
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
    notes: [],
  });
  expect(checksum).toMatch(/^[0-9a-f]{64}$/);
  expect(summary({ ...set, test: take(samples, 3) }).checksum).not.toBe(checksum);
  expect(summary({ ...set, name: "copy" }).checksum).toBe(checksum);
});

test.each([
  [
    "too few labels",
    { labels: Int32Array.of(0, 1) },
    /4 entries in ξ.labels, one per sample, but received 2/,
  ],
  ["too many labels", { labels: new Int32Array(5) }, /4 entries in ξ.labels, one per sample, but received 5/],
  [
    "too few label weights",
    { labelWeights: ndarray([3, 2], [1, 0, 1, 0, 1, 0]) },
    /4 entries in ξ.labelWeights.*3/,
  ],
  ["too many embeddings", { embedding: ndarray([5, 1], [0, 0, 0, 0, 0]) }, /4 entries in ξ.embedding.*5/],
])("%s are refused, however rows are taken", (_, known, message) => {
  const wrong = { x: samples.x, ...known };
  expect(() => rowsOf(wrong, [0])).toThrow(message);
  expect(() => take(wrong, 1)).toThrow(message);
  expect(() => batchOf(wrong, 1, rng(1))).toThrow(message);
});

test.each([
  ["NaN", Number.NaN],
  ["a fraction", 0.5],
  ["below −1", -2],
])("a label that is %s is refused, rather than made a class", (_, label) => {
  const labels = Float64Array.of(0, label, 2, -1) as unknown as Int32Array;
  const wrong = { x: samples.x, labels };
  expect(() => take(wrong, 4)).toThrow(`but received ${label} for sample 1`);
  expect(take(wrong, 1).labels).toEqual(Int32Array.of(0));
  expect(rowsOf(wrong, [3]).labels).toEqual(Int32Array.of(-1));
});

test.each([-1, 1.5, Number.NaN])("no %d samples are taken", (n) => {
  expect(() => take(samples, n)).toThrow(/a whole number of at most 4 samples to take/);
});
