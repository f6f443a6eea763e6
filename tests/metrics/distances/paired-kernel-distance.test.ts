import { describe, expect, it } from "vitest";
import { concatRows, ndarray, sliceRows } from "../../../lib/array";
import { gaussianKernel, squaredMmd } from "../../../lib/metrics/distances";
import { pairedKernelDistance } from "../../../lib/metrics/distances/paired-kernel-distance";
import { rng } from "../../../lib/random";

const kernel = gaussianKernel({ bandwidth: 1.3 });

/** n points of dimension d and, paired with them, the same ones moved along the first axis. */
function moved(n: number, shift: number, seed: number, d = 3) {
  const b = rng(seed).normals([n, d]);
  return {
    a: ndarray(
      [n, d],
      b.data.map((value, e) => value + (e % d === 0 ? shift : 0)),
    ),
    b,
  };
}

describe("pairedKernelDistance", () => {
  it("is the unbiased discrepancy without each point's comparison with its own pair", () => {
    const [n, { a, b }] = [12, moved(12, 0.7, 1)];
    const of = (p: typeof a, i: number, q: typeof a, j: number) => {
      let squared = 0;
      for (let c = 0; c < 3; c++) squared += (p.data[3 * i + c] - q.data[3 * j + c]) ** 2;
      return Math.exp(-squared / (2 * 1.3 ** 2));
    };
    const pairs = Array.from({ length: n * n }, (_, e) => [Math.floor(e / n), e % n]);
    const own = pairs.filter(([i, j]) => i === j).reduce((sum, [i]) => sum + of(a, i, b, i), 0);
    const between = pairs.reduce((sum, [i, j]) => sum + of(a, i, b, j), 0);
    // squaredMmd averages over all n² pairs between the sets.
    const wanted =
      squaredMmd(a, b, { kernel }).value + (2 * between) / n ** 2 - (2 * (between - own)) / (n * (n - 1));
    expect(pairedKernelDistance({ a, b, kernel }).value).toBeCloseTo(wanted, 10);
  });

  it("is 0 for equal points, and unbiased for those that are exchangeable", () => {
    const { b } = moved(20, 0, 2);
    expect(pairedKernelDistance({ a: b, b, kernel }).value).toBe(0);
    const values = Array.from({ length: 400 }, (_, r) => {
      const random = rng(r);
      const base = random.normals([10, 2]).data;
      const near = () =>
        ndarray(
          [10, 2],
          base.map((value) => value + random.normal()),
        );
      return pairedKernelDistance({ a: near(), b: near(), kernel }).value;
    });
    const mean = values.reduce((sum, value) => sum + value, 0) / 400;
    const sd = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 399);
    expect(Math.abs(mean)).toBeLessThan((4 * sd) / 20);
  });

  it("leaves out what is repeated: resampled rows compare different images only", () => {
    const { a, b } = moved(9, 0.5, 3);
    const found = pairedKernelDistance({ a, b, kernel });
    expect(found.of(Array.from({ length: 9 }, (_, i) => i))).toBeCloseTo(found.value, 12);
    const part = pairedKernelDistance({ a: sliceRows(a, 0, 5), b: sliceRows(b, 0, 5), kernel });
    expect(found.of([0, 1, 2, 3, 4])).toBeCloseTo(part.value, 12);
    expect(found.of([0, 1, 2, 3, 4, 0, 1, 2, 3, 4])).toBeCloseTo(part.value, 12);
  });

  it("has pseudo-values that follow from leaving images out, with its mean", () => {
    const { a, b } = moved(8, 1, 4);
    const { value, values, of } = pairedKernelDistance({ a, b, kernel });
    const without = of([0, 1, 3, 4, 5, 6, 7]);
    expect(values[2]).toBeCloseTo(8 * value - 7 * without, 10);
    expect(values.reduce((sum, x) => sum + x, 0) / 8).toBeCloseTo(value, 10);
  });

  it("compares all points of an image with all of another's", () => {
    const [first, second] = [moved(5, 0.4, 5), moved(5, 0.4, 6)];
    // Two points per image, of which the second is the first: the same as one.
    const twice = (x: typeof first.a) =>
      concatRows(Array.from({ length: 10 }, (_, i) => sliceRows(x, i >> 1, (i >> 1) + 1)));
    const one = pairedKernelDistance({ a: first.a, b: first.b, kernel }).value;
    expect(
      pairedKernelDistance({ a: twice(first.a), b: twice(first.b), perImage: 2, kernel }).value,
    ).toBeCloseTo(one, 12);
    const both = {
      a: concatRows([first.a, second.a]),
      b: concatRows([first.b, second.b]),
    };
    const mixed = pairedKernelDistance({ ...both, perImage: 2, kernel }).value;
    expect(mixed).not.toBeCloseTo(pairedKernelDistance({ ...both, kernel }).value, 6);
  });

  it("refuses points that are no pairs", () => {
    const { a, b } = moved(6, 0, 7);
    expect(() => pairedKernelDistance({ a, b }).of([2, 2, 2])).toThrow(
      "rows of two different images or more",
    );
    expect(() => pairedKernelDistance({ a, b: sliceRows(b, 0, 5) })).toThrow("points of the same shape");
    expect(() => pairedKernelDistance({ a, b, perImage: 4 })).toThrow("at least 12 points a");
    expect(() => pairedKernelDistance({ a, b, perImage: 0 })).toThrow("1 point or more");
  });
});
