import { assertKnown, described, type Elsewhere, expected } from "../errors";
import type { Objective } from "../objectives";
import type { Optimizer } from "./optimizer";

/** What other libraries call an option of a training, and where it stands here. */
const elsewhere: Elsewhere = {
  learningRate: rateOfOptimizer,
  lr: rateOfOptimizer,
  weightDecay: (value) => `It is the optimizer's: give optimizer: adam({ weightDecay: ${value} }).`,
  epochs: () =>
    "Give steps: of an epoch there are as many as samples divided by batch, so 10 epochs of 6,400 samples " +
    "in batches of 64 are steps: 1000.",
};

function rateOfOptimizer(value: unknown): string {
  const given = typeof value === "number" ? `learningRate: ${value}` : "learningRate: 1e-3";
  return `It is the optimizer's: give optimizer: adam({ ${given} }).`;
}

/**
 * Refuses options that look like one of the training's, and those that other libraries have in their place: a
 * learning rate would be ignored without a word. One that the optimizer has too may stand beside it.
 * @param known all names of options
 * @param where the training, such as "train"
 */
export function assertTrainingOptions(
  options: object & { readonly optimizer?: Optimizer },
  known: Readonly<Record<string, true>>,
  where: string,
): void {
  const ofOptimizer = options.optimizer?.options ?? {};
  const alone = Object.entries(options).filter(
    ([name, value]) => !(Object.hasOwn(elsewhere, name) && value === ofOptimizer[name]),
  );
  assertKnown(Object.fromEntries(alone), known, where, { likely: true, elsewhere });
}

const parts = {
  coupling: ["a coupling, such as independent()", "draw"],
  interpolant: ["an interpolant, such as linear()", "at"],
  network: ["a network, such as mlp({ dim: 2 })", "apply"],
  encoder: ["a network as encoder, such as mlp({ dim: 2 })", "apply"],
  objective: ["an objective, such as velocityLoss()", "target"],
  optimizer: ["an optimizer, such as adam({ learningRate: 1e-3 })", "update"],
} as const;

/**
 * Checks the records that a training is made of.
 * @throws at the first that is left out, named by a text, or a function that wasn't called.
 */
export function assertParts(given: { readonly [K in keyof typeof parts]?: unknown }): void {
  for (const [name, value] of Object.entries(given)) {
    const [what, method] = parts[name as keyof typeof parts];
    const has = (value as Readonly<Record<string, unknown>> | null | undefined)?.[method];
    if (typeof value !== "object" || typeof has !== "function") throw expected(what, described(value));
  }
  const { error } = (given.objective ?? {}) as Partial<Objective>;
  if (given.objective && typeof error?.mean !== "function") {
    throw expected("an objective's error, such as squaredError()", described(error));
  }
}
