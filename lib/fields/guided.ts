import { assertShape, zeros } from "../array";
import type { Condition } from "../conditions/condition";
import { canHide, hideParts } from "../conditions/parts";
import { assertKnown, described, expected } from "../errors";
import { bindField, type Field, makeField } from "./field";

/** Options of {@link guided}. */
export interface GuidanceOptions {
  /** w: 0 is the unconditional field, 1 the conditional one, above 1 goes further; it may depend on t. */
  readonly scale: number | ((t: number) => number);
  /**
   * Times `[from, to]` to guide at, both included; at others the field is the conditional one.
   * Default [0, 1].
   */
  readonly interval?: readonly [number, number];
  /**
   * ξ without what is to be guided towards. Default: all parts that can be hidden, such as labels, soft
   * labels and embeddings, become "not known" (−1, zeros, NaN), as `labelDropout` and `embeddingDropout` hide
   * them; masks and images stay.
   */
  readonly drop?: (xi: Condition) => Condition;
  /**
   * The field to use as the unconditional one: one trained separately, or for less time (Karras et al.,
   * 2024). It is given the ξ of `drop`, or ξ as it is where there is no `drop`. Default: the field itself.
   */
  readonly unconditional?: Field;
}

const known = {
  scale: true,
  interval: true,
  drop: true,
  unconditional: true,
} as const satisfies Record<keyof GuidanceOptions, true>;

/**
 * Classifier-free guidance (Ho and Salimans, 2022), within an interval of times where asked (Kynkäänniemi et
 * al., 2024): b_t(x, ∅) + w (b_t(x, ξ) − b_t(x, ∅)), for velocities, denoisers and scores alike. The field
 * must have been trained with the condition hidden some of the time: see `labelDropout`. Each evaluation is
 * two of the field, or one where w is 0 or 1; a sampler counts it as one.
 *
 * For w other than 0 and 1 no interpolant has this velocity: it trades diversity for agreement with ξ.
 * @throws when the interval has from > to; the field throws when w is not finite, or ξ has nothing to drop.
 *
 * @example
 * const coupling = labelDropout(independent({ classes: 2 }), { p: 0.1 });
 * const network = mlp({ dim: 2, width: 16, condition: coupling.condition });
 * const model = await train({ data, coupling, interpolant, network, steps: 10, seed: 0 });
 * const b = guided(model.field(), { scale: 2, interval: [0.2, 0.8] });
 * const start = { x: rng(1).normals([4, 2]), xi: { labels: Int32Array.of(0, 0, 1, 1) } };
 * const { x } = await solveOde(b, start, { method: heun({ steps: 5 }) });
 */
export function guided(field: Field, options: GuidanceOptions): Field {
  assertKnown(options, known, "guided");
  const { scale, interval = [0, 1], unconditional = field } = options;
  if (typeof scale !== "number" && typeof scale !== "function") {
    throw expected("a guidance scale, such as 2, or a function of the time", described(scale));
  }
  const drop = options.drop ?? (options.unconditional ? (xi: Condition) => xi : hidden);
  const [from, to] = interval;
  if (!(from <= to)) throw expected("an interval [from, to] of times with from ≤ to", `[${from}, ${to}]`);
  if (typeof scale === "number") assertScale(scale);

  return makeField((xi) => {
    // Bound when first asked for: where w is 0 or 1 throughout, ξ need not suit the other field.
    const conditional = once(() => bindField(field, xi));
    const without = once(() => bindField(unconditional, drop(xi)));
    return async (x, t) => {
      const w = t >= from && t <= to ? (typeof scale === "number" ? scale : assertScale(scale(t), t)) : 1;
      if (w === 1) return conditional()(x, t);
      const base = await without()(x, t);
      if (w === 0) return base;
      const given = await conditional()(x, t);
      assertShape(given, base.shape, "the conditional field's values, like the unconditional one's,");
      const out = zeros(given.shape, given);
      for (let e = 0; e < out.data.length; e++) {
        out.data[e] = base.data[e] + w * (given.data[e] - base.data[e]);
      }
      return out;
    };
  });
}

/** The value of `make`, called at the first use only. */
function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** ξ with all parts hidden that can be. @throws when there are none. */
function hidden(xi: Condition): Condition {
  if (canHide(xi)) return hideParts(xi);
  throw expected(
    "a condition ξ with labels or an embedding to guide towards",
    "one without",
    "For guidance by another part of ξ pass drop: (xi) => …",
  );
}

function assertScale(w: number, t?: number): number {
  if (Number.isFinite(w)) return w;
  throw expected("a finite guidance scale", `${w}${t === undefined ? "" : ` at t = ${t}`}`);
}
