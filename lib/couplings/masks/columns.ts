import { assertKnown, expected } from "../../errors";
import { type MaskSampler, makeMask } from "./mask";

/** Options of {@link columns}. */
export interface ColumnsOptions {
  /** The coordinates of each column, the first and the one after the last: those of a table, `data.spans`. */
  readonly spans: readonly (readonly [number, number])[];
  /**
   * The probability that a column is in the hole, or the least and the largest: then each row's is uniform
   * between them. With 1 nothing is known, as where whole rows are to be drawn. Default [0, 1].
   */
  readonly p?: number | readonly [low: number, high: number];
}

/**
 * Masks for the rows of a table: each column goes into the hole with probability p, with all of its
 * coordinates.
 *
 * @example
 * columns({ spans: [[0, 1], [1, 4]], p: 0.5 }).draw({ n: 8, h: 1, w: 4 }, rng(0)); // [8, 1, 4, 1]
 * @throws `draw` does, when rows have other coordinates than the spans.
 */
export function columns(options: ColumnsOptions): MaskSampler {
  assertKnown(options, { spans: true, p: true }, "columns");
  const { spans, p = [0, 1] } = options;
  const [low, high] = typeof p === "number" ? [p, p] : p;
  if (!(low >= 0 && low <= high && high <= 1)) {
    throw expected("a probability p from 0 to 1, or the least and the largest", JSON.stringify(p));
  }
  const ends = spans.map(([, end]) => end);
  const joined = spans.every(([first, end], k) => first === (ends[k - 1] ?? 0) && end > first);
  if (spans.length === 0 || !joined) {
    throw expected("spans of columns, one after the other from 0", JSON.stringify(spans));
  }
  const width = ends[ends.length - 1];
  return makeMask(`columns, p = ${low === high ? low : `${low}–${high}`}`, (keep, { h, w }, rng) => {
    if (h !== 1 || w !== width) throw expected(`rows of ${width} coordinates`, h === 1 ? `${w}` : "images");
    const share = low + (high - low) * rng.uniform();
    for (const [first, end] of spans) if (rng.uniform() < share) keep.fill(0, first, end);
  });
}
