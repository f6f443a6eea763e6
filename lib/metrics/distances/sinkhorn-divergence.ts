import type { NdArray } from "../../array";

import { assertKnown, UsageError } from "../../errors";
import {
  planCost,
  type ScalingOptions,
  sinkhorn,
  squaredDistances,
  type TransportPlan,
} from "../../transport";
import { assertPointSets } from "./point-sets";

/**
 * The root of the mean squared distance under the entropic plan (Cuturi, 2013): at least W₂, and tending to
 * it as ε → 0. The sets may differ in size. An iteration takes time proportional to n m, and their number
 * grows as ε falls.
 *
 * @example
 * sinkhornW2(pairs.x0, pairs.x1, { epsilon: 0.5 }); // a little more than exactW2(pairs.x0, pairs.x1)
 * @param options.epsilon in units of squared distance: a hundredth of the mean squared distance is a good
 * start
 * @throws when the plan does not converge, or the points are empty or not finite.
 */
export function sinkhornW2(a: NdArray, b: NdArray, options: ScalingOptions): number {
  assertKnown(options, { epsilon: true, tolerance: true, maxIterations: true }, "sinkhornW2");
  return Math.sqrt(entropic(a, b, options).transport);
}

/**
 * The Sinkhorn divergence OT(a, b) − ½ OT(a, a) − ½ OT(b, b), where OT is the least Σ P |x − y|² + ε KL(P |
 * ab) (Feydy et al., 2019): zero only for equal sets, without the bias of the entropic cost itself. It tends
 * to W₂² as ε → 0 and to the squared distance of the means as ε → ∞; in squared units: no root is taken.
 *
 * @example sinkhornDivergence(pairs.x0, pairs.x0, { epsilon: 0.5 }); // 0
 * @throws when a plan does not converge, or the points are empty or not finite.
 */
export function sinkhornDivergence(a: NdArray, b: NdArray, options: ScalingOptions): number {
  assertKnown(options, { epsilon: true, tolerance: true, maxIterations: true }, "sinkhornDivergence");
  const cost = (x: NdArray, y: NdArray) => {
    const { transport, divergence } = entropic(x, y, options);
    return transport + options.epsilon * divergence;
  };
  return Math.max(0, cost(a, b) - cost(a, a) / 2 - cost(b, b) / 2);
}

/** The two parts of the cost of the entropic plan: Σ P C and KL(P | ab). */
function entropic(a: NdArray, b: NdArray, options: ScalingOptions) {
  assertPointSets(a, b);
  const cost = squaredDistances(a, b);
  const plan = sinkhorn(options).solve(cost);
  if (plan.warning) throw new UsageError(plan.warning);
  return { transport: planCost(plan, cost), divergence: divergenceOf(plan) };
}

function divergenceOf({ rows, columns, mass }: TransportPlan): number {
  return mass.reduce((sum, p) => (p > 0 ? sum + p * Math.log(p * rows * columns) : sum), 0);
}
