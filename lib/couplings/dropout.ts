import { embeddingKind } from "../conditions/embedding";
import { labelWeightsKind } from "../conditions/label-weights";
import { labelsKind } from "../conditions/labels";
import type { PartKind } from "../conditions/part";
import { hideParts } from "../conditions/parts";
import { assertKnown, expected } from "../errors";
import type { Coupling } from "./coupling";
import { recondition } from "./recondition";

/** Options of {@link conditionDropout}, {@link embeddingDropout} and {@link labelDropout}. */
export interface DropoutOptions {
  /** The probability that a sample's row is hidden. */
  readonly p: number;
}

/**
 * Hides the label of each drawn sample with probability p, so that one network learns the velocity both with
 * and without the class, as classifier-free guidance requires (Ho and Salimans, 2021); p = 0.1 is usual. A
 * hidden label is −1, or a row of zeros among soft labels. The pairs (x0, x1) don't change, even where the
 * base depends on the class. `start` hides nothing: when sampling, one asks for the class one wants.
 *
 * @example
 * const coupling = labelDropout(independent({ classes: 2 }), { p: 0.1 });
 * coupling.draw(data, rng(0)).xi.labels; // about a tenth of them −1
 * @throws if the coupling has no labels, or p is not from 0 to 1.
 */
export function labelDropout<C extends Coupling>(coupling: C, options: DropoutOptions): C {
  assertKnown(options, { p: true }, "labelDropout");
  const { p } = options;
  return conditionDropout(coupling, {
    p,
    kinds: [labelsKind, labelWeightsKind],
    what: "labels",
    advice: "Make it with classes, or wrap it first: withLabels(coupling, { classes }).",
  });
}

/**
 * Hides the embedding of each drawn sample with probability p: its row becomes NaN (unknown). Like
 * `labelDropout`, and independent of it where both are used. A network sees zeros and an indicator in place
 * of such a row.
 *
 * @example
 * const place = withEmbedding(independent(), { width: 2, of: ({ x }) => x });
 * const coupling = embeddingDropout(place, { p: 0.1 });
 * coupling.draw(data, rng(0)).xi.embedding; // about a tenth of the rows NaN
 * @throws if the coupling has no embedding, or p is not from 0 to 1.
 */
export function embeddingDropout<C extends Coupling>(coupling: C, options: DropoutOptions): C {
  assertKnown(options, { p: true }, "embeddingDropout");
  const { p } = options;
  return conditionDropout(coupling, {
    p,
    kinds: [embeddingKind],
    what: "embeddings",
    advice: "Wrap it first: withEmbedding(coupling, { width }).",
  });
}

/**
 * Hides parts of ξ together, for each drawn sample with probability p: the general form of `labelDropout` and
 * `embeddingDropout`, for parts of your own.
 *
 * @example
 * const both = withEmbedding(independent({ classes: 2 }), { width: 2, of: ({ x }) => x });
 * const kinds = [partKinds.labels, partKinds.embedding];
 * conditionDropout(both, { p: 0.1, kinds }).draw(data, rng(0)).xi; // both or none are known
 * @throws if the coupling has none of these parts, or p is not from 0 to 1.
 */
export function conditionDropout<C extends Coupling>(
  coupling: C,
  options: DropoutOptions & {
    readonly kinds: readonly PartKind[];
    /** What the coupling must have, in the plural, and what to do where it doesn't, for the error message. */
    readonly what?: string;
    readonly advice?: string;
  },
): C {
  assertKnown(options, { p: true, kinds: true, what: true, advice: true }, "conditionDropout");
  const { p, kinds, what = kinds.map(({ name }) => name).join(" or "), advice = "" } = options;
  if (!(p >= 0 && p <= 1)) throw expected("a probability p from 0 to 1", `${p}`);
  const { condition } = coupling;
  const shown = kinds.flatMap(({ name }) => {
    const part = condition[name];
    return part?.withMissing ? [[name, part.withMissing()]] : [];
  });
  if (shown.length === 0) {
    throw expected(
      `a coupling with ${what} in its condition, to drop some`,
      `"${coupling.name}", which has none`,
      advice,
    );
  }
  return recondition(coupling, {
    name: `${coupling.name}, ${p} of ${what} dropped`,
    condition: { ...condition, ...Object.fromEntries(shown) },
    draw(xi, { x }, rng) {
      const dropped = Array.from({ length: x.shape[0] }, () => rng.uniform() < p);
      return hideParts(xi, { rows: (row) => dropped[row], kinds });
    },
    start: (xi) => xi,
  });
}
