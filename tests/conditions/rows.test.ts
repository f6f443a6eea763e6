import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ndarray } from "../../lib/array";
import { type Condition, concatConditions, conditionRows, takeConditionRows } from "../../lib/conditions";

/** A condition whose every entry says which row it is of. */
const numbered = (n: number, has: readonly boolean[]): Condition => {
  const wide = (tail: number[]) => {
    const size = tail.reduce((a, b) => a * b, 1);
    return ndarray(
      [n, ...tail],
      Float32Array.from({ length: n * size }, (_, e) => Math.floor(e / size)),
    );
  };
  return {
    ...(has[0] && { labels: Int32Array.from({ length: n }, (_, i) => i) }),
    ...(has[1] && { labelWeights: wide([3]) }),
    ...(has[2] && { embedding: wide([2]) }),
    ...(has[3] && { keep: wide([2, 2, 1]) }),
    ...(has[4] && { image: wide([2, 2, 3]) }),
  };
};
const parts = fc.array(fc.boolean(), { minLength: 5, maxLength: 5 });

describe("the rows of a condition", () => {
  it("are taken from every part, by number and by range", () => {
    fc.assert(
      fc.property(parts, fc.array(fc.nat(6), { minLength: 1, maxLength: 9 }), (has, rows) => {
        const xi = numbered(7, has);
        const taken = takeConditionRows(xi, rows);
        expect(Object.keys(taken)).toEqual(Object.keys(xi));
        for (const part of Object.values(taken)) {
          const values = ArrayBuffer.isView(part) ? part : part.data;
          const size = values.length / rows.length;
          const wanted = Array.from({ length: values.length }, (_, e) => rows[Math.floor(e / size)]);
          expect(Array.from(values as ArrayLike<number>)).toEqual(wanted);
        }
        const [first, last] = [Math.min(...rows), Math.max(...rows) + 1];
        const between = Array.from({ length: last - first }, (_, i) => first + i);
        expect(conditionRows(xi, first, last)).toEqual(takeConditionRows(xi, between));
      }),
      { numRuns: 60, seed: 1 },
    );
  });

  it("are joined again to the whole", () => {
    fc.assert(
      fc.property(parts, fc.integer({ min: 1, max: 6 }), (has, cut) => {
        const xi = numbered(7, has);
        expect(concatConditions([conditionRows(xi, 0, cut), conditionRows(xi, cut, 7)])).toEqual(xi);
      }),
      { numRuns: 30, seed: 1 },
    );
    expect(() => concatConditions([])).toThrow(/at least one condition/);
    const [labels, both] = [
      numbered(2, [true, false, false, false, false]),
      numbered(2, [true, false, true, false, false]),
    ];
    expect(() => concatConditions([labels, both])).toThrow(/all have labels, but received embedding, labels/);
  });
});

it("refuses rows that aren't there, of labels as of arrays", () => {
  for (const has of [
    [true, false, false, false, false],
    [false, true, false, false, false],
  ]) {
    for (const row of [-1, 7]) {
      expect(() => takeConditionRows(numbered(7, has), [0, row])).toThrow(`a row from 0 to 6`);
    }
  }
});

it("leaves out what isn't a part, such as the names of samples", () => {
  const named = { ...numbered(3, [true, false, true, false, false]), names: ["a", "b", "c"] };
  expect(Object.keys(takeConditionRows(named, [2, 0]))).toEqual(["labels", "embedding"]);
});

it("refuses a plain array in place of a part, which would be passed over", () => {
  const labels = [0, 1, 1] as never;
  expect(() => conditionRows({ labels }, 0, 2)).toThrow(
    "ξ.labels as an Int32Array, but received a plain array. Give Int32Array.from(labels).",
  );
  expect(() => takeConditionRows({ embedding: [[1], [2]] as never }, [0])).toThrow(
    "ξ.embedding as an array with a shape, but received a plain array.",
  );
  const names = { names: ["a", "b"], labels: Int32Array.of(0, 1) };
  expect(conditionRows(names, 1, 2)).toEqual({ labels: Int32Array.of(1) });
});
