import { describe, expect, it } from "vitest";
import { ndarray } from "../../lib/array";
import { missingCells } from "../../lib/data";
import { rng } from "../../lib/random";

/** Each column holds every rank once: 0, 1, 2, … in one, in reverse and cubed in the other. */
const n = 20_000;
const x = ndarray(
  [n, 2],
  Float64Array.from({ length: 2 * n }, (_, e) => (e % 2 === 0 ? e / 2 : (n - (e - 1) / 2) ** 3)),
);
/** How far a share of this many cells may be from its expectation: five standard errors at most. */
const margin = (cells: number) => 2.5 / Math.sqrt(cells);
const missing = (keep: ArrayLike<number>, of: (e: number) => boolean = () => true) => {
  const cells = Array.from(keep).filter((_, e) => of(e));
  return { share: 1 - cells.reduce((sum, known) => sum + known, 0) / cells.length, cells: cells.length };
};

describe("the share of cells that are missing", () => {
  it.each([0.05, 0.3, 0.5, 0.7, 0.9, 0.99])("is the one asked for, of either kind: %d", (asked) => {
    for (const kind of ["at random", "large"] as const) {
      const keep = missingCells(x, { share: asked, kind, rng: rng(1) });
      for (const column of [0, 1]) {
        const { share, cells } = missing(keep.data, (e) => e % 2 === column);
        expect(Math.abs(share - asked)).toBeLessThan(margin(cells));
      }
    }
  });

  it.each([
    [0.2, 0.4],
    [0.5, 1],
    [0.9, 5],
  ])("rises with the rank where large ones are missing (%d)", (asked, slope) => {
    const { data } = missingCells(x, { share: asked, kind: "large", rng: rng(2) });
    for (let tenth = 0; tenth < 10; tenth++) {
      const { share, cells } = missing(data, (e) => e % 2 === 0 && Math.floor((10 * e) / (2 * n)) === tenth);
      const [low, high] = [Math.min(1, (slope * tenth) / 10), Math.min(1, (slope * (tenth + 1)) / 10)];
      expect(share).toBeGreaterThan(low - margin(cells));
      expect(share).toBeLessThan(high + margin(cells));
    }
  });

  it("does not depend on values where they are missing at random", () => {
    const { data } = missingCells(x, { share: 0.9, kind: "at random", rng: rng(3) });
    const [low, high] = [true, false].map((below) => missing(data, (e) => e % 2 === 0 && e < n === below));
    expect(Math.abs(low.share - high.share)).toBeLessThan(2 * margin(low.cells));
  });
});

it("refuses shares and kinds that there are not", () => {
  for (const share of [0, 1, -0.1, Number.NaN]) {
    expect(() => missingCells(x, { share, kind: "large", rng: rng(0) })).toThrow("a share between 0 and 1");
  }
  expect(() => missingCells(x, { share: 0.5, kind: "larg" as never, rng: rng(0) })).toThrow('"large"?');
});
