import type { NdArray } from "../array";
import { expected } from "../errors";
import type { PartInput } from "./part";

/** The value of an option that must be a whole number above 0. */
export function wholeOption(name: string, value: number): number {
  if (!(Number.isInteger(value) && value > 0)) {
    throw expected(`${name} as a whole number of at least 1`, `${value}`);
  }
  return value;
}

/** `{ [name]: true }`, or `{}`: options that are off are left out, so that equal parts have equal JSON. */
export const flag = <Name extends string>(name: Name, on = false): { readonly [K in Name]?: true } =>
  (on ? { [name]: true } : {}) as { readonly [K in Name]?: true };

/** The value of a part of ξ. @throws when ξ has none. */
export function present<T>(value: T | undefined, name: string): T {
  if (value !== undefined) return value;
  throw expected(`a condition ξ with ${name}, which the network was built for`, "one without");
}

/** The array as the engine takes it: a copy. */
export const floatInput = ({ shape, data }: NdArray): PartInput => ({ shape, data: Float32Array.from(data) });
