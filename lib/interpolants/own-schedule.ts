import { assertKnown } from "../errors";
import type { Gamma } from "./gamma";
import type { Interpolant } from "./interpolant";
import { makeInterpolant } from "./make-interpolant";
import { noLatent } from "./no-latent";
import { type Curve, smooth } from "./smooth";

/** Options of {@link ownSchedule}. */
export interface OwnScheduleOptions {
  /** What reports and checkpoints call it. Default "own". */
  readonly name?: string;
  /** α_t, with α_0 = 1 and α_1 = 0. */
  readonly alpha: Curve;
  /** β_t, with β_0 = 0 and β_1 = 1. */
  readonly beta: Curve;
  /** γ_t; for one of your own use `ownGamma`. Default 0. */
  readonly gamma?: Gamma;
}

/**
 * An interpolant from your own functions, written in ordinary arithmetic; their derivatives are computed from
 * them, to about 1e-11.
 *
 * @example ownSchedule({ alpha: (t) => (1 - t) ** 2, beta: (t) => Math.sin((Math.PI / 2) * t) })
 * @throws when a function is not smooth on [0, 1] (for one that isn't, use `makeInterpolant`), or α and β
 * violate Def. 3.1.
 */
export function ownSchedule(options: OwnScheduleOptions): Interpolant {
  assertKnown(options, { name: true, alpha: true, beta: true, gamma: true }, "ownSchedule");
  const { name = "own", alpha, beta, gamma = noLatent } = options;
  const advice = "Give its derivative yourself, by makeInterpolant({ name, alphaBeta, gamma }).";
  const a = smooth(alpha, `alpha of the schedule "${name}"`, advice);
  const b = smooth(beta, `beta of the schedule "${name}"`, advice);
  return makeInterpolant({
    name,
    alphaBeta: (t) => ({ alpha: alpha(t), beta: beta(t), dAlpha: a.derivative(t), dBeta: b.derivative(t) }),
    gamma,
  });
}
