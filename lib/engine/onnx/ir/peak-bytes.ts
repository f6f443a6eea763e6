import { sizeOf } from "../../../array";
import type { ElementType, Model, Value } from "./graph";

const bytesEach: Readonly<Record<ElementType, number>> = {
  float32: 4,
  int32: 4,
  int64: 8,
  uint8: 1,
  int8: 1,
  bool: 1,
};

/**
 * The most memory that what a model computes takes at once, in bytes, if each value is given back after its
 * last use: inputs and constants not counted.
 */
export function peakBytes({ nodes, outputs }: Pick<Model, "nodes" | "outputs">): number {
  const lastUse = new Map<Value, number>();
  nodes.forEach(({ inputs }, at) => {
    for (const value of inputs) lastUse.set(value, at);
  });
  for (const { value } of outputs) lastUse.set(value, nodes.length);
  const bytes = ({ type, shape }: Value) => bytesEach[type] * sizeOf(shape);
  let held = 0;
  let most = 0;
  const computed = new Set<Value>();
  nodes.forEach(({ inputs, outputs }, at) => {
    for (const value of outputs) {
      computed.add(value);
      held += bytes(value);
    }
    most = Math.max(most, held);
    const done = [...outputs.filter((value) => !lastUse.has(value)), ...new Set(inputs)];
    for (const value of done) {
      if (computed.has(value) && (lastUse.get(value) ?? at) === at) held -= bytes(value);
    }
  });
  return most;
}
