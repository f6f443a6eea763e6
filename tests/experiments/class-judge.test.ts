import { describe, expect, it } from "vitest";
import { type NdArray, ndarray, takeRows } from "../../lib/array";
import { classJudge, compareClasses } from "../../lib/experiments";
import { type FeatureNetwork, kernelDistance } from "../../lib/metrics";
import { rng } from "../../lib/random";

/** Two classes of 2×2 images, dark and bright, with noise. */
function brightness(n: number, { seed, noise = 0.1, shift = 0 }: Record<string, number>) {
  const { shape, data } = rng(seed).normals([n, 2, 2, 1]);
  const labels = Int32Array.from({ length: n }, (_, i) => i % 2);
  return {
    x: ndarray(
      shape,
      data.map((value, e) => noise * value + (labels[e >> 2] ? 0.5 : -0.5) + shift),
    ),
    labels,
  };
}

const features = async (x: NdArray) => ndarray([x.shape[0], 4], x.data);

/** Judges by the first pixel; its features are the pixels. */
const network: FeatureNetwork = {
  name: "brightness",
  dimension: 4,
  imageShape: [2, 2, 1],
  heads: { shade: ["dark", "bright"] },
  accuracy: { shade: 1 },
  features,
  classify: async (x) => Int32Array.from({ length: x.shape[0] }, (_, i) => (x.data[i * 4] > 0 ? 1 : 0)),
};

const real = brightness(80, { seed: 1 });
const judged = async (settings: Record<string, number>, n = 40) => {
  const { x, labels } = brightness(n, settings);
  return (await classJudge({ network, real })).judge(x, labels);
};

describe("classJudge", () => {
  it("finds real images right, as diverse as real ones, and at no distance", async () => {
    const { agreement, agreementPerClass, diversityShare, kernel, kernelPerClass } = await judged({
      seed: 2,
    });
    expect(agreement).toBe(1);
    expect(agreementPerClass).toEqual([1, 1]);
    expect(Math.abs(diversityShare - 1)).toBeLessThan(0.1);
    for (const value of [kernel.value, ...kernelPerClass])
      expect(Math.abs(value as number)).toBeLessThan(0.05);
  });

  it("compares each class with real images of that class alone", async () => {
    const { x, labels } = brightness(40, { seed: 2 });
    const { judge } = await classJudge({ network, real });
    const swapped = await judge(
      x,
      labels.map((label) => 1 - label),
    );
    expect(swapped.agreement).toBe(0);
    expect(swapped.kernel.value).toBeCloseTo((await judge(x, labels)).kernel.value, 12);
    const rows = (k: number) => (i: number) => 2 * i + k;
    const dark = await features(
      takeRows(
        x,
        Array.from({ length: 20 }, (_, i) => rows(0)(i)),
      ),
    );
    const bright = await features(
      takeRows(
        real.x,
        Array.from({ length: 40 }, (_, i) => rows(1)(i)),
      ),
    );
    expect(swapped.kernelPerClass[1]).toBeCloseTo(kernelDistance(dark, bright).value, 12);
    const once = await judge(takeRows(x, [0, 1, 2, 4, 6]), Int32Array.of(0, 1, 0, 0, 0));
    expect(once.agreementPerClass).toEqual([1, 1]);
    expect(once.kernelPerClass[1]).toBeNull();
    expect(once.kernelPerClass[0]).not.toBeNull();
    const zeros = await judge(takeRows(x, [0, 2, 4]), Int32Array.of(0, 0, 0));
    expect(zeros.agreementPerClass).toEqual([1, null]);
  });

  it("measures diversity against real images'", async () => {
    expect((await judged({ seed: 2, noise: 0.05 })).diversityShare).toBeCloseTo(0.5, 1);
    expect((await judged({ seed: 2, noise: 0 })).diversityShare).toBe(0);
  });

  it("refuses what has no labels, or too few", async () => {
    await expect(classJudge({ network, real: { x: real.x } })).rejects.toThrow("labelled real images");
    const { judge } = await classJudge({ network, real });
    await expect(judge(real.x, real.labels.subarray(1))).rejects.toThrow("80 labels, one per image");
  });
});

describe("compareClasses", () => {
  const compare = async (a: Record<string, number>[], b: Record<string, number>[]) =>
    compareClasses({
      a: await Promise.all(a.map((settings) => judged(settings))),
      b: await Promise.all(b.map((settings) => judged(settings))),
      real: 80,
      rng: rng(9),
    });

  it("tells a model that is worse by every measure", async () => {
    const good = [2, 3, 4].map((seed) => ({ seed }));
    const bad = [5, 6, 7].map((seed) => ({ seed, shift: 1 }));
    const { agreement, kernel, kernelPerClass, nearer } = await compare(good, bad);
    expect([agreement, kernel].map(({ verdict }) => verdict)).toEqual(["a", "a"]);
    expect(kernelPerClass.difference).toBeLessThan(kernel.difference);
    expect(kernelPerClass.verdict).toBe("tie"); // two classes are too few for an interval of use
    expect(nearer).toEqual({ a: 2, of: 2 });
    expect(agreement.accountsFor).toBe("images and runs");
    expect(agreement.difference).toBeGreaterThan(0);
    expect(kernel.difference).toBeLessThan(0);
  });

  it("calls two models of one kind a tie", async () => {
    const [a, b] = [[2, 3, 4].map((seed) => ({ seed })), [5, 6, 7].map((seed) => ({ seed }))];
    const { agreement, kernel } = await compare(a, b);
    expect([agreement.verdict, kernel.verdict]).toEqual(["tie", "tie"]);
  });
});
