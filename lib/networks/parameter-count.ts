import { sizeOf } from "../array";
import type { Network } from "./network";

/** The number of trainable parameters. */
export function parameterCount(network: Network): number {
  return Object.values(network.shapes).reduce((count, shape) => count + sizeOf(shape), 0);
}
