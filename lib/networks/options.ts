import type { ConditionSpec } from "../couplings/coupling";
import { expected } from "../errors";

/** The value of an option that must be a whole number of at least `least`. */
export function wholeNumber(name: string, value: number, least = 1): number {
  if (!(Number.isInteger(value) && value >= least)) {
    throw expected(`${name} as a whole number of at least ${least}`, `${value}`);
  }
  return value;
}

/** A condition in one form only, so that two networks' options can be compared as JSON. */
export function frozenCondition(spec: ConditionSpec = {}): ConditionSpec {
  return Object.freeze({
    ...(spec.classes && { classes: wholeNumber("condition.classes", spec.classes) }),
    ...(spec.keep && { keep: true }),
    ...(spec.imageChannels && { imageChannels: wholeNumber("condition.imageChannels", spec.imageChannels) }),
  });
}
