import { concatRows, type NdArray, sliceRows } from "../../array";
import { expected } from "../../errors";
import type { Rng } from "../../random";
import type { Forecaster } from "./forecasters";

/** Options of {@link ensemble} and {@link rollOut}. */
export interface RollOutOptions {
  /** The states to forecast from, `[n, ...]`. */
  readonly present: NdArray;
  /** Members of each ensemble. */
  readonly members: number;
  /** How many lags ahead. */
  readonly steps: number;
  /** Source of the members' draws. */
  readonly rng: Rng;
}

/**
 * Ensembles of the next states, each member going on from its own last state: one list of members for each
 * lag, each array like `present`. All members are computed as one batch.
 *
 * @example
 * const paths = await rollOut(persistence, { present: data.x, members: 2, steps: 3, rng: rng(0) });
 * paths[2][1]; // the second member, three lags ahead
 * @throws unless there are members and steps, at least one.
 */
export async function rollOut(
  forecaster: Forecaster,
  { present, members, steps, rng }: RollOutOptions,
): Promise<readonly (readonly NdArray[])[]> {
  for (const [name, value] of Object.entries({ members, steps })) {
    if (!(Number.isInteger(value) && value > 0)) throw expected(`${name}, 1 or more`, `${value}`);
  }
  const n = present.shape[0];
  let all = concatRows(Array.from({ length: members }, () => present));
  const path: NdArray[][] = [];
  for (let step = 0; step < steps; step++) {
    all = await forecaster(all, rng.fork("lag", step));
    const reached = all;
    path.push(Array.from({ length: members }, (_, k) => sliceRows(reached, k * n, (k + 1) * n)));
  }
  return path;
}

/** Ensembles one lag ahead: the members, each an array like `present`. */
export async function ensemble(
  forecaster: Forecaster,
  options: Omit<RollOutOptions, "steps">,
): Promise<readonly NdArray[]> {
  return (await rollOut(forecaster, { ...options, steps: 1 }))[0];
}
