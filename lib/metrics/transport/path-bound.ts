import { assertShape, sampleSize } from "../../array";
import type { Condition } from "../../conditions/condition";
import { maskOf } from "../../conditions/mask";
import type { Pairs } from "../../couplings/coupling";
import type { Interpolant } from "../../interpolants/interpolant";
import { type Estimate, estimateMean } from "../../statistics";

/** Options of {@link pathBound}. */
export interface PathBoundOptions {
  /** Draws of the coupling. Where ξ.keep is 1, the latent is taken as zero. */
  readonly pairs: Pick<Pairs, "x0" | "x1"> & { readonly xi?: Condition };
  /** The interpolant whose E|İ_t|² is integrated. */
  readonly interpolant: Interpolant;
}

/**
 * The bound ∫ E|İ_t|² dt of Prop. 3.1. The mean over z is exact and time is integrated numerically, so only
 * the pairs are random. Infinite where γ ~ √t at an end, as for √(2t(1−t)), since E|γ̇z|² ~ 1/t there.
 *
 * @example
 * pathBound({ pairs, interpolant: linear() }); // here transportCost(pairs.x0, pairs.x1)
 */
export function pathBound({ pairs, interpolant }: PathBoundOptions): Estimate {
  const { x0, x1, xi } = pairs;
  assertShape(x1, x0.shape, "x1, like x0,");
  if (interpolant.at(0).gammaDGamma !== 0 || interpolant.at(1).gammaDGamma !== 0) {
    return Object.freeze({ value: Number.POSITIVE_INFINITY, standardError: 0 });
  }
  const integrals = integrateTime((t) => {
    const { dAlpha, dBeta, dGamma } = interpolant.at(t);
    return [dAlpha * dAlpha, dAlpha * dBeta, dBeta * dBeta, dGamma * dGamma];
  });
  const size = sampleSize(x0);
  const mask = maskOf(xi ?? {}, x0);
  const bounds = new Float64Array(x0.shape[0]);
  for (let e = 0; e < x0.data.length; e++) {
    const a = x0.data[e];
    const c = x1.data[e];
    const known = mask?.known[e] === 1;
    if (known && interpolant.insideHole) continue;
    const latent = known ? 0 : integrals[3];
    bounds[Math.floor(e / size)] +=
      integrals[0] * a * a + 2 * integrals[1] * a * c + integrals[2] * c * c + latent;
  }
  return estimateMean(bounds);
}

/** ∫₀¹ of several functions at once: Gauss-Legendre, three points in each of 64 panels, never at the ends. */
export function integrateTime(f: (t: number) => readonly number[]): number[] {
  const panels = 64;
  const offset = Math.sqrt(3 / 5) / 2;
  const totals: number[] = [];
  for (let panel = 0; panel < panels; panel++) {
    for (const [node, weight] of [
      [0.5 - offset, 5 / 18],
      [0.5, 8 / 18],
      [0.5 + offset, 5 / 18],
    ]) {
      f((panel + node) / panels).forEach((value, i) => {
        totals[i] = (totals[i] ?? 0) + (weight * value) / panels;
      });
    }
  }
  return totals;
}
