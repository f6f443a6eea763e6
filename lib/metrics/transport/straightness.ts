import { assertShape, type NdArray, sampleSize } from "../../array";
import { expected } from "../../errors";
import { type Estimate, estimateMean } from "../../statistics";

/** The part of an `Integration` that is used. */
export interface Flowed {
  readonly x0: NdArray;
  readonly x1: NdArray;
  /** ∫ |b_t(X_t)|² dt of every sample. */
  readonly actions: Float64Array;
}

/**
 * The straightness S = ∫ E|b_t(X_t) − (X₁ − X₀)|² dt of a flow (Liu et al., Flow Straight and Fast, 2023,
 * section 2.2): zero if and only if every sample moves along a straight line at constant speed, so that a
 * single Euler step is exact.
 *
 * Since ∫ b dt = X₁ − X₀, it is the action minus the transport cost, so no path has to be saved; divided by
 * the action, it does not depend on units. An adaptive method has weights of both signs, so a straight flow
 * may come out negative, by as much as its tolerance.
 * @param options.span the length of time that was integrated over, 1 for the whole flow. Over less of it, the
 * constant velocity to compare with is (X₁ − X₀) / span.
 * @throws when shapes differ, or the span is not above 0 and at most 1.
 */
export function straightness(flow: Flowed, { span = 1 }: { readonly span?: number } = {}): Estimate {
  const { x0, x1, actions } = flow;
  assertShape(x1, x0.shape, "x1, like x0,");
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
