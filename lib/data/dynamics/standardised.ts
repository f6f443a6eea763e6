import { type NdArray, zeros } from "../../array";
import { assertKnown, expected } from "../../errors";
import type { Rng } from "../../random";
import type { Dynamics } from "./dynamics";

/** Options of {@link standardised}. */
export interface StandardisedOptions {
  /** What is taken off each element of the last axis: coordinates or channels. */
  readonly mean: readonly number[];
  /** What they are then divided by. */
  readonly sd: readonly number[];
}

/**
 * The same system in other units, (x − mean) / sd, so that states have a size of about 1.
 *
 * @example
 * const system = standardised(lorenz63(), { mean: [0, 0, 23.5], sd: [8, 9, 8.5] });
 * @throws when there isn't one mean and one sd above 0 for each element of the last axis.
 */
export function standardised(system: Dynamics, options: StandardisedOptions): Dynamics {
  assertKnown(options, { mean: true, sd: true }, "standardised");
  const { mean, sd } = options;
  const last = system.shape[system.shape.length - 1];
  if (mean.length !== last || sd.length !== last || !sd.every((value) => value > 0)) {
    throw expected(`${last} means, and ${last} standard deviations above 0`, `${mean} and ${sd}`);
  }
  const map = (x: NdArray, value: (from: number, c: number) => number) => {
    const out = zeros(x.shape, x);
    for (let e = 0; e < out.data.length; e++) out.data[e] = value(x.data[e], e % last);
    return out;
  };
  const inward = (x: NdArray) => map(x, (value, c) => (value - mean[c]) / sd[c]);
  return Object.freeze({
    ...system,
    states: async (n: number, rng: Rng) => inward(await system.states(n, rng)),
    next: async (x: NdArray, rng: Rng) =>
      inward(
        await system.next(
          map(x, (value, c) => value * sd[c] + mean[c]),
          rng,
        ),
      ),
  });
}
