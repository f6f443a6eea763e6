import { assertShape, type NdArray, zeros } from "../array";
import type { Condition } from "../conditions/condition";
import { assertKnown, expected, UsageError } from "../errors";
import { type Diffusion, ownDiffusion } from "../interpolants/diffusion";
import type { Interpolant } from "../interpolants/interpolant";
import { bindField, type Field } from "./field";

/**
 * A drift under a fixed condition at the time t, b + ε s: for dX = f dt + √(2ε) dW, and with −ε for the same
 * equation backwards.
 */
export type BoundDrift = (x: NdArray, t: number, epsilon: number) => Promise<NdArray>;

/** The drifts of all equations dX = f dt + √(2ε_t) dW whose law at every time is that of the interpolant. */
export interface Drifts {
  /** The ε_t of the drift that was learned, and the only one at t = 0, where the law is a point. */
  readonly own: Diffusion;
  /** The drift of the equation under this condition. */
  on(xi: Condition): BoundDrift;
}

/** Options of {@link driftsFromPoint}. */
export interface DriftsFromPointOptions {
  /** The interpolant of the velocity, whose base is a point. */
  readonly interpolant: Interpolant;
  /** The point x0 that ξ names, of x's shape. Default: `xi.image`. */
  readonly point?: (xi: Condition) => NdArray | undefined;
}

/**
 * All drifts from one that was learned with `driftLoss`, f = b + ε s with ε_t = γ_t² / 2t, where x0 is a
 * point that ξ names. Then x = αx0 + βE[x1 | I_t] + γE[z | I_t] leaves one unknown, and the score follows
 * from f (Chen et al., 2024, arXiv 2403.13724):
 *
 *     (βγγ̇ − βε − γ²β̇) s = β̇ (x − αx0) − β (f − α̇x0)
 *
 * so that the drift for another ε is f + (ε' − ε) s: one evaluation of the network for each, and ε' can be
 * chosen after training.
 *
 * @example
 * const coupling = paired({ conditionOnX0: { channels: 2 } }); // x0 is a point, and ξ.image names it
 * const interpolant = linear({ gamma: wiener() });
 * const learned: Field = ({ x }) => x; // in place of a field trained with driftLoss
 * const drifts = driftsFromPoint(learned, { interpolant });
 * await drifts.on({ image: ndarray([1, 2], [1, 0]) })(ndarray([1, 2], [1, 0]), 0.5, 0.1);
 * @throws (the drift) where ξ names no point, or the score is asked for where it isn't defined: at t = 0,
 * and at t = 1 if γ = 0 there.
 */
export function driftsFromPoint(learned: Field, options: DriftsFromPointOptions): Drifts {
  assertKnown(options, { interpolant: true, point: true }, "driftsFromPoint", { likely: true });
  const { interpolant, point = ({ image }) => image } = options;
  const own = ownDiffusion(interpolant);
  return Object.freeze({
    own,
    on(xi: Condition) {
      const x0 = point(xi);
      if (!x0) throw expected("the point x0 in ξ.image for driftsFromPoint", "none");
      const field = bindField(learned, xi);
      return async (x: NdArray, t: number, epsilon: number) => {
        assertShape(x0, x.shape, "the point x0 in ξ, like x,");
        const f = await field(x, t);
        const change = epsilon - own(t);
        if (change === 0) return f;
        const { alpha, beta, gamma, dAlpha, dBeta, gammaDGamma } = interpolant.at(t);
        const divisor = beta * gammaDGamma - beta * own(t) - gamma ** 2 * dBeta;
        if (divisor === 0) {
          throw new UsageError(
            `From a point the score is not defined at t = ${t}: there only ε = ${own(t)} can be had, ` +
              `but it was asked for ${epsilon}.`,
          );
        }
        const out = zeros(x.shape, x);
        for (let e = 0; e < out.data.length; e++) {
          const from = x0.data[e];
          const score = (dBeta * (x.data[e] - alpha * from) - beta * (f.data[e] - dAlpha * from)) / divisor;
          out.data[e] = f.data[e] + change * score;
        }
        return out;
      };
    },
  });
}
