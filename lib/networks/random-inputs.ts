import type { Condition } from "../conditions/condition";
import { floatInput } from "../conditions/options";
import { partsOf } from "../conditions/part";
import { type ConditionInputs, conditionInputs } from "../conditions/parts";
import type { Values } from "../engine";
import type { Rng } from "../random";
import type { Network } from "./network";

interface RandomOptions {
  /** Shape of one sample, such as `[32, 32, 3]`. */
  readonly sample: readonly number[];
  readonly batch: number;
  readonly rng: Rng;
}

/** The ξ of `randomInputs` for the same options: what its `xi` was made from. */
export const randomCondition = ({ condition }: Network, { sample, batch, rng }: RandomOptions): Condition =>
  Object.fromEntries(
    partsOf(condition).map(([name, part]) => [name, part.example(batch, sample, rng.fork(name))]),
  );

/**
 * Random inputs for a network, as the engine takes them; what it costs depends on their shapes alone.
 */
export function randomInputs(
  network: Network,
  options: RandomOptions,
): { readonly x: Values; readonly t: Values; readonly xi: ConditionInputs } {
  const { sample, batch, rng } = options;
  return {
    x: floatInput(rng.normals([batch, ...sample])),
    t: { shape: [batch], data: Float32Array.from({ length: batch }, () => rng.uniform()) },
    xi: conditionInputs(randomCondition(network, options), network.condition, batch),
  };
}
