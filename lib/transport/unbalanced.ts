import { assertKnown, expected } from "../errors";
import type { CostMatrix, OtSolver } from "./plan";
import { assertScaling, type ScalingOptions, scale } from "./scaling";

/** Options of {@link unbalanced}. */
export interface UnbalancedOptions extends ScalingOptions {
  /**
   * ρ, in the units of the cost: the price, per unit of Kullback-Leibler divergence, of a plan whose
   * marginals differ from those of the batch. Mass is dropped rather than moved over a squared distance well
   * above ρ. One number, or one for each side; `base: Infinity` keeps the base's marginal and drops targets
   * only.
   */
  readonly penalty: number | { readonly base: number; readonly target: number };
}

/**
 * Unbalanced entropic transport with relaxed marginals (Chizat et al., 2018): the minimiser of Σ P C + ε KL(P
 * | ab) + ρ₀ KL(P1 | a) + ρ₁ KL(Pᵀ1 | b). It tends to `sinkhorn` as ρ → ∞.
 *
 * A batch sampled from this plan has the plan's marginals, not those of the base and the data. Far targets
 * are drawn less often, which is what one wants for outliers, but so are far base draws, and sampling does
 * start from those.
 */
export function unbalanced(options: UnbalancedOptions): OtSolver {
  assertKnown(options, { penalty: true, epsilon: true, tolerance: true, maxIterations: true }, "unbalanced");
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
