import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ndarray } from "../../lib/array";
import {
  type ConditionSpec,
  classesOf,
  embeddingPart,
  hideParts,
  imagePart,
  labelsPart,
  labelWeightsPart,
  maskPart,
  partKinds,
} from "../../lib/conditions";
import type { Condition } from "../../lib/conditions/condition";
import { conditionInputs, frozenCondition } from "../../lib/conditions/parts";
import { rng } from "../../lib/random";

const spec: ConditionSpec = {
  image: imagePart({ channels: 2 }),
  embedding: embeddingPart({ width: 3, missing: true }),
  labels: labelsPart({ classes: 4, missing: true }),
  keep: maskPart(),
};

/** A condition by chance of n images of shape `sample`. */
const example = (parts: ConditionSpec, n: number, sample: readonly number[]) =>
  Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, part.example(n, sample, rng(name))]));

describe("the table of parts", () => {
  it("has each part under the name that it has in ξ, made again from its own JSON", () => {
    for (const [name, kind] of Object.entries(partKinds)) {
      expect(kind.name).toBe(name);
      const part = kind.make({ classes: 3, width: 2, channels: 1 });
      expect(part.kind).toBe(name);
      expect(JSON.stringify(kind.make(JSON.parse(JSON.stringify(part))))).toBe(JSON.stringify(part));
    }
  });

  it("puts the parts of a spec into one order, whatever theirs was", () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(Object.entries(spec), { minLength: 4 }), (entries) => {
        const ordered = frozenCondition(Object.fromEntries(entries));
        expect(Object.keys(ordered)).toEqual(["labels", "embedding", "keep", "image"]);
        expect(JSON.stringify(ordered)).toBe(JSON.stringify(frozenCondition(spec)));
      }),
      { numRuns: 10, seed: 1 },
    );
  });

  it("gives a network an input of the announced size for every part", () => {
    for (const sample of [[4, 4, 3], [5]]) {
      const image = sample.length > 1;
      const inputs = conditionInputs(example(spec, 2, sample), spec, 2);
      const entries = Object.entries(spec).map(
        ([name, part]) => [name, part.entry({ channels: sample[sample.length - 1], image })] as const,
      );
      for (const [name, entry] of entries) {
        const { shape } = inputs[name];
        expect(shape[0]).toBe(2);
        if (entry.into === "channels") expect(shape.at(-1)).toBe(entry.count);
        if (entry.into === "vector") expect(shape).toEqual([2, entry.width]);
        if (entry.into === "classes") expect(shape).toEqual([2]);
      }
    }
  });

  it("marks the rows of vectors that aren't known, and gives zeros for them", () => {
    const embedding = ndarray([2, 2], [Number.NaN, Number.NaN, 1, 2]);
    const part = embeddingPart({ width: 2, missing: true });
    expect(Array.from(part.input({ embedding }, 2).data)).toEqual([0, 0, 0, 1, 2, 1]);
    expect(
      Array.from(embeddingPart({ width: 2 }).input({ embedding: ndarray([1, 2], [1, 2]) }, 1).data),
    ).toEqual([1, 2]);
  });

  it("knows the classes of either kind of labels", () => {
    expect(classesOf({ labels: labelsPart({ classes: 3 }) })).toBe(3);
    expect(classesOf({ labelWeights: labelWeightsPart({ classes: 5 }) })).toBe(5);
    expect(classesOf({ keep: maskPart() })).toBeUndefined();
  });
});

describe("hiding parts of a condition", () => {
  const n = 4;
  const sample = [2, 2, 1];
  const xi: Condition = {
    ...example(spec, n, sample),
    labelWeights: ndarray([n, 2], new Float32Array(2 * n).fill(0.5)),
  };

  it("puts what means 'not known' into the rows asked for, and nothing else", () => {
    fc.assert(
      fc.property(fc.subarray([0, 1, 2, 3]), (rows) => {
        const hidden = hideParts(xi, { rows: (row) => rows.includes(row) });
        expect(Object.keys(hidden).sort()).toEqual(Object.keys(xi).sort());
        expect(hidden.keep).toBe(xi.keep);
        expect(hidden.image).toBe(xi.image);
        for (let row = 0; row < n; row++) {
          const gone = rows.includes(row);
          expect(hidden.labels?.[row]).toBe(gone ? -1 : (xi.labels as Int32Array)[row]);
          const weights = Array.from(hidden.labelWeights?.data.subarray(2 * row, 2 * row + 2) ?? []);
          expect(weights).toEqual(gone ? [0, 0] : [0.5, 0.5]);
          const vector = Array.from(hidden.embedding?.data.subarray(3 * row, 3 * row + 3) ?? []);
          expect(vector.every(Number.isNaN)).toBe(gone);
        }
      }),
      { numRuns: 16, seed: 1 },
    );
  });

  it("leaves parts alone that weren't asked for", () => {
    const hidden = hideParts(xi, { kinds: [partKinds.labels] });
    expect(Array.from(hidden.labels ?? [])).toEqual([-1, -1, -1, -1]);
    expect(hidden.embedding).toBe(xi.embedding);
  });

  it("hides labels that are stored as bytes", () => {
    const hidden = hideParts({ labels: Uint8Array.of(2, 1) as never }, { rows: (row) => row === 1 });
    expect(hidden.labels).toEqual(Int32Array.of(2, -1));
  });
});
