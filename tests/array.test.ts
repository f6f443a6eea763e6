import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  assertShape,
  concatChannels,
  concatRows,
  ndarray,
  sampleSize,
  sizeOf,
  sliceRows,
  takeRows,
  zeros,
} from "../lib/array";

const shapes = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 });
const counting = (shape: number[]) =>
  ndarray(
    shape,
    Float32Array.from({ length: sizeOf(shape) }, (_, i) => i),
  );

describe("ndarray", () => {
  it("keeps its values without a copy and freezes its shape", () => {
    const data = Float64Array.of(1, 2, 3, 4);
    const array = ndarray([2, 2], data);
    expect(array.data).toBe(data);
    expect(Object.isFrozen(array)).toBe(true);
    expect(Object.isFrozen(array.shape)).toBe(true);
  });

  it("takes a plain list as float32", () => {
    expect(ndarray([3], [1, 2, 3]).data).toEqual(Float32Array.of(1, 2, 3));
  });

  it("refuses values that do not fill the shape, naming both", () => {
    expect(() => ndarray([2, 3], [1, 2])).toThrow("Expected 6 numbers for shape [2, 3], but received 2.");
  });

  it("makes zeros of the format of another array", () => {
    expect(zeros([2]).data).toEqual(new Float32Array(2));
    expect(zeros([2], ndarray([1], Float64Array.of(1))).data).toEqual(new Float64Array(2));
  });
});

describe("rows", () => {
  it("are taken in the order asked for, as copies", () => {
    const array = counting([3, 2]);
    const taken = takeRows(array, [2, 0, 2]);
    expect(Array.from(taken.data)).toEqual([4, 5, 0, 1, 4, 5]);
    taken.data[0] = -1;
    expect(array.data[4]).toBe(4);
  });

  it("outside the array are refused", () => {
    for (const row of [-1, 3, 0.5, Number.NaN])
      expect(() => takeRows(counting([3, 2]), [row])).toThrow("row from 0 to 2");
  });

  it("sliced share memory, and joined again give the whole", () => {
    fc.assert(
      fc.property(shapes, fc.nat(4), (shape, cut) => {
        const array = counting(shape);
        const at = Math.min(cut, shape[0]);
        const [head, tail] = [sliceRows(array, 0, at), sliceRows(array, at)];
        expect(tail.data.buffer).toBe(array.data.buffer);
        expect(head.shape[0] + tail.shape[0]).toBe(shape[0]);
        expect(concatRows([head, tail])).toEqual(array);
      }),
    );
  });

  it("joined must agree in all other axes", () => {
    expect(() => concatRows([counting([1, 2]), counting([1, 3])])).toThrow("shape [1, 2]");
    expect(() => concatRows([])).toThrow("at least one");
  });
});

describe("concatChannels", () => {
  it("puts every array's channels side by side at each place", () => {
    fc.assert(
      fc.property(shapes, fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 }), (lead, k, l) => {
        const a = counting([...lead, k]);
        const b = counting([...lead, l]);
        const joined = concatChannels([a, b]);
        expect(joined.shape).toEqual([...lead, k + l]);
        for (let p = 0; p < sizeOf(lead); p++) {
          const at = Array.from(joined.data.subarray(p * (k + l), (p + 1) * (k + l)));
          expect(at).toEqual([
            ...a.data.subarray(p * k, (p + 1) * k),
            ...b.data.subarray(p * l, (p + 1) * l),
          ]);
        }
      }),
    );
  });

  it("refuses arrays of other leading shape", () => {
    expect(() => concatChannels([counting([2, 2, 1]), counting([2, 3, 1])])).toThrow("shape [2, 2, 1]");
    expect(() => concatChannels([])).toThrow("at least one");
  });
});

describe("assertShape", () => {
  it("accepts any length where -1 stands, and else says what was wanted and what came", () => {
    expect(() => assertShape(counting([2, 3]), [-1, 3], "points")).not.toThrow();
    expect(() => assertShape(counting([2, 3]), [-1, 2], "points")).toThrow(
      "Expected points of shape [any, 2], but received shape [2, 3].",
    );
    expect(() => assertShape(counting([2, 3]), [2], "points")).toThrow("shape [2]");
  });
});

it("sampleSize counts all axes but the first", () => {
  expect(sampleSize(counting([4, 2, 3]))).toBe(6);
  expect(sampleSize(counting([4]))).toBe(1);
});
