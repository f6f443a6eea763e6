import { assertShape, type NdArray } from "../../array";
import type { MixtureCoupling } from "../../couplings/gaussian-mixture";
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
export function modeSpread(x: NdArray, { dimension: d, components, name }: MixtureCoupling): Estimate {
  assertShape(x, [-1, d], `points of "${name}"`);
  if (x.shape[0] === 0) throw expected("one point or more", `shape [0, ${d}]`);
  const modes = components.map(({ mean1, cov11 }) => ({
    mean1,
    trace: cov11.reduce((sum, row, i) => sum + row[i], 0),
  }));
  return estimateMean(
    Float64Array.from({ length: x.shape[0] }, (_, i) => {
      let [least, trace] = [Number.POSITIVE_INFINITY, 1];
      for (const mode of modes) {
        let squared = 0;
        for (let j = 0; j < d; j++) squared += (x.data[i * d + j] - mode.mean1[j]) ** 2;
        if (squared < least) [least, trace] = [squared, mode.trace];
      }
      return least / trace;
    }),
  );
}
