import { floatInput } from "../conditions/options";
import type { ConditionSpec } from "../conditions/part";
import { type ConditionInputs, conditionInputs } from "../conditions/parts";
import type { Values } from "../engine";
import type { Interpolant } from "../interpolants";
import type { CoefficientsOf } from "../interpolants/terms";
import { coefficientsAt } from "./coefficients";
import { type BatchDraw, column } from "./fit";

/** A batch for a velocity that is learned together with a Gaussian base, as `learnedBaseLoss` takes it. */
export interface GaussianBatch {
  readonly x1: Values;
  /** The noise of x0 = μ + σζ. */
  readonly zeta: Values;
  /** The interpolant's latent, where it has one. */
  readonly z?: Values;
  readonly t: Values;
  /** α, β, γ and their derivatives at the time of each sample. */
  readonly coefficients: CoefficientsOf<Values>;
  readonly xi: ConditionInputs;
  readonly weights: { readonly samples?: Values };
}

/** The batch of these targets. @throws when they lack a part of the condition. */
export function gaussianBatch(
  { targets: { x, labels }, t, weights, source }: BatchDraw,
  { interpolant, condition }: { readonly interpolant: Interpolant; readonly condition: ConditionSpec },
): GaussianBatch {
  return {
    x1: floatInput(x),
    zeta: floatInput(source.fork("coupling").normals(x.shape)),
    ...(interpolant.hasLatent && { z: floatInput(source.fork("latent").normals(x.shape)) }),
    t: column(t),
    coefficients: coefficientsAt(interpolant, t),
    xi: conditionInputs({ labels }, condition, t.length),
    weights: weights ? { samples: column(weights) } : {},
  };
}
