import { assertShape, sampleSize } from "../../array";
import { expected, UsageError } from "../../errors";
import type { InitialState, Solution } from "../../samplers/trajectory";
import { type Estimate, estimateMean } from "../../statistics";

/**
 * The straightness S = ∫ E|b_t(X_t) − (X₁ − X₀)|² dt of a flow (Liu et al., Flow Straight and Fast, 2023,
 * section 2.2): zero if and only if every sample moves along a straight line at constant speed, so that a
 * single Euler step is exact. It is measured for the flow from `start` to `solution`, forwards or backwards.
 *
 * Since ∫ b dt = X₁ − X₀, it is the action minus the transport cost, so no path has to be saved; divided by
 * the action, it does not depend on units. Adaptive methods have weights of both signs, so for a straight
 * flow it may be negative, by as much as the tolerance.
 *
 * @example
 * const start = atBase(pairs);
 * const solution = await solveOde(b, start, { method: euler({ steps: 8 }) });
 * straightness(start, solution).value; // 0 for straight paths at constant speed
 * @param options.span the length of the time interval, 1 for the whole flow. For a shorter one, the constant
 * velocity to compare with is (X₁ − X₀) / span.
 * @throws when the solver gave up, shapes differ, or the span is not above 0 and at most 1.
 */
export function straightness(
  start: Pick<InitialState, "x">,
  solution: Pick<Solution, "x" | "actions"> & Partial<Pick<Solution, "warnings">>,
  { span = 1 }: { readonly span?: number } = {},
): Estimate {
  const { x: x0 } = start;
  const { x: x1, actions, warnings = [] } = solution;
  if (warnings.length > 0) {
    throw new UsageError(`The flow whose straightness is measured gave up: ${warnings.join(" ")}`);
  }
  assertShape(x1, x0.shape, "the solution's x, like the start's,");
  if (actions.length !== x0.shape[0]) {
    throw expected(`${x0.shape[0]} actions, one per sample`, `${actions.length}`);
  }
  if (!(span > 0 && span <= 1)) throw expected("a span of time above 0, at most 1", `${span}`);
  const size = sampleSize(x0);
  const values = Float64Array.from(actions);
  for (let e = 0; e < x0.data.length; e++) {
    values[Math.floor(e / size)] -= (x1.data[e] - x0.data[e]) ** 2 / span;
  }
  return estimateMean(values);
}
