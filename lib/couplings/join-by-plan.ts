import { expected, UsageError } from "../errors";
import type { Rng } from "../random";
import { type CostMatrix, type OtSolver, samplePlan } from "../transport";

export interface JoinByPlanOptions {
  readonly solver: OtSolver;
  /** The cost of each base draw with each target. */
  readonly cost: CostMatrix;
  /** How many of each there are. */
  readonly n: number;
  /** Of the coupling, for errors. */
  readonly name: string;
  readonly rng: Rng;
}

/**
 * Which base draws a plan pairs with which targets.
 * @throws when the costs are not those of n × n pairs, or it leaves more than a hundredth of the mass
 * misplaced.
 */
export function joinByPlan({ solver, cost, n, name, rng }: JoinByPlanOptions) {
  if (cost.rows !== n || cost.columns !== n) {
    const received = `${cost.rows} × ${cost.columns}`;
    throw expected(`costs of ${n} × ${n} pairs for the coupling "${name}"`, received);
  }
  const plan = solver.solve(cost);
  if (plan.residual > 0.01) {
    throw new UsageError(plan.warning ?? `The plan for the coupling "${name}" did not converge.`);
  }
  return samplePlan(plan, { balanced: solver.balanced, rng });
}
