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
  const { classes, unlabelled, soft, embedding, unembedded } = spec;
  if ((unlabelled || soft) && !classes) {
    throw expected(`condition.classes with condition.${unlabelled ? "unlabelled" : "soft"}`, "none");
  }
  if (unembedded && !embedding) throw expected("condition.embedding with condition.unembedded", "none");
  return Object.freeze({
    ...(classes && { classes: wholeNumber("condition.classes", classes) }),
    ...(unlabelled && { unlabelled: true }),
    ...(soft && { soft: true }),
    ...(embedding && { embedding: wholeNumber("condition.embedding", embedding) }),
    ...(unembedded && { unembedded: true }),
    ...(spec.keep && { keep: true }),
    ...(spec.imageChannels && { imageChannels: wholeNumber("condition.imageChannels", spec.imageChannels) }),
  });
}
