import { assertShape, type NdArray } from "../../array";
import { expected } from "../../errors";

/** Forecasts and what came. */
export interface EnsembleForecast {
  /** The members of each case's ensemble: arrays `[n, ...]`, of which row i belongs to case i. */
  readonly members: readonly NdArray[];
  /** What came, `[n, ...]`. */
  readonly truth: NdArray;
}

/** @throws unless all are finite and of the same shape, with at least `least` members and one case. */
export function assertEnsemble({ members, truth }: EnsembleForecast, least = 1): void {
  if (members.length < least) throw expected(`${least} members or more`, `${members.length}`);
  if (truth.data.length === 0) throw expected("one case or more", "none");
  for (const array of [truth, ...members]) {
    assertShape(array, truth.shape, "each member, like the truth,");
    if (!array.data.every(Number.isFinite)) throw expected("finite forecasts and truth", "others");
  }
}
