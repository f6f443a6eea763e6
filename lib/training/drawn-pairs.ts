import type { Coupling, Pairs } from "../couplings/coupling";
import type { Samples } from "../data/samples";
import { described, expected } from "../errors";
import type { Rng } from "../random";

/**
 * Draws from a coupling, as trainings do.
 * @throws when a coupling of one's own leaves out x0, x1 or ξ, or gives parts of ξ with an empty condition.
 */
export async function drawnPairs(coupling: Coupling, targets: Samples, rng: Rng): Promise<Pairs> {
  const pairs: Partial<Pairs> | undefined = await coupling.draw(targets, rng);
  const draws = `the draws of the coupling "${coupling.name}"`;
  for (const part of ["x0", "x1"] as const) {
    if (!pairs?.[part]?.shape) throw expected(`an array ${part} in ${draws}`, described(pairs?.[part]));
  }
  const { xi } = pairs as Partial<Pairs>;
  if (typeof xi !== "object" || xi === null) {
    throw expected(`a record xi in ${draws}`, described(xi), "Without a condition: xi: {}.");
  }
  if (Object.keys(coupling.condition).length === 0 && Object.keys(xi).length > 0) {
    throw expected(
      `parts of xi in ${draws} that its condition names`,
      `${Object.keys(xi).join(", ")}, where the condition is {}`,
      "The network would not see them: add them to the coupling's condition, or leave them out of xi.",
    );
  }
  return pairs as Pairs;
}
