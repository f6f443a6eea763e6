import type { BalancedDraws } from "../../couplings/balanced-draws";
import { atBase } from "../../couplings/coupling";
import type { MixtureCoupling } from "../../couplings/gaussian-mixture";
import { assertKnown } from "../../errors";
import type { Field } from "../../fields/field";
import type { Interpolant } from "../../interpolants/interpolant";
import { arrived } from "../../samplers/arrived";
import { type OdeOptions, solveOde } from "../../samplers/ode";
import { knownToSolves, type Solution } from "../../samplers/trajectory";
import type { Estimate } from "../../statistics";
import { squaredDistance } from "../../statistics/squared-distance";
import { integrateTime } from "./path-bound";

/**
 * The bound ∫ E|İ_t|² dt of Prop. 3.1 in closed form, for a mixture with weights w, means m0, m1 and
 * covariances C00, C01, C11: the integral over time of
 * Σ w (|α̇ m0 + β̇ m1|² + tr(α̇² C00 + 2 α̇ β̇ C01 + β̇² C11)) + γ̇² d. Infinite where γ ~ √t at an end.
 *
 * @example mixtureBound({ coupling: threeModes({ pairing: "matched" }), interpolant: linear() }); // 44.83
 */
export function mixtureBound({
  coupling: { components, dimension },
  interpolant,
}: {
  readonly coupling: MixtureCoupling;
  readonly interpolant: Interpolant;
}): number {
  if (interpolant.at(0).gammaDGamma !== 0 || interpolant.at(1).gammaDGamma !== 0) {
    return Number.POSITIVE_INFINITY;
  }
  const [bound] = integrateTime((t) => {
    const { dAlpha: a, dBeta: b, dGamma } = interpolant.at(t);
    let speed = dGamma ** 2 * dimension;
    for (const { weight, mean0, mean1, cov00, cov01, cov11 } of components) {
      for (let j = 0; j < dimension; j++) {
        const mean = a * mean0[j] + b * mean1[j];
        const variance = a * a * cov00[j][j] + 2 * a * b * cov01[j][j] + b * b * cov11[j][j];
        speed += weight * (mean ** 2 + variance);
      }
    }
    return [speed];
  });
  return bound;
}

/** Options of {@link mixtureLadder}. */
export interface MixtureLadderOptions extends Omit<OdeOptions, "from" | "to"> {
  /** The velocity whose action is computed. */
  readonly b: Field;
  /** The mixture that the draws are of. */
  readonly coupling: MixtureCoupling;
  /** The interpolant of the bound. */
  readonly interpolant: Interpolant;
  /** Draws of this coupling. */
  readonly draws: BalancedDraws;
}

/** The three sides of cost ≤ action ≤ bound for a Gaussian mixture, nearly without sampling noise. */
export interface MixtureLadder {
  /** E|X₁(x0) − x0|². */
  readonly cost: Estimate;
  /** ∫ E|b_t(X_t)|² dt along the flow. */
  readonly action: Estimate;
  /** ∫ E|İ_t|² dt of the interpolant, in closed form. */
  readonly bound: number;
  /** The flow that was measured. */
  readonly solution: Solution;
}

/**
 * `transportLadder` for a Gaussian mixture: the bound in closed form, cost and action from balanced draws,
 * whose standard errors are many times smaller than those of as many independent ones.
 *
 * Since the exact flow has the interpolant's law at each time, its bound minus its action is
 * ∫ E|İ_t − b_t(I_t)|² dt: the least mean squared error that a velocity can have.
 *
 * @example
 * const coupling = threeModes({ pairing: "independent" });
 * const draws = balancedDraws({ coupling, n: 540, rng: rng(0) });
 * const b = exactFlow({ coupling, interpolant }).velocity;
 * const ladder = await mixtureLadder({ b, coupling, interpolant, draws, method: rk4({ steps: 20 }) });
 * [ladder.cost.value, ladder.action.value, ladder.bound]; // about 47, 57 and exactly 63.31
 * @throws as `solveOde`, and where an adaptive method gives up before t = 1.
 */
export async function mixtureLadder(options: MixtureLadderOptions): Promise<MixtureLadder> {
  assertKnown(
    options,
    { ...knownToSolves, coupling: true, interpolant: true, draws: true, method: true },
    "mixtureLadder",
    { likely: true },
  );
  const { b, coupling, interpolant, draws, ...solve } = options;
  const { x0 } = draws.pairs;
  const solution = arrived(
    await solveOde(b, atBase(draws.pairs), solve),
    "The flow whose transport is measured",
  );
  const costs = Float64Array.from({ length: x0.shape[0] }, (_, i) => squaredDistance(solution.x, i, x0, i));
  return Object.freeze({
    cost: draws.mean(costs),
    action: draws.mean(solution.actions),
    bound: mixtureBound({ coupling, interpolant }),
    solution,
  });
}
