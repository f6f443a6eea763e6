import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ndarray } from "../../lib/array";
import { maskOn } from "../../lib/conditions";
import { maskOf } from "../../lib/conditions/mask";
import { rng } from "../../lib/random";

const shapes = fc.record({
  n: fc.integer({ min: 1, max: 3 }),
  h: fc.integer({ min: 1, max: 4 }),
  w: fc.integer({ min: 1, max: 4 }),
  channels: fc.integer({ min: 1, max: 3 }),
  seed: fc.nat(),
});

describe("a mask over an array", () => {
  it("is the same for one channel as for that channel written out for all", () => {
    fc.assert(
      fc.property(shapes, ({ n, h, w, channels, seed }) => {
        const source = rng(seed);
        const x = source.normals([n, h, w, channels]);
        const one = ndarray(
          [n, h, w, 1],
          Float32Array.from({ length: n * h * w }, () => source.int(2)),
        );
        const all = ndarray(
          x.shape,
          Float32Array.from(x.data, (_, e) => one.data[Math.floor(e / channels)]),
        );
        expect(maskOn(one, x).known).toEqual(maskOn(all, x).known);
        expect(Array.from(maskOn(one, x).known)).toEqual(Array.from(all.data));
        const hole = Array.from(all.data.keys()).filter((e) => all.data[e] === 0);
        expect(Array.from(maskOn(one, x).hole())).toEqual(hole);
      }),
      { numRuns: 40, seed: 1 },
    );
  });

  it("chooses values and never changes a bit of them", () => {
    const keep = ndarray([1, 4], [1, 1, 0, 0]);
    const x = ndarray([1, 4], Float64Array.of(-0, Number.NaN, 1e-320, 3));
    const out = maskOn(keep, x).blend(x.data, 0, new Float64Array(4));
    expect(Object.is(out[0], -0)).toBe(true);
    expect(Array.from(out)).toEqual([-0, Number.NaN, 0, 0]);
    expect(Array.from(maskOn(keep, x).blend(0, x.data, new Float64Array(4)))).toEqual([0, 0, 1e-320, 3]);
  });

  it("is absent where ξ has none, and refused where it doesn't fit", () => {
    const x = ndarray([2, 2, 2, 3], new Float32Array(24));
    expect(maskOf({}, x)).toBeUndefined();
    const keep = (shape: number[]) => ndarray(shape, new Float32Array(shape.reduce((a, b) => a * b)));
    expect(() => maskOn(keep([2, 2, 2, 2]), x)).toThrow(/a mask of shape \[2, 2, 2, 1\]/);
    expect(() => maskOn(keep([1, 2, 2, 1]), x)).toThrow(/a mask of shape/);
    expect(() => maskOn(keep([1, 2, 2, 3]), x)).toThrow(/a mask of shape \[2, 2, 2, 3\]/);
  });
});
