import type { NdArray } from "../../array";
import type { MixtureCoupling } from "../../couplings/gaussian-mixture";
import { nearestModes } from "../../couplings/nearest-labels";
import { expected } from "../../errors";
import { type Estimate, estimateMean } from "../../statistics";

/**
 * How wide samples lie about the modes of a mixture's data: the mean of |x − m1|² / tr C11 for the nearest
 * mean m1. It is 1 for the data themselves where modes are well separated, below 1 for samples that are too
 * narrow (a step without its noise), above 1 for noise that is left or paths between the modes.
 *
 * @example
 * const coupling = threeModes({ pairing: "matched" });
 * modeSpread(coupling.targets(1000, rng(1)).x, coupling); // { value: 1.07, standardError: 0.03 }
 * @throws when the points' dimension is not the coupling's, or there are none.
 */
export function modeSpread(x: NdArray, coupling: MixtureCoupling): Estimate {
  const { rows, squared } = nearestModes(coupling, x);
  if (rows.length === 0) throw expected("one point or more", `shape [${x.shape.join(", ")}]`);
  const traces = coupling.components.map(({ cov11 }) => cov11.reduce((sum, row, i) => sum + row[i], 0));
  return estimateMean(squared.map((least, i) => least / traces[rows[i]]));
}
