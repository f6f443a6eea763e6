import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ndarray, sliceRows, zeros } from "../../../lib/array";
import { edgePatchDistance } from "../../../lib/metrics/holes/edge-patches";
import { rng } from "../../../lib/random";

const n = 7;
const truth = rng(1).normals([n, 6, 6, 2]);
/** One missing pixel at (y, x) in all images: the only centre of a patch. */
const oneMissing = (y: number, x: number) =>
  ndarray(
    [n, 6, 6, 1],
    Float32Array.from({ length: n * 36 }, (_, p) => (p % 36 === y * 6 + x ? 0 : 1)),
  );

describe("edgePatchDistance", () => {
  it.each([
    { at: [2, 3], from: [1, 2] },
    { at: [0, 5], from: [0, 3] },
  ])("compares the patches around the hole's edge, moved inwards at the border: %j", ({ at, from }) => {
    const keep = oneMissing(at[0], at[1]);
    const x = ndarray(
      truth.shape,
      truth.data.map((value, e) => (keep.data[e >> 1] === 0 ? 1.5 : value)),
    );
    // By hand: with k = (p·q / 18 + 1)³ on patches of 3×3 pixels in 2 channels.
    const patch = (images: typeof truth, i: number) =>
      [0, 1, 2].flatMap((dy) =>
        [0, 1, 2].flatMap((dx) =>
          [0, 1].map((c) => images.data[((i * 6 + from[0] + dy) * 6 + from[1] + dx) * 2 + c]),
        ),
      );
    const k = (p: number[], q: number[]) =>
      (p.reduce((sum, value, e) => sum + value * q[e], 0) / 18 + 1) ** 3;
    let sum = 0;
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        if (i === j) continue;
        const [a, b, c, d] = [patch(x, i), patch(x, j), patch(truth, i), patch(truth, j)];
        sum += k(a, b) + k(c, d) - k(a, d) - k(c, b);
      }
    }
    const found = edgePatchDistance({ x, truth, keep, size: 3, rng: rng(0) });
    expect(found.value).toBeCloseTo(sum / (n * (n - 1)), 4);
    expect(found.values.length).toBe(n);
  });

  it("is exactly 0 for perfect fillings, whatever is drawn", () => {
    const { value, low, high } = edgePatchDistance({
      x: truth,
      truth,
      keep: oneMissing(1, 1),
      size: 5,
      rng: rng(0),
    });
    expect([value, low, high]).toEqual([0, 0, 0]);
  });

  it("has an interval from three images on, whatever is drawn", () => {
    fc.assert(
      fc.property(fc.integer({ min: 3, max: 7 }), fc.integer(), (count, seed) => {
        const some = { truth: sliceRows(truth, 0, count), keep: sliceRows(oneMissing(2, 3), 0, count) };
        const x = ndarray(
          some.truth.shape,
          some.truth.data.map((value) => value + 0.5),
        );
        const { value, low, high } = edgePatchDistance({ x, ...some, size: 3, rng: rng(seed) });
        expect(low).toBeLessThanOrEqual(high);
        expect([value, low, high].every(Number.isFinite)).toBe(true);
      }),
      { numRuns: 12 },
    );
  });

  it("says what it can't cut", () => {
    const keep = oneMissing(1, 1);
    expect(() => edgePatchDistance({ x: truth, truth, keep, size: 4, rng: rng(0) })).toThrow(
      "an odd patch size",
    );
    expect(() => edgePatchDistance({ x: truth, truth, keep, size: 7, rng: rng(0) })).toThrow("from 3 to 6");
    expect(() =>
      edgePatchDistance({ x: truth, truth, keep: zeros(keep.shape), size: 3, rng: rng(0) }),
    ).toThrow("3 images or more whose holes border on known pixels");
    expect(() =>
      edgePatchDistance({
        x: truth,
        truth,
        keep: ndarray(
          keep.shape,
          keep.data.map(() => 1),
        ),
        rng: rng(0),
      }),
    ).toThrow("2 images or more with a hole");
  });
});
