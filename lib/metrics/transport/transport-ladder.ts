import { assertShape, type NdArray, sampleSize } from "../../array";
import { atBase, type Pairs } from "../../couplings/coupling";
import { expected } from "../../errors";
import type { Field } from "../../fields/field";
import type { Interpolant } from "../../interpolants/interpolant";
import { arrived } from "../../samplers/arrived";
import { type OdeOptions, solveOde } from "../../samplers/ode";
import type { Solution } from "../../samplers/trajectory";
import { type Estimate, estimateMean } from "../../statistics";
import { pathBound } from "./path-bound";

/** The transport cost E|x1 − x0|², summed over all coordinates of a sample. */
export function transportCost(x0: NdArray, x1: NdArray): Estimate {
  assertShape(x1, x0.shape, "x1, like x0,");
  if (x0.shape[0] === 0) throw expected("one pair or more", `shape [${x0.shape.join(", ")}]`);
  const size = sampleSize(x0);
  const costs = new Float64Array(x0.shape[0]);
  for (let e = 0; e < x0.data.length; e++) costs[Math.floor(e / size)] += (x1.data[e] - x0.data[e]) ** 2;
  return estimateMean(costs);
}

/** The three sides of cost ≤ action ≤ bound (Prop. 3.1), on the same pairs. */
export interface TransportLadder {
  /** E|X₁(x0) − x0|². */
  readonly cost: Estimate;
  /** ∫ E|b_t(X_t)|² dt along the flow. */
  readonly action: Estimate;
  /** ∫ E|İ_t|² dt of the interpolant. */
  readonly bound: Estimate;
  /** The flow that was measured. */
  readonly solution: Solution;
}

/**
 * Measures cost ≤ action ≤ bound (Prop. 3.1). The first inequality holds for any field; the second where `b`
 * is the velocity E[İ_t | I_t] of this coupling and interpolant, so a learned field may violate it, by as
 * much as it is wrong.
 *
 * @example
 * const ladder = await transportLadder({ b, pairs, interpolant, method: rk4({ steps: 20 }) });
 * [ladder.cost.value, ladder.action.value, ladder.bound.value]; // rising if b has been learned well
 * @throws as `solveOde`, and where an adaptive method gives up before t = 1.
 */
export async function transportLadder({
  b,
  pairs,
  interpolant,
  ...options
}: {
  readonly b: Field;
  readonly pairs: Pairs;
  readonly interpolant: Interpolant;
} & Omit<OdeOptions, "from" | "to">): Promise<TransportLadder> {
  const solution = arrived(await solveOde(b, atBase(pairs), options), "The flow whose transport is measured");
  return Object.freeze({
    cost: transportCost(pairs.x0, solution.x),
    action: estimateMean(solution.actions),
    bound: pathBound({ pairs, interpolant }),
    solution,
  });
}
