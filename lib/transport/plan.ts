import { assertShape, type NdArray } from "../array";
import { expected } from "../errors";
import { squaredDistance } from "../statistics/squared-distance";

/** The cost of pairing base draw i (a row) with target j (a column): `data[i * columns + j]`, finite. */
export interface CostMatrix {
  /** How many base draws. */
  readonly rows: number;
  /** How many targets. */
  readonly columns: number;
  /** The costs, row by row. */
  readonly data: Float64Array;
}

/**
 * A transport plan: how much of each base draw's mass, 1/rows, goes to which target, each of mass 1/columns.
 */
export interface TransportPlan {
  /** How many base draws. */
  readonly rows: number;
  /** How many targets. */
  readonly columns: number;
  /** `mass[i * columns + j]` ≥ 0 goes from base draw i to target j. */
  readonly mass: Float64Array;
  /** Misplaced mass, summed over the base draws: 0 for a converged plan. */
  readonly residual: number;
  /** Present if the plan has not converged: by how much, and what to do. */
  readonly warning?: string;
}

/** A solver of optimal transport between a batch of base draws and a batch of targets. */
export interface OtSolver {
  /** What reports and errors call it. */
  readonly name: string;
  /**
   * Whether every base draw gives, and every target takes, its whole mass. If not, pairs sampled from the
   * plan do not have the marginals of the base and the data.
   */
  readonly balanced: boolean;
  /** @throws when the costs are not finite, or not square where the solver matches one to one. */
  solve(cost: CostMatrix): TransportPlan;
}

/** |a_i − b_j|² for every row of `a` and every row of `b`, summed over coordinates: the cost of W₂². */
export function squaredDistances(a: NdArray, b: NdArray): CostMatrix {
  assertShape(b, [-1, ...a.shape.slice(1)], "the second set, like the first,");
  const rows = a.shape[0];
  const columns = b.shape[0];
  const data = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) data[i * columns + j] = squaredDistance(a, i, b, j);
  }
  return Object.freeze({ rows, columns, data });
}

/** The cost of a plan: Σ mass × cost. */
export function planCost(plan: TransportPlan, cost: CostMatrix): number {
  if (plan.rows !== cost.rows || plan.columns !== cost.columns) {
    throw expected(`costs for a plan of ${plan.rows} × ${plan.columns}`, `${cost.rows} × ${cost.columns}`);
  }
  return plan.mass.reduce((sum, mass, e) => sum + mass * cost.data[e], 0);
}

/** @throws unless the costs are a finite matrix; with `square`, as many rows as columns. */
export function assertCost({ rows, columns, data }: CostMatrix, { square = false } = {}): void {
  if (!(rows > 0 && columns > 0))
    throw expected("at least one row and one column of costs", `${rows} × ${columns}`);
  if (data.length !== rows * columns) {
    throw expected(`${rows * columns} costs for ${rows} rows and ${columns} columns`, `${data.length}`);
  }
  if (square && rows !== columns) {
    throw expected(
      "as many base draws as targets, since they are matched one to one",
      `${rows} and ${columns}`,
      "sinkhorn and unbalanced accept different numbers.",
    );
  }
  const bad = data.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    throw expected(
      "finite costs",
      `${data[bad]} for row ${Math.floor(bad / columns)}, column ${bad % columns}`,
    );
  }
}
