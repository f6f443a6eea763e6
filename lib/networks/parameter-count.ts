import { sizeOf } from "../array";
import type { Network } from "./network";

/** Number of trainable numbers. */
export function parameterCount(network: Network): number {
  return Object.values(network.shapes).reduce((count, shape) => count + sizeOf(shape), 0);
}
