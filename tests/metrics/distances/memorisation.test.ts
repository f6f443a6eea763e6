import { describe, expect, it } from "vitest";
import { concatRows, ndarray, sliceRows } from "../../../lib/array";
import { memorisation } from "../../../lib/metrics";
import { rng } from "../../../lib/random";

const [train, heldOut] = [rng("train").normals([300, 3]), rng("held out").normals([100, 3])];

describe("memorisation", () => {
  it("of copies is 1, of copies of held-out data the least there is", () => {
    const copies = memorisation({ generated: sliceRows(train, 0, 50), train, heldOut });
    expect(copies).toMatchObject({ share: 1, expected: 0.75, excess: 1 });
    expect([...copies.trainRows]).toEqual(Array.from({ length: 50 }, (_, i) => i));
    const other = memorisation({ generated: sliceRows(heldOut, 0, 50), train, heldOut });
    expect(other).toMatchObject({ share: 0, excess: -3 });
    expect([...other.heldOutRows]).toEqual(Array.from({ length: 50 }, (_, i) => i));
  });

  it("of new draws is about 0, whatever the numbers; of half copies about a half", () => {
    const fresh = rng("new").normals([2000, 3]);
    for (const m of [10, 300]) {
      const own = sliceRows(train, 0, m);
      const { excess, low, high } = memorisation({ generated: fresh, train: own, heldOut });
      expect(Math.abs(excess)).toBeLessThan(0.35); // these points may lie better than usual
      expect(low).toBeLessThan(excess);
      expect(high).toBeGreaterThan(excess);
    }
    const generated = concatRows([sliceRows(fresh, 0, 300), train]);
    const { share, near } = memorisation({ generated, train, heldOut });
    expect(near.length).toBe(600);
    expect(Math.abs(share - (0.75 + 1) / 2)).toBeLessThan(0.08);
  });

  it("counts a tie as a half", () => {
    const at = (value: number) => ndarray([1, 1], [value]);
    expect(memorisation({ generated: at(0), train: at(1), heldOut: at(-1) })).toMatchObject({ share: 0.5 });
  });

  it("refuses sets that can't be compared", () => {
    expect(() => memorisation({ generated: train, train, heldOut: ndarray([1, 2], [0, 0]) })).toThrow(/same/);
    expect(() => memorisation({ generated: train, train: ndarray([0, 3], []), heldOut })).toThrow(
      /at least 1/,
    );
  });
});
