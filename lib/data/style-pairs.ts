import { takeRows } from "../array";
import { choose, expected } from "../errors";
import type { EmojiSamples, EmojiStyle } from "./emoji";
import type { Samples } from "./samples";

/** Options of {@link stylePairs}. */
export interface StylePairsOptions {
  /** All styles of the data set, whose indices the samples carry: `data.styles`. */
  readonly styles: readonly EmojiStyle[];
  /** The style of x0. */
  readonly from: EmojiStyle;
  /** The style of x1. */
  readonly to: EmojiStyle;
}

/** Emoji that both styles have: `x` in one, `x0` in the other. */
export interface StylePairs extends Required<Pick<Samples, "x" | "x0">> {
  /** The name of each pair, in the order of the samples in the style `to`. */
  readonly names: readonly string[];
}

/**
 * The same emoji in two drawing styles, as pairs for `paired`: x0 in the style `from`, x in the style `to`. A
 * split by name stays one.
 *
 * @example
 * const data = await emoji({ size: 16 });
 * const pairs = stylePairs(data.train, { styles: data.styles, from: "openmoji", to: "fluent" });
 * paired().draw(pairs, rng(0)).x0; // the emoji in the style openmoji
 * @throws when a style isn't the data set's, both are the same, or no emoji has both.
 */
export function stylePairs(samples: EmojiSamples, { styles, from, to }: StylePairsOptions): StylePairs {
  const numbers = Object.fromEntries(styles.map((style, k) => [style, k]));
  const [source, target] = [choose("style", from, numbers), choose("style", to, numbers)];
  if (source === target) throw expected("two different styles", `"${from}" twice`);
  const drawnFrom = new Map<string, number>();
  samples.names.forEach((name, row) => {
    if (samples.styles[row] === source) drawnFrom.set(name, row);
  });
  const rows = samples.names.flatMap((name, row) => {
    const other = samples.styles[row] === target ? drawnFrom.get(name) : undefined;
    return other === undefined ? [] : [{ row, other, name }];
  });
  if (rows.length === 0) throw expected(`emoji in the styles ${from} and ${to}`, "none with both");
  return Object.freeze({
    x: takeRows(
      samples.x,
      rows.map(({ row }) => row),
    ),
    x0: takeRows(
      samples.x,
      rows.map(({ other }) => other),
    ),
    names: Object.freeze(rows.map(({ name }) => name)),
  });
}
