import type { CostMatrix, Planner } from "./plan";
import { assertScaling, type ScalingOptions, scale } from "./scaling";

/**
 * The entropic plan (Cuturi, 2013): the least Σ P C + ε KL(P | ab) among plans that move all mass. As ε → 0 it tends
 * to the exact plan, as ε → ∞ to the independent coupling of the batch.
 */
export function sinkhorn(options: ScalingOptions): Planner {
  assertScaling(options);
  const infinite = { base: Number.POSITIVE_INFINITY, target: Number.POSITIVE_INFINITY };
  return Object.freeze({
    name: `Sinkhorn, ε = ${options.epsilon}`,
    balanced: true,
    solve: (cost: CostMatrix) => scale(cost, options, infinite),
  });
}
