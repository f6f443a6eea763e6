import { floatInput } from "../conditions/options";
import { partsOf } from "../conditions/part";
import { type ConditionInputs, conditionInputs } from "../conditions/parts";
import type { Values } from "../engine";
import type { Rng } from "../random";
import type { Network } from "./network";

/**
 * Inputs of a network, as the engine takes them, filled by chance: what it costs depends on their shapes alone.
 * @param sample shape of one sample, such as `[32, 32, 3]`
 */
export function randomInputs(
  { condition }: Network,
  { sample, batch, rng }: { readonly sample: readonly number[]; readonly batch: number; readonly rng: Rng },
): { readonly x: Values; readonly t: Values; readonly xi: ConditionInputs } {
  const xi = Object.fromEntries(
    partsOf(condition).map(([name, part]) => [name, part.example(batch, sample, rng.fork(name))]),
  );
  return {
    x: floatInput(rng.normals([batch, ...sample])),
    t: { shape: [batch], data: Float32Array.from({ length: batch }, () => rng.uniform()) },
    xi: conditionInputs(xi, condition, batch),
  };
}
