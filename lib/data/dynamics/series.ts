import { concatRows, type NdArray } from "../../array";
import { assertRng, type Rng } from "../../random";
import type { Dynamics } from "./dynamics";

/** Options of {@link series}. */
export interface SeriesOptions {
  /** Independent runs. */
  readonly runs: number;
  /** Lags in each. */
  readonly steps: number;
  /** Source of the first states and of the noise. */
  readonly rng: Rng;
  /** Called after every lag. */
  readonly onProgress?: (progress: { readonly step: number; readonly steps: number }) => void;
}

/**
 * Runs of a system: its states at steps + 1 times, each `[runs, ...]`.
 *
 * @example
 * const path = await series(jumpDiffusion(), { runs: 3, steps: 10, rng: rng(0) });
 * const { x0, x } = consecutive(path); // 30 pairs of a state and the next
 */
export async function series(
  system: Dynamics,
  { runs, steps, rng, onProgress }: SeriesOptions,
): Promise<readonly NdArray[]> {
  assertRng(rng);
  const path = [await system.states(runs, rng.fork("states"))];
  for (let step = 0; step < steps; step++) {
    path.push(await system.next(path[step], rng.fork("lag", step)));
    await onProgress?.({ step: step + 1, steps });
  }
  return path;
}

/** All pairs of a state and the next in runs, as training data. */
export function consecutive(path: readonly NdArray[]): { readonly x0: NdArray; readonly x: NdArray } {
  return Object.freeze({ x0: concatRows(path.slice(0, -1)), x: concatRows(path.slice(1)) });
}
