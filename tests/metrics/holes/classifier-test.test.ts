import { beforeAll, describe, expect, it } from "vitest";
import { exchanged, noise, specks, type TrueHoles } from "../../../datasets/tools/hole-faults";
import { ndarray, sliceRows } from "../../../lib/array";
import { tiles } from "../../../lib/couplings";
import { classifierTest } from "../../../lib/metrics/holes/classifier-test";
import { rng } from "../../../lib/random";
import { emojiWithHoles } from "./faults";

describe("classifierTest", () => {
  let holes: TrueHoles;
  beforeAll(async () => {
    holes = await emojiWithHoles(60);
  });
  const test = (x: TrueHoles["truth"], truth = holes.truth) =>
    classifierTest({ x, truth, keep: holes.keep, rng: rng(1) });

  it("is ½ for perfect fillings", () => {
    const found = test(holes.truth);
    expect(found.value).toBe(0.5);
    expect(found.pairs.value).toBe(0.5);
    expect(found.pValue).toBe(1);
  });

  it("finds specks on one pixel in a hundred, from few images", () => {
    const found = test(specks(0.01)(holes, rng(2)));
    expect(found.value).toBeGreaterThan(0.8);
    expect(found.low).toBeGreaterThan(0.65);
    // With 12 images in each of 5 groups it can't be below 2 · 2⁻¹².
    expect(found.pValue).toBeLessThan(0.02);
    // Images without a speck can't be told: e^{−3.07} of them.
    expect(found.pairs.value).toBeGreaterThan(0.85);
  });

  it("is not taken in by what can't be seen", () => {
    // Four tenths of a level of 256: rounding removes it.
    const x = { ...holes.truth, data: holes.truth.data.map((value, e) => value + (e % 2 ? 1 : -1) * 0.003) };
    expect(test(x).value).toBe(0.5);
  });

  it("keeps its level: filled and true ones that are exchanged at random are not told apart", () => {
    const n = 40;
    const truth = ndarray([n, 8, 8, 1], rng(5).normals([n, 8, 8, 1]).data.map(Math.tanh));
    const keep = tiles({ grid: 4, p: 0.5 }).draw({ n, h: 8, w: 8 }, rng(6));
    const x = specks(0.3)({ truth, keep, classes: new Int32Array(n) }, rng(7));
    let rejected = 0;
    for (let r = 0; r < 100; r++) {
      const either = exchanged(x, truth, rng(r));
      if (classifierTest({ ...either, keep, folds: 2, rng: rng(r) }).pValue <= 0.05) rejected++;
    }
    // At a level of 5 %, 13 or more of 100 have probability 0.002.
    expect(rejected).toBeLessThan(13);
  });

  it("depends on its seed alone", () => {
    const x = noise(0.1)(holes, rng(4));
    expect(test(x)).toEqual(test(x));
  });

  it("needs images for all its groups", () => {
    const few = {
      x: sliceRows(holes.truth, 0, 9),
      truth: sliceRows(holes.truth, 0, 9),
      keep: sliceRows(holes.keep, 0, 9),
    };
    expect(() => classifierTest({ ...few, rng: rng(0) })).toThrow("10 images or more with a hole");
    expect(() => classifierTest({ ...few, folds: 1, rng: rng(0) })).toThrow("2 folds or more");
  });
});
