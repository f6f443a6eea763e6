import { assertKnown } from "../errors";
import type { CostMatrix, OtSolver } from "./plan";
import { assertScaling, type ScalingOptions, scale } from "./scaling";

/**
 * The entropic plan (Cuturi, 2013): the minimiser of Σ P C + ε KL(P | ab) among plans that move all mass. It
 * tends to the exact plan as ε → 0 and to the independent coupling of the batch as ε → ∞.
 */
export function sinkhorn(options: ScalingOptions): OtSolver {
  assertKnown(options, { epsilon: true, tolerance: true, maxIterations: true }, "sinkhorn");
  assertScaling(options);
  const infinite = { base: Number.POSITIVE_INFINITY, target: Number.POSITIVE_INFINITY };
  return Object.freeze({
    name: `Sinkhorn, ε = ${options.epsilon}`,
    balanced: true,
    solve: (cost: CostMatrix) => scale(cost, options, infinite),
  });
}
