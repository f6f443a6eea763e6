import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ndarray } from "../../lib/array";
import { rng } from "../../lib/random";
import {
  type CostMatrix,
  exact,
  partial,
  planCost,
  sinkhorn,
  squaredDistances,
  type TransportPlan,
  unbalanced,
} from "../../lib/transport";

const matrix = (rows: number, columns: number, data: readonly number[]): CostMatrix => ({
  rows,
  columns,
  data: Float64Array.from(data),
});
const square = fc
  .integer({ min: 1, max: 5 })
  .chain((n) =>
    fc
      .array(fc.double({ min: -2, max: 5, noNaN: true }), { minLength: n * n, maxLength: n * n })
      .map((data) => matrix(n, n, data)),
  );
const rowSums = ({ rows, columns, mass }: TransportPlan) =>
  Array.from({ length: rows }, (_, i) =>
    mass.subarray(i * columns, (i + 1) * columns).reduce((sum, value) => sum + value, 0),
  );
const columnSums = ({ rows, columns, mass }: TransportPlan) =>
  Array.from({ length: columns }, (_, j) =>
    Array.from({ length: rows }, (_, i) => mass[i * columns + j]).reduce((sum, value) => sum + value, 0),
  );

/** The least sum of `k` costs in different rows and columns, by trying all. */
function leastOf({ rows, columns, data }: CostMatrix, k: number, row = 0, used = 0): number {
  if (k === 0) return 0;
  if (row === rows) return Number.POSITIVE_INFINITY;
  let best = leastOf({ rows, columns, data }, k, row + 1, used);
  for (let j = 0; j < columns; j++) {
    if (used & (1 << j)) continue;
    const rest = leastOf({ rows, columns, data }, k - 1, row + 1, used | (1 << j));
    best = Math.min(best, data[row * columns + j] + rest);
  }
  return best;
}

describe("squaredDistances", () => {
  it("sums squares over the coordinates of a sample", () => {
    const a = ndarray([2, 1, 2], [0, 0, 1, 1]);
    const b = ndarray([1, 1, 2], [3, 4]);
    expect(Array.from(squaredDistances(a, b).data)).toEqual([25, 13]);
    expect(() => squaredDistances(a, ndarray([1, 3], [0, 0, 0]))).toThrow("like the first");
  });
});

describe("exact", () => {
  it("costs as much as the cheapest permutation and moves all mass", () => {
    fc.assert(
      fc.property(square, (cost) => {
        const plan = exact().solve(cost);
        expect(planCost(plan, cost)).toBeCloseTo(leastOf(cost, cost.rows) / cost.rows, 9);
        for (const sum of [...rowSums(plan), ...columnSums(plan)]) expect(sum).toBeCloseTo(1 / cost.rows, 12);
      }),
    );
  });

  it("joins points on a line in order", () => {
    const n = 30;
    const a = rng(1).normals([n, 1]);
    const b = rng(2).normals([n, 1]);
    const { mass } = exact().solve(squaredDistances(a, b));
    const rank = (x: ArrayLike<number>, i: number) => Array.from(x).filter((value) => value < x[i]).length;
    for (let e = 0; e < n * n; e++) {
      const inOrder = rank(a.data, Math.floor(e / n)) === rank(b.data, e % n);
      expect(mass[e]).toBe(inOrder ? 1 / n : 0);
    }
  });

  it("refuses what cannot be joined one to one", () => {
    expect(() => exact().solve(matrix(1, 2, [0, 0]))).toThrow("as many base draws as targets");
    expect(() => exact().solve(matrix(1, 1, [Number.POSITIVE_INFINITY]))).toThrow("row 0, column 0");
    expect(() => exact().solve(matrix(2, 2, [0]))).toThrow("4 costs for 2 rows and 2 columns");
    expect(() => exact().solve(matrix(0, 0, []))).toThrow("one row and one column");
  });
});

describe("sinkhorn", () => {
  it("moves all mass, between sets of any two sizes", () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 12 }),
        (seed, n, m) => {
          const cost = squaredDistances(rng(seed).normals([n, 2]), rng(seed + 1).normals([m, 2]));
          const plan = sinkhorn({ epsilon: 1, maxIterations: 2000 }).solve(cost);
          // What is said to be out of place bounds what is.
          const off = rowSums(plan).reduce((sum, value) => sum + Math.abs(value - 1 / n), 0);
          expect(off).toBeLessThanOrEqual(plan.residual + 1e-12);
          expect(plan.residual).toBeLessThan(1e-3);
          for (const sum of columnSums(plan)) expect(sum).toBeCloseTo(1 / m, 12);
        },
      ),
      { numRuns: 30 },
    );
  });

  it("has the odds exp(c/ε) of staying to crossing when crossing costs c", () => {
    for (const [c, epsilon] of [
      [1, 1],
      [3, 0.5],
      [-2, 0.7],
    ]) {
      const { mass } = sinkhorn({ epsilon, tolerance: 1e-12 }).solve(matrix(2, 2, [0, c, c, 0]));
      expect(mass[0] / mass[1]).toBeCloseTo(Math.exp(c / epsilon), 6);
      expect(mass[0] + mass[1]).toBeCloseTo(0.5, 12);
      expect(mass[3]).toBeCloseTo(mass[0], 12);
    }
  });

  it("tends to the exact plan as ε falls, and to the independent one as it grows", () => {
    const cost = squaredDistances(rng(3).normals([8, 2]), rng(4).normals([8, 2]));
    const best = planCost(exact().solve(cost), cost);
    const epsilons = [1, 0.1, 0.02];
    const excess = epsilons.map((epsilon) => planCost(sinkhorn({ epsilon }).solve(cost), cost) - best);
    // The exact plan has KL(P | ab) = log n, and the entropic one does no worse in sum.
    excess.forEach((value, k) => {
      expect(value).toBeLessThan(epsilons[k] * Math.log(8));
      expect(value).toBeGreaterThan(-1e-5);
      if (k > 0) expect(value).toBeLessThan(excess[k - 1]);
    });
    for (const mass of sinkhorn({ epsilon: 1e6 }).solve(cost).mass) expect(mass).toBeCloseTo(1 / 64, 6);
  });

  it("neither overflows nor vanishes where exp(−C/ε) would", () => {
    const { mass } = sinkhorn({ epsilon: 1e-3 }).solve(matrix(2, 2, [1e4, 2e4, 2e4, 1e4]));
    [0.5, 0, 0, 0.5].forEach((wanted, e) => {
      expect(mass[e]).toBeCloseTo(wanted, 9);
    });
  });

  it("says when it is not finished, and refuses options out of range", () => {
    const cost = squaredDistances(rng(3).normals([8, 2]), rng(4).normals([8, 2]));
    const plan = sinkhorn({ epsilon: 0.01, maxIterations: 3 }).solve(cost);
    expect(plan.warning).toContain("after 3 iterations");
    expect(plan.residual).toBeGreaterThan(1e-6);
    expect(() => sinkhorn({ epsilon: 0 })).toThrow("an epsilon above 0");
    expect(() => sinkhorn({ epsilon: 1, tolerance: 0 })).toThrow("tolerance");
    expect(() => sinkhorn({ epsilon: 1, maxIterations: 0.5 })).toThrow("iterations");
  });
});

describe("unbalanced", () => {
  it("moves the mass exp(−C / (ε + ρ₀ + ρ₁)) between one point and another", () => {
    fc.assert(
      fc.property(
        fc.double({ min: -3, max: 3, noNaN: true }),
        fc.double({ min: 0.2, max: 3, noNaN: true }),
        fc.double({ min: 0.2, max: 3, noNaN: true }),
        (c, base, target) => {
          const solver = unbalanced({ epsilon: 0.6, penalty: { base, target }, tolerance: 1e-13 });
          const [mass] = solver.solve(matrix(1, 1, [c])).mass;
          expect(mass).toBeCloseTo(Math.exp(-c / (0.6 + base + target)), 6);
        },
      ),
      { numRuns: 40 },
    );
  });

  it("tends to the balanced plan as the penalty grows, also when that keeps one side alone", () => {
    const cost = squaredDistances(rng(5).normals([6, 2]), rng(6).normals([9, 2]));
    const balanced = sinkhorn({ epsilon: 0.5, tolerance: 1e-9 }).solve(cost);
    const far = unbalanced({ epsilon: 0.5, penalty: 1e6, tolerance: 1e-9 }).solve(cost);
    far.mass.forEach((mass, e) => {
      expect(mass).toBeCloseTo(balanced.mass[e], 5);
    });
    const oneSided = unbalanced({
      epsilon: 0.5,
      penalty: { base: Number.POSITIVE_INFINITY, target: 0.5 },
      tolerance: 1e-9,
    }).solve(cost);
    for (const sum of rowSums(oneSided)) expect(sum).toBeCloseTo(1 / 6, 7);
    expect(Math.max(...columnSums(oneSided))).toBeGreaterThan(1.2 / 9);
  });

  it("gives up a far target rather than move to it", () => {
    const cost = squaredDistances(ndarray([3, 1], [0, 1, 2]), ndarray([3, 1], [0, 1, 50]));
    const sums = columnSums(unbalanced({ epsilon: 0.1, penalty: 2 }).solve(cost));
    expect(sums[2]).toBeLessThan(1e-6);
    expect(sums[0]).toBeGreaterThan(0.2);
    expect(() => unbalanced({ epsilon: 1, penalty: 0 })).toThrow("penalties above 0");
  });
});

describe("partial", () => {
  it("moves the share that was asked for, at the least cost of all choices of so many pairs", () => {
    fc.assert(
      fc.property(square, fc.double({ min: 0.01, max: 1, noNaN: true }), (cost, share) => {
        const n = cost.rows;
        const pairs = Math.max(1, Math.round(share * n));
        const plan = partial({ share }).solve(cost);
        expect(rowSums(plan).reduce((sum, value) => sum + value, 0)).toBeCloseTo(pairs / n, 12);
        for (const sum of [...rowSums(plan), ...columnSums(plan)]) expect(sum).toBeLessThanOrEqual(1 / n);
        expect(planCost(plan, cost)).toBeCloseTo(leastOf(cost, pairs) / n, 9);
      }),
    );
    const equal = partial({ share: 0.5 }).solve(matrix(4, 4, Array(16).fill(3)));
    expect(equal.mass.filter((mass) => mass > 0)).toHaveLength(2);
    expect(() => partial({ share: 0 })).toThrow("a share of mass above 0");
  });
});

describe("planCost", () => {
  it("refuses costs of another size", () => {
    const cost = matrix(1, 1, [2]);
    expect(() => planCost(exact().solve(cost), matrix(1, 2, [0, 0]))).toThrow("1 × 1");
  });
});
