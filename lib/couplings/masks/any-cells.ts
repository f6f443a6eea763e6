import { assertKnown, expected } from "../../errors";
import { type MaskSampler, makeMask } from "./mask";

/**
 * Masks for the rows of a table, of which each cell is known with a probability that is drawn for the row,
 * uniform in [0, 1]; of a share of them, nothing is known. One model of these masks can fill any cells from
 * any others.
 *
 * @example anyCells({ nothing: 1 }).draw({ n: 8, h: 1, w: 4 }, rng(0)); // all holes: for drawing whole rows
 * @param options.nothing the share of rows of which nothing is known. Default 0.3
 * @throws when `nothing` isn't from 0 to 1.
 */
export function anyCells(options: { readonly nothing?: number } = {}): MaskSampler {
  assertKnown(options, { nothing: true }, "anyCells");
  const { nothing = 0.3 } = options;
  if (!(nothing >= 0 && nothing <= 1)) throw expected("a share nothing from 0 to 1", `${nothing}`);
  return makeMask(`any cells, of ${nothing} nothing`, (keep, _, rng) => {
    const known = rng.uniform() < nothing ? 0 : rng.uniform();
    for (let k = 0; k < keep.length; k++) keep[k] = rng.uniform() < known ? 1 : 0;
  });
}
