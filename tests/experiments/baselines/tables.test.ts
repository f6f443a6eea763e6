import { describe, expect, it } from "vitest";
import { ndarray, zeros } from "../../../lib/array";
import { missingCells } from "../../../lib/data";
import {
  extraTrees,
  isolationForest,
  meanFiller,
  nearestFiller,
  neighbours,
  smote,
  treeFiller,
  tunedNearestFiller,
} from "../../../lib/experiments";
import { nearestInTable } from "../../../lib/experiments/baselines/nearest-in-table";
import { rng } from "../../../lib/random";

describe("extraTrees", () => {
  const x = rng(0).normals([400, 2]);
  const steps = Float64Array.from({ length: 400 }, (_, i) => (x.data[2 * i] > 0 ? 3 : 1));

  it("learns a step that a straight line can't, and reproduces its rows with leaves of one", () => {
    const predict = extraTrees({ x, y: steps, rng: rng(1) });
    const [low, high] = predict(ndarray([2, 2], [-0.5, 0, 0.5, 0]));
    expect(Math.abs(low - 1)).toBeLessThan(0.1);
    expect(Math.abs(high - 3)).toBeLessThan(0.1);
    const y = rng(2).normals([400]).data;
    const again = extraTrees({ x, y, leaf: 1, trees: 3, rng: rng(3) })(x);
    expect(Math.max(...again.map((value, i) => Math.abs(value - y[i])))).toBeLessThan(1e-10);
  });

  it("gives the mean where no column varies, and the same for the same seed", () => {
    expect(extraTrees({ x: zeros([4, 2]), y: [1, 2, 3, 6], rng: rng(0) })(zeros([1, 2]))[0]).toBe(3);
    const once = () => extraTrees({ x, y: steps, trees: 5, rng: rng(4) })(x);
    expect(once()).toEqual(once());
    expect(() => extraTrees({ x, y: [1], rng: rng(0) })).toThrow("400 rows");
    for (const [wrong, message] of [
      [{ trees: 2.5 }, "a whole number of trees, 1 or more, but received 2.5"],
      [{ trees: 0 }, "a whole number of trees"],
      [{ leaf: 0.5 }, "a whole number of rows of a leaf"],
      [{ tried: 1.5 }, "a whole number of columns tried"],
    ] as const) {
      expect(() => extraTrees({ x, y: steps, rng: rng(0), ...wrong })).toThrow(message);
    }
  });
});

describe("isolationForest", () => {
  it("ranks a far row above near ones, and gives 0.5 where rows can't be told apart", () => {
    const odd = isolationForest({ x: rng(0).normals([500, 2]), rng: rng(1) });
    const [near, far] = odd(ndarray([2, 2], [0, 0, 6, 6]));
    expect(near).toBeLessThan(0.5);
    expect(far).toBeGreaterThan(0.65);
    // All rows stay together at the root, whose depth counts as the usual one: 2^(−1).
    expect(isolationForest({ x: zeros([64, 2]), rng: rng(2) })(zeros([1, 2]))[0]).toBeCloseTo(0.5, 12);
  });

  it("isolates two rows at depth one: 2^(−1 / c(2)) with c(2) = 1", () => {
    const pair = ndarray([2, 1], [0, 1]);
    expect(isolationForest({ x: pair, rng: rng(3) })(pair)[0]).toBeCloseTo(0.5, 12);
    expect(() => isolationForest({ x: pair, rows: 3, rng: rng(3) })).toThrow("2 to 2 rows");
    for (const trees of [0, -1, 2.5]) {
      expect(() => isolationForest({ x: pair, trees, rng: rng(3) })).toThrow(
        `a whole number of trees, 1 or more, but received ${trees}`,
      );
    }
  });
});

describe("smote and neighbours", () => {
  it("makes rows on lines between near rows, never across a gap wider than the neighbours reach", () => {
    const x = ndarray([8, 1], [0, 1, 2, 3, 100, 101, 102, 103]);
    const { data, shape } = smote({ x, n: 500, neighbours: 3, rng: rng(0) });
    expect(shape).toEqual([500, 1]);
    for (const value of data) expect(value <= 3 || value >= 100).toBe(true);
    expect(data.some((value) => value % 1 !== 0)).toBe(true);
    expect(() => smote({ x: zeros([1, 1]), n: 1, rng: rng(0) })).toThrow("two or more rows");
  });

  it("finds the nearest, by the columns asked for", () => {
    const table = ndarray([3, 2], [0, 9, 1, 5, 2, 0]);
    const asked = ndarray([1, 2], [1.9, 8]);
    expect(Array.from(nearestInTable(table, asked, 0, { k: 2, uses: (c) => c === 0 }))).toEqual([2, 1]);
    expect(nearestInTable(table, asked, 0, { k: 1 })[0]).toBe(0);
    expect(nearestInTable(table, table, 1, { k: 1, without: 1 })[0]).toBe(0);
    const column = ndarray([3, 1], [0, 1, 2]);
    const one = { settings: column, rows: table, asked: ndarray([1, 1], [1.9]), among: 1, rng: rng(0) };
    expect(Array.from(neighbours(one).data)).toEqual([2, 0]);
  });
});

describe("the nearest rows of a short table", () => {
  const table = ndarray([3, 2], [1, 10, 2, 20, 6, 60]);
  const [asked, keep] = [ndarray([1, 2], [1, 0]), ndarray([1, 2], [1, 0])];

  it("are all of its rows where k is larger", () => {
    for (const k of [3, 4, 10]) expect(nearestFiller(table, { k })(asked, keep).data[1]).toBe(30);
    const tuned = tunedNearestFiller(table, { among: [7], missing: 0.5, rng: rng(0) });
    expect(tuned.fill(asked, keep).data[1]).toBe(30);
  });

  it("are counted in whole numbers of 1 or more", () => {
    for (const k of [0, -1, 1.5, Number.NaN]) {
      expect(() => nearestFiller(table, { k })).toThrow(`k of 1 nearest row or more, but received ${k}`);
      const tuned = () => tunedNearestFiller(table, { among: [1, k], missing: 0.5, rng: rng(0) });
      expect(tuned).toThrow(`k of 1 nearest row or more, but received ${k}`);
    }
    const few = { among: [1], missing: 0.5, rng: rng(0) };
    expect(() => tunedNearestFiller(table, { ...few, among: [] })).toThrow("one k or more to choose from");
    expect(() => tunedNearestFiller(zeros([1, 2]), few)).toThrow("two or more rows");
  });
});

describe("filling cells", () => {
  // The second column is the square of the first.
  const a = rng(5).normals([300, 1]).data;
  const table = ndarray(
    [300, 2],
    Float32Array.from({ length: 600 }, (_, e) => (e % 2 ? a[e >> 1] ** 2 : a[e >> 1])),
  );
  const asked = ndarray([2, 2], [1, 0, -1, 0]);
  const keep = ndarray([2, 2], [1, 0, 1, 0]);

  it("keeps known cells, and fills others with means, near rows' means, or what trees say", () => {
    const mean = Array.from(a).reduce((sum, v) => sum + v * v, 0) / 300;
    for (const [fill, value, within] of [
      [meanFiller(table), mean, 1e-4],
      [nearestFiller(table, { k: 3 }), 1, 0.15],
      [treeFiller(table, { rng: rng(6) }), 1, 0.15],
    ] as const) {
      const { data } = fill(asked, keep);
      expect([data[0], data[2]]).toEqual([1, -1]);
      for (const cell of [data[1], data[3]]) expect(Math.abs(cell - value)).toBeLessThan(within);
    }
  });

  it("takes means over what is known, and needs something known in each column", () => {
    const gaps = ndarray([3, 2], [1, Number.NaN, 3, 4, Number.NaN, 6]);
    expect([...meanFiller(gaps)(asked, ndarray([2, 2], [0, 0, 1, 0])).data]).toEqual([2, 5, -1, 5]);
    expect(() => meanFiller(ndarray([2, 2], [1, Number.NaN, 3, Number.NaN]))).toThrow("none in column 1");
  });

  it("tunes the number of near rows: one for a function without noise, many where nothing is known", () => {
    const options = { among: [1, 50], missing: 0.4, rng: rng(7) };
    const noise = rng(8).normals([300, 2]);
    expect(tunedNearestFiller(noise, options).k).toBe(50);
    const line = ndarray(
      [300, 2],
      table.data.map((_, e) => a[e >> 1]),
    );
    expect(tunedNearestFiller(line, { ...options, among: [1, 299 >> 1] }).k).toBe(1);
    expect(missingCells(line, { share: 0.5, kind: "at random", rng: rng(9) }).shape).toEqual([300, 2]);
  });
});
