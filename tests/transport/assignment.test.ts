import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { rng } from "../../lib/random";
import { assign } from "../../lib/transport";

function* permutations(items: readonly number[]): Generator<number[]> {
  if (items.length === 0) yield [];
  for (const item of items) {
    for (const rest of permutations(items.filter((other) => other !== item))) yield [item, ...rest];
  }
}

const total = (cost: Float64Array, n: number, to: ArrayLike<number>) =>
  Array.from(to).reduce((sum, j, i) => sum + cost[i * n + j], 0);

const costs = (n: number) =>
  fc.array(fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double({ min: -1e3, max: 1e3, noNaN: true })), {
    minLength: n * n,
    maxLength: n * n,
  });

describe("assign", () => {
  it("is as cheap as the best of all permutations, ties and negative costs included", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 6 }).chain((n) => fc.tuple(fc.constant(n), costs(n))),
        ([n, list]) => {
          const cost = Float64Array.from(list);
          const to = assign(cost, n);
          expect(Array.from(to).sort()).toEqual(Array.from({ length: n }, (_, i) => i));
          const best = Math.min(
            ...[...permutations(Array.from({ length: n }, (_, i) => i))].map((order) =>
              total(cost, n, order),
            ),
          );
          expect(total(cost, n, to)).toBeCloseTo(best, 8);
        },
      ),
      { numRuns: 300 },
    );
  });

  it("finds the sorted order for squared distances on a line, at sizes beyond trying all", () => {
    const n = 120;
    const a = Float64Array.from(rng(1).normals([n]).data);
    const b = Float64Array.from(rng(2).normals([n]).data);
    const cost = Float64Array.from({ length: n * n }, (_, e) => (a[Math.floor(e / n)] - b[e % n]) ** 2);
    const sorted = [a.slice().sort(), b.slice().sort()];
    const best = sorted[0].reduce((sum, value, i) => sum + (value - sorted[1][i]) ** 2, 0);
    expect(total(cost, n, assign(cost, n))).toBeCloseTo(best, 9);
  });

  it("refuses costs that are not finite or not square", () => {
    expect(() => assign(Float64Array.of(1, 2), 2)).toThrow("4 costs for 2 rows");
    expect(() => assign(Float64Array.of(Number.NaN), 1)).toThrow("finite costs");
  });
});
