import { sampleSize, zeros } from "../array";
import { assertKnown } from "../errors";
import { type AffineVelocity, assertAffineFits } from "../interpolants/affine-velocity";
import { squaredError } from "./error-measure";
import type { Objective, ObjectiveOptions } from "./objective";

/**
 * Regression on what the affine velocity leaves, in units of its size: (İ_t − b_affine(I_t)) / s_t. The
 * minimiser is (b − b_affine) / s_t, from which `velocityFromRest` makes b. The network's target then has
 * unit size at all times, and the loss is that of the velocity weighted by 1 / s_t².
 *
 * @throws (in `target`) where the moments are of samples of another size.
 */
export function restLoss(affine: AffineVelocity, options: ObjectiveOptions = {}): Objective {
  assertKnown(options, { error: true }, "restLoss");
  const { error = squaredError() } = options;
  return Object.freeze({
    name: "rest of the affine velocity",
    error,
    target({ t, xt, dxt }) {
      const size = sampleSize(dxt);
      const out = zeros(dxt.shape, dxt);
      for (let i = 0; i < dxt.shape[0]; i++) {
        const here = affine.at(t[i]);
        if (i === 0) assertAffineFits(here, dxt);
        const { slope, offset, rest } = here;
        for (let e = 0; e < size; e++) {
          const k = i * size + e;
          out.data[k] = (dxt.data[k] - slope[e] * xt.data[k] - offset[e]) / rest;
        }
      }
      return out;
    },
  } satisfies Objective);
}
