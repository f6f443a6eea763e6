import { beforeAll, describe, expect, it } from "vitest";
import { exchanged, noise, specks, type TrueHoles } from "../../../datasets/tools/hole-faults";
import { sliceRows } from "../../../lib/array";
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
    expect(found.pValue).toBeLessThan(1e-6);
    // Images without a speck can't be told: e^{−3.07} of them.
    expect(found.pairs.value).toBeGreaterThan(0.85);
  });

  it("is not taken in by what can't be seen", () => {
    // Four tenths of a level of 256: rounding removes it.
    const x = { ...holes.truth, data: holes.truth.data.map((value, e) => value + (e % 2 ? 1 : -1) * 0.003) };
    expect(test(x).value).toBe(0.5);
  });

  it("keeps its level: filled and true ones that are exchanged at random are not told apart", () => {
    const small = { ...holes, truth: sliceRows(holes.truth, 0, 24), keep: sliceRows(holes.keep, 0, 24) };
    const x = specks(0.05)(small, rng(3));
    let small005 = 0;
    const repeats = 20;
    for (let r = 0; r < repeats; r++) {
      const either = exchanged(x, small.truth, rng(r));
      if (classifierTest({ ...either, keep: small.keep, rng: rng(r) }).pValue <= 0.05) small005++;
    }
    // At a level of 5 %, 5 or more of 20 have probability 0.003.
    expect(small005).toBeLessThan(5);
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
