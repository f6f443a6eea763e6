import { expected } from "../errors";
import type { Coupling } from "./coupling";
import { assertProbability, drops, withoutRows } from "./dropout";
import { recondition } from "./recondition";

/**
 * Hides the label of each drawn sample with probability p, so that one network learns the velocity with the
 * class and without: the training of classifier-free guidance (Ho and Salimans, 2021), where p = 0.1 is usual.
 * A hidden label is −1, or a row of zeros among soft labels. The pairs (x0, x1) are those of the coupling, also where
 * its base depends on the class. `start` hides nothing: sampling asks for the class that it wants.
 *
 * @throws if the coupling shows no labels, or p is not from 0 to 1.
 */
export function labelDropout<C extends Coupling>(coupling: C, { p }: { readonly p: number }): C {
  assertProbability(p);
  if (coupling.condition.classes === undefined) {
    throw expected(
      "a coupling that shows labels, to drop some",
      `"${coupling.name}", which shows none`,
      "Make it with classes, or wrap it first: withLabels(coupling, { classes }).",
    );
  }
  return recondition(coupling, {
    name: `${coupling.name}, ${p} of labels dropped`,
    condition: { ...coupling.condition, unlabelled: true },
    draw(xi, { x }, rng) {
      const dropped = drops(x.shape[0], p, rng);
      return {
        ...xi,
        ...(xi.labels && { labels: xi.labels.map((label, i) => (dropped[i] ? -1 : label)) }),
        ...(xi.labelWeights && { labelWeights: withoutRows(xi.labelWeights, dropped, 0) }),
      };
    },
    start: (xi) => xi,
  });
}
