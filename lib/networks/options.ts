import { expected } from "../errors";

/** Layers one after another that a network may have. */
export const mostLayers = 1000;

/** The value of an option that must be a whole number of at least `least`, and at most `most`. */
export function wholeNumber(name: string, value: number, least = 1, most = 1_000_000): number {
  if (!(Number.isInteger(value) && value >= least)) {
    throw expected(`${name} as a whole number of at least ${least}`, `${value}`);
  }
  if (value > most) throw expected(`${name} as a whole number of at most ${most}`, `${value}`);
  return value;
}
