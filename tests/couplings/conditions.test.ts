import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type NdArray, ndarray } from "../../lib/array";
import {
  classGaussian,
  type DirectCoupling,
  embeddingDropout,
  independent,
  inpainting,
  labelDropout,
  softLabels,
  threeModes,
  tiles,
  withEmbedding,
  withLabels,
} from "../../lib/couplings";
import type { Samples } from "../../lib/data";
import { rng } from "../../lib/random";

const n = 6;
const targets: Samples = {
  x: rng(0).normals([n, 2]),
  labels: Int32Array.of(0, 1, 2, 2, 1, 0),
  embedding: rng(1).normals([n, 3]),
};
const many = (count: number): Samples => ({
  x: rng(2).normals([count, 2]),
  labels: Int32Array.from({ length: count }, (_, i) => i % 3),
  embedding: rng(3).normals([count, 2]),
});
const row = ({ data, shape }: NdArray, i: number) =>
  Array.from(data.subarray(i * shape[1], (i + 1) * shape[1]));

describe("every wrapping of a condition", () => {
  const wrappings: [string, (coupling: DirectCoupling) => DirectCoupling][] = [
    ["withLabels", (coupling) => withLabels(coupling, { classes: 3 })],
    ["softLabels", (coupling) => softLabels(coupling, { classes: 3, smoothing: 0.1 })],
    ["withEmbedding", (coupling) => withEmbedding(coupling, { width: 3 })],
    ["labelDropout", (coupling) => labelDropout(withLabels(coupling, { classes: 3 }), { p: 0.5 })],
    ["embeddingDropout", (coupling) => embeddingDropout(withEmbedding(coupling, { width: 3 }), { p: 0.5 })],
  ];

  it.each(wrappings)("%s leaves the draws as they were, and drops nothing from a start", (_, wrap) => {
    const plain = independent();
    const wrapped = wrap(plain);
    const drawn = wrapped.draw(targets, rng(5));
    expect(drawn.x0).toEqual(plain.draw(targets, rng(5)).x0);
    expect(drawn.x1).toBe(targets.x);
    const { labels, embedding } = targets;
    const begun = wrapped.start?.({ shape: [n, 2], labels, embedding }, rng(5));
    expect(begun?.x0).toEqual(drawn.x0);
    if (begun?.xi.labels) expect(begun.xi.labels).toEqual(labels);
    if (begun?.xi.embedding) expect(begun.xi.embedding).toEqual(embedding);
  });

  it.each(wrappings)("%s starts nothing where the coupling can't", (_, wrap) => {
    expect(wrap(inpainting({ mask: tiles({ grid: 2, p: 0.5 }) })).start).toBeUndefined();
  });

  it("softLabels shows no label that labelDropout has hidden, on either side of it", () => {
    const labelled = independent({ classes: 3 });
    const soft = (coupling: DirectCoupling) => softLabels(coupling, { classes: 3, smoothing: 0.3 });
    const dropped = labelDropout(labelled, { p: 0.5 }).draw(targets, rng(1)).xi.labels!;
    expect([...dropped].some((label) => label < 0) && [...dropped].some((label) => label >= 0)).toBe(true);
    const inside = soft(labelDropout(labelled, { p: 0.5 }));
    const twice = soft(labelDropout(soft(labelled), { p: 0.5 }));
    for (const coupling of [inside, twice]) {
      expect(coupling.condition.labelWeights?.missing).toBe(true);
      const { labelWeights } = coupling.draw(targets, rng(1)).xi;
      dropped.forEach((label, i) => {
        const weights = [0, 1, 2].map((k) => (label < 0 ? 0 : Math.fround(k === label ? 0.8 : 0.1)));
        expect(row(labelWeights!, i).map((weight, k) => Math.abs(weight - weights[k]) < 1e-6)).toEqual([
          true,
          true,
          true,
        ]);
      });
    }
  });

  it("softLabels shows weights of targets that have no label", () => {
    const labelWeights = ndarray([2, 2], [0.5, 0.5, 0.25, 0.75]);
    const unlabelled = { x: rng(0).normals([2, 2]), labels: Int32Array.of(-1, -1), labelWeights };
    const partly = withLabels(independent(), { classes: 2, missing: true });
    expect(softLabels(partly, { classes: 2 }).draw(unlabelled, rng(0)).xi.labelWeights?.data).toEqual(
      labelWeights.data,
    );
  });

  it("can be put on one another, beside a mask", () => {
    const x = rng(4).normals([n, 4, 4, 1]);
    const mask = tiles({ grid: 2, p: 0.5 });
    const whole = labelDropout(
      softLabels(embeddingDropout(withEmbedding(inpainting({ mask }), { width: 3 }), { p: 0.5 }), {
        classes: 3,
      }),
      { p: 0.5 },
    );
    expect(JSON.parse(JSON.stringify(whole.condition))).toEqual({
      keep: { kind: "keep" },
      labelWeights: { kind: "labelWeights", classes: 3, missing: true },
      embedding: { kind: "embedding", width: 3, missing: true },
    });
    const { xi } = whole.draw({ ...targets, x }, rng(1));
    expect(Object.keys(xi).sort()).toEqual(["embedding", "keep", "labelWeights"]);
    expect(xi.keep).toEqual(inpainting({ mask }).draw({ x }, rng(1)).xi.keep);
  });

  it("keeps what else a coupling knows", () => {
    const coupling = threeModes({ pairing: "matched", labelled: true });
    expect(labelDropout(coupling, { p: 0.1 }).components).toBe(coupling.components);
  });
});

describe("labelDropout", () => {
  it("hides a share p of the labels, whatever they are, and not always the same ones", () => {
    const count = 3000;
    for (const p of [0, 0.2, 1]) {
      const coupling = labelDropout(independent({ classes: 3 }), { p });
      expect(coupling.condition.labels).toMatchObject({ classes: 3, missing: true });
      const source = rng(7);
      const draws = [1, 2].map(() => coupling.draw(many(count), source).xi.labels as Int32Array);
      for (const labels of draws) {
        const hidden = [0, 0, 0];
        labels.forEach((label, i) => {
          if (label === -1) hidden[i % 3]++;
        });
        expect(labels.filter((label, i) => label !== -1 && label !== i % 3)).toHaveLength(0);
        const error = 4 * Math.sqrt((p * (1 - p)) / (count / 3));
        for (const each of hidden) expect(Math.abs(each / (count / 3) - p)).toBeLessThanOrEqual(error);
      }
      if (p === 0.2) expect(draws[0]).not.toEqual(draws[1]);
    }
  });

  it("makes rows of zeros of soft labels", () => {
    const coupling = labelDropout(softLabels(independent(), { classes: 3 }), { p: 1 });
    const { labelWeights } = coupling.draw(targets, rng(0)).xi;
    expect(labelWeights?.data.every((weight) => weight === 0)).toBe(true);
  });

  it("leaves a base that depends on the class with its class", () => {
    const x = ndarray([4, 1], [100, 101, -100, -101]);
    const labels = Int32Array.of(0, 0, 1, 1);
    const coupling = labelDropout(classGaussian({ samples: { x, labels }, classes: 2, labelled: true }), {
      p: 1,
    });
    const { x0, xi } = coupling.draw({ x, labels }, rng(0));
    expect(Array.from(x0.data, Math.sign)).toEqual([1, 1, -1, -1]);
    expect(Array.from(xi.labels ?? [])).toEqual([-1, -1, -1, -1]);
  });

  it("needs labels and a probability", () => {
    expect(() => labelDropout(independent(), { p: 0.1 })).toThrow(/has none. Make it with classes/);
    expect(() => labelDropout(independent({ classes: 3 }), { p: 1.1 })).toThrow(/from 0 to 1, .* 1\.1/);
    expect(() => labelDropout(independent({ classes: 3 }), { p: Number.NaN })).toThrow(/NaN/);
  });
});

describe("withLabels", () => {
  it("lets labels be missing where that was said, and only there", () => {
    const partly = { x: targets.x, labels: Int32Array.of(0, -1, 2, -1, 1, 0) };
    const coupling = withLabels(independent(), { classes: 3, missing: true });
    expect(coupling.draw(partly, rng(0)).xi.labels).toEqual(partly.labels);
    expect(() => withLabels(independent(), { classes: 3 }).draw(partly, rng(0))).toThrow(
      /labels from 0 to 2 .* −1, .* missing: true/,
    );
    expect(() => coupling.draw({ ...partly, labels: Int32Array.of(0, -2, 0, 0, 0, 0) }, rng(0))).toThrow(
      /or −1 where unknown, .* received -2/,
    );
    expect(() => coupling.draw({ x: targets.x }, rng(0))).toThrow(/6 labels, one per sample/);
    expect(() => withLabels(independent({ classes: 3 }), { classes: 3 })).toThrow(
      /which has {"kind":"labels","classes":3}/,
    );
    for (const label of [Number.NaN, 0.5, 3]) {
      const labels = Float64Array.of(0, 1, 2, label, 1, 0) as unknown as Int32Array;
      expect(() => coupling.draw({ x: targets.x, labels }, rng(0))).toThrow(`but received ${label}`);
    }
  });
});

describe("softLabels", () => {
  it("smooths labels to distributions that keep the label most likely, and leaves missing ones out", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 6 }),
        fc.double({ min: 0, max: 0.9, noNaN: true }),
        (classes, smoothing) => {
          const coupling = softLabels(independent(), { classes, smoothing, missing: true });
          const labels = Int32Array.of(1, -1);
          const { labelWeights } = coupling.draw({ x: rng(0).normals([2, 1]), labels }, rng(0)).xi;
          const [known, missing] = [0, 1].map((i) => row(labelWeights as NdArray, i));
          expect(missing).toEqual(missing.map(() => 0));
          known.forEach((weight, c) => {
            expect(weight).toBeCloseTo(
              c === 1 ? 1 - (smoothing * (classes - 1)) / classes : smoothing / classes,
              6,
            );
          });
        },
      ),
      { numRuns: 30, seed: 1 },
    );
  });

  it("prefers the targets' own probabilities, and replaces hard labels of the coupling", () => {
    const labelWeights = ndarray([2, 2], [0.25, 0.75, 1, 0]);
    const coupling = softLabels(independent({ classes: 2 }), { classes: 2, smoothing: 0.5 });
    const { xi } = coupling.draw(
      { x: rng(0).normals([2, 1]), labels: Int32Array.of(0, 0), labelWeights },
      rng(0),
    );
    expect(xi).toEqual({ labelWeights });
    expect(coupling.start?.({ shape: [2, 1], labels: Int32Array.of(1, 0) }, rng(0)).xi).toEqual({
      labelWeights: ndarray([2, 2], [0, 1, 1, 0]),
    });
  });

  it("refuses what is no distribution", () => {
    const coupling = softLabels(independent(), { classes: 2 });
    const weigh = (weights: number[], wrapped = coupling) =>
      wrapped.draw(
        { x: rng(0).normals([1, 1]), labelWeights: ndarray([1, weights.length], weights) },
        rng(0),
      );
    expect(() => weigh([0.5, 0.6])).toThrow(/sum to 1 .* received 1\.1/);
    expect(() => weigh([0.5, 0.2])).toThrow(/0\.7.* in row 0. Rows may sum to less only .* missing/);
    expect(() => weigh([1.5, -0.5])).toThrow(/0 or more/);
    expect(() => weigh([Number.NaN, 1])).toThrow(/NaN in row 0/);
    expect(() => weigh([1, 0, 0])).toThrow(/shape \[1, 2\]/);
    const partly = softLabels(independent(), { classes: 2, missing: true });
    expect(weigh([0.5, 0.2], partly).xi.labelWeights?.data[1]).toBeCloseTo(0.2);
    expect(() => weigh([0.7, 0.7], partly)).toThrow(/at most 1/);
    expect(() => softLabels(independent({ classes: 3 }), { classes: 2 })).toThrow(/3 classes, as/);
    expect(() => softLabels(independent(), { classes: 2, smoothing: -0.1 })).toThrow(/smoothing from 0 to 1/);
  });
});

describe("withEmbedding", () => {
  it("shows what the targets carry or what is made of them", () => {
    const given = withEmbedding(independent(), { width: 3 });
    expect(given.draw(targets, rng(0)).xi.embedding).toBe(targets.embedding);
    const heights = withEmbedding(independent(), {
      width: 1,
      of: ({ x }) =>
        ndarray(
          [n, 1],
          x.data.filter((_, e) => e % 2 === 1),
        ),
    });
    const { embedding } = heights.draw(targets, rng(0)).xi;
    for (let i = 0; i < n; i++) expect(embedding?.data[i]).toBe(targets.x.data[2 * i + 1]);
  });

  it("refuses rows that aren't known where that wasn't said, and half-known ones always", () => {
    const draw = (values: number[], missing: boolean) =>
      withEmbedding(independent(), { width: 2, missing }).draw(
        { x: rng(0).normals([1, 1]), embedding: ndarray([1, 2], values) },
        rng(0),
      );
    expect(draw([Number.NaN, Number.NaN], true).xi.embedding?.data).toEqual(
      Float32Array.of(Number.NaN, Number.NaN),
    );
    expect(() => draw([Number.NaN, Number.NaN], false)).toThrow(/NaN in row 0.*missing: true/);
    expect(() => draw([0, Number.NaN], true)).toThrow(/NaN throughout/);
    expect(() => draw([0, Number.POSITIVE_INFINITY], true)).toThrow(/Infinity in row 0/);
    expect(() => withEmbedding(independent(), { width: 2 }).draw(targets, rng(0))).toThrow(/\[6, 2\]/);
    expect(() => withEmbedding(independent(), { width: 3 }).draw({ x: targets.x }, rng(0))).toThrow(
      /of: \(targets\)/,
    );
    expect(() => withEmbedding(independent(), { width: 0 })).toThrow(/width above 0/);
  });
});

describe("embeddingDropout", () => {
  it("hides whole rows, a share p of them, independently of the labels that are hidden", () => {
    const count = 3000;
    const embedded = embeddingDropout(withEmbedding(independent({ classes: 3 }), { width: 2 }), { p: 0.3 });
    const samples = many(count);
    const { xi } = labelDropout(embedded, { p: 0.3 }).draw(samples, rng(0));
    let [hidden, both] = [0, 0];
    for (let i = 0; i < count; i++) {
      const found = row(xi.embedding as NdArray, i);
      const missing = Number.isNaN(found[0]);
      expect(found).toEqual(missing ? [Number.NaN, Number.NaN] : row(samples.embedding as NdArray, i));
      if (missing) hidden++;
      if (missing && xi.labels?.[i] === -1) both++;
    }
    expect(Math.abs(hidden / count - 0.3)).toBeLessThan(4 * Math.sqrt(0.21 / count));
    expect(Math.abs(both / count - 0.09)).toBeLessThan(4 * Math.sqrt(0.09 / count));
    expect(() => embeddingDropout(independent(), { p: 0.3 })).toThrow(/Wrap it first: withEmbedding/);
  });
});
