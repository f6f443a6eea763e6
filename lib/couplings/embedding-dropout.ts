import { expected } from "../errors";
import type { Coupling } from "./coupling";
import { assertProbability, drops, withoutRows } from "./dropout";
import { recondition } from "./recondition";

/**
 * Hides the embedding of each drawn sample with probability p: its row becomes NaN, not known. As `labelDropout`, and
 * independent of it where both are used. A network sees zeros and a mark in place of such a row.
 *
 * @throws if the coupling shows no embedding, or p is not from 0 to 1.
 */
export function embeddingDropout<C extends Coupling>(coupling: C, { p }: { readonly p: number }): C {
  assertProbability(p);
  if (coupling.condition.embedding === undefined) {
    throw expected(
      "a coupling that shows an embedding, to drop some",
      `"${coupling.name}", which shows none`,
      "Wrap it first: withEmbedding(coupling, { width }).",
    );
  }
  return recondition(coupling, {
    name: `${coupling.name}, ${p} of embeddings dropped`,
    condition: { ...coupling.condition, unembedded: true },
    draw(xi, { x }, rng) {
      const dropped = drops(x.shape[0], p, rng);
      return { ...xi, ...(xi.embedding && { embedding: withoutRows(xi.embedding, dropped, Number.NaN) }) };
    },
    start: (xi) => xi,
  });
}
