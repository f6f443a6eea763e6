import { expected } from "../../errors";
import type { CostMatrix, Planner } from "./plan";
import { assertScaling, type ScalingOptions, scale } from "./scaling";

export interface UnbalancedOptions extends ScalingOptions {
  /**
   * ρ, in the units of the cost: what it costs, by Kullback-Leibler divergence, that a marginal of the plan is not that of
   * the batch. Mass over a distance² well above ρ is given up rather than moved. One number, or one for each side;
   * `base: Infinity` keeps the base as it is and lets only targets be given up.
   */
  readonly penalty: number | { readonly base: number; readonly target: number };
}

/**
 * Unbalanced entropic transport with relaxed marginals (Chizat et al., 2018): the least
 * Σ P C + ε KL(P | ab) + ρ₀ KL(P1 | a) + ρ₁ KL(Pᵀ1 | b). As ρ → ∞ it tends to `sinkhorn`.
 *
 * A batch drawn from this plan has the plan's marginals, not those of the base and the data: far targets are drawn less
 * often, which is wanted where they are outliers, and so are far base draws, which sampling nevertheless starts from.
 */
export function unbalanced(options: UnbalancedOptions): Planner {
  assertScaling(options);
  const { penalty } = options;
  const { base, target } = typeof penalty === "number" ? { base: penalty, target: penalty } : penalty;
  if (!(base > 0 && target > 0)) throw expected("penalties above 0", `base ${base}, target ${target}`);
  return Object.freeze({
    name: `unbalanced, ε = ${options.epsilon}, ρ = ${base === target ? base : `${base} and ${target}`}`,
    balanced: false,
    solve: (cost: CostMatrix) => scale(cost, options, { base, target }),
  });
}
