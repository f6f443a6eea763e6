import { describe, expect, it } from "vitest";
import { concatRows, ndarray, sliceRows } from "../../lib/array";
import { type Dataset, inspectDataset } from "../../lib/data";
import { rng } from "../../lib/random";

const images = rng(1).normals([40, 8, 8, 1]);
const near = ndarray(
  [40, 8, 8, 1],
  images.data.map((value) => value + 0.05),
);
const dataset = (parts: Partial<Dataset>): Dataset => ({
  name: "own",
  classes: [],
  train: { x: sliceRows(images, 0, 30) },
  test: { x: sliceRows(images, 30, 40) },
  ...parts,
});

describe("inspectDataset", () => {
  it("finds nothing where nothing is shared", () => {
    const { leaks, splits } = inspectDataset(dataset({}));
    expect(leaks).toEqual([{ of: "test", from: "train", equal: 0, alike: 0, compared: 10 }]);
    expect(splits.map(({ name, samples, repeated }) => [name, samples, repeated])).toEqual([
      ["train", 30, 0],
      ["test", 10, 0],
    ]);
  });

  it("counts samples of a split that an earlier one has, equal and alike", () => {
    const test = {
      x: concatRows([sliceRows(images, 30, 37), sliceRows(images, 0, 2), sliceRows(near, 5, 6)]),
    };
    const validation = { x: sliceRows(images, 36, 38) };
    const { leaks, pitfalls } = inspectDataset(dataset({ test, validation }));
    expect(leaks.map(({ of, from, equal, alike }) => [of, from, equal, alike])).toEqual([
      ["validation", "train", 0, 0],
      ["test", "train", 2, 3],
      ["test", "validation", 1, 1],
    ]);
    expect(pitfalls.slice(0, 3)).toEqual([
      "Samples of the test split that equal one of the train split: 2.",
      "Images of the test split that look like one of the train split: 3 of 10.",
      "Samples of the test split that equal one of the validation split: 1.",
    ]);
    expect(inspectDataset(dataset({ test }), { apart: 1e-6 }).leaks[0].alike).toBe(2);
    expect(inspectDataset(dataset({ test }), { compared: 8 }).leaks[0]).toMatchObject({
      alike: 1,
      compared: 8,
    });
  });

  it("counts classes, values, repetitions and what is missing", () => {
    const x = ndarray([4, 2], [0, 1, 2, Number.NaN, 0, 1, -3, 30]);
    const keep = ndarray([4, 2], [1, 0, 1, 0, 1, 0, 0, 1]);
    const labels = Int32Array.of(0, 0, -1, 0);
    const data = dataset({
      train: { x, keep, labels },
      test: { x, labels: Int32Array.of(0, 1, 1, 1) },
      classes: ["a", "b"],
    });
    const { splits, pitfalls, leaks } = inspectDataset(data);
    expect(splits[0]).toMatchObject({
      perClass: [3, 0],
      unlabelled: 1,
      repeated: 1,
      least: -3,
      largest: 30,
      missing: 0.125,
    });
    expect(splits[0].mean).toBeCloseTo(31 / 7);
    const squares = (0 + 1 + 4 + 0 + 1 + 9 + 900) / 7;
    expect(splits[0].deviation).toBeCloseTo(Math.sqrt(squares - (31 / 7) ** 2));
    expect(leaks).toEqual([{ of: "test", from: "train", equal: 4 }]);
    for (const text of [
      "The train split has no sample of class b.",
      "Samples of the train split that repeat an earlier one: 1.",
      "Values reach 30.0 where noise has a deviation of 1.",
      "No row for training is complete: whole rows can't be learned.",
    ]) {
      expect(pitfalls).toContain(text);
    }
  });
});
