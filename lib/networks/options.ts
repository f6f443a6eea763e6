import { expected } from "../errors";

/** The value of an option that must be a whole number of at least `least`. */
export function wholeNumber(name: string, value: number, least = 1): number {
  if (!(Number.isInteger(value) && value >= least)) {
    throw expected(`${name} as a whole number of at least ${least}`, `${value}`);
  }
  return value;
}
