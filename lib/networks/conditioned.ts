import * as tf from "@tensorflow/tfjs";
import type { ConditionSpec } from "../couplings/coupling";
import { expected } from "../errors";
import type { Labelling } from "./layers/class-embedding";
import type { NetworkInput } from "./network";

/** x_t and the parts of the condition that are appended to it, joined along the last axis. */
export function joinCondition(input: NetworkInput, spec: ConditionSpec): tf.Tensor {
  const parts = [input.x];
  if (spec.keep) parts.push(present(input.keep, "keep"));
  if (spec.imageChannels) parts.push(present(input.image, "image"));
  return parts.length === 1 ? input.x : tf.concat(parts, -1);
}

/** How labels are given, for a table of classes; nothing where none are. */
export function labelling({ classes, unlabelled, soft }: ConditionSpec): Labelling | undefined {
  return classes ? { classes, unlabelled, soft } : undefined;
}

/** The labels, or the probabilities of classes where these are soft. @throws if none are given. */
export function labelsOf(input: NetworkInput, spec: ConditionSpec): tf.Tensor {
  return spec.soft ? present(input.labelWeights, "labelWeights") : present(input.labels, "labels");
}

/** Numbers in each row of the embedding as networks are given it; 0 where there is none. */
export function embeddingWidth({ embedding = 0, unembedded }: ConditionSpec): number {
  return unembedded ? embedding + 1 : embedding;
}

/** The embedding. @throws if none is given. */
export const embeddingOf = (input: NetworkInput): tf.Tensor => present(input.embedding, "embedding");

/** Zero where keep = 1: known pixels don't move (section 4.1). */
export function maskOutput(out: tf.Tensor, input: NetworkInput, spec: ConditionSpec): tf.Tensor {
  return spec.keep ? tf.mul(out, tf.sub(1, present(input.keep, "keep"))) : out;
}

function present<T extends tf.Tensor>(value: T | undefined, name: string): T {
  if (!value) {
    throw expected(
      `a condition with ${name}, which the network was built for`,
      "one without",
      "Build the network with the condition of the coupling: condition: coupling.condition.",
    );
  }
  return value;
}
