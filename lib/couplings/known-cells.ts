import { assertShape, type NdArray, zeros } from "../array";
import { maskOn, maskPart } from "../conditions/mask";
import type { Samples } from "../data/samples";
import { assertKnown } from "../errors";
import { assertRng, type Rng } from "../random";
import type { GaussianRows } from "../statistics";
import type { DirectCoupling } from "./coupling";
import { drawMask, type MaskSampler } from "./masks/mask";

/** Options of {@link knownCells}. */
export interface KnownCellsOptions {
  /** Which cells are known, of targets that don't say so by a mask `keep` of their own. */
  readonly mask: MaskSampler;
  /**
   * Where cells in the hole start: from its distribution given the row's known cells. Default: N(0, 1),
   * whatever is known.
   */
  readonly gaussian?: GaussianRows;
}

/**
 * In-painting for tables: of rows `[n, d]`, x0 has the known cells and, in the hole, noise or draws of a
 * Gaussian given the known cells. The velocity sees which cells are known and is zero there, so that these
 * stay to the bit. The base needs no value of x1 in the hole: fill it with anything to ask for these
 * cells.
 *
 * @example
 * const coupling = knownCells({ mask: anyCells(), gaussian: gaussianRows(data.x) });
 * const keep = ndarray([1, 2], [1, 0]);
 * coupling.draw({ x: ndarray([1, 2], [0.5, 0]), keep }, rng(0)).x0; // 0.5, and a guess of the other
 * @throws when drawing, unless targets and mask are `[n, d]`, and the mask is of 0 and 1.
 */
export function knownCells(options: KnownCellsOptions): DirectCoupling {
  assertKnown(options, { mask: true, gaussian: true }, "knownCells");
  const { mask, gaussian } = options;
  const draws = new WeakMap<Rng, number>();
  /** A mask of its own for each draw from the same generator, whatever numbers were drawn from it. */
  const drawn = (x: NdArray, rng: Rng) => {
    const k = draws.get(rng) ?? 0;
    draws.set(rng, k + 1);
    return drawMask(mask, x, k === 0 ? rng.fork("mask") : rng.fork("mask", k));
  };
  return Object.freeze({
    name: gaussian ? "known cells, Gaussian in the hole" : "known cells, noise in the hole",
    condition: Object.freeze({ keep: maskPart() }),
    draw({ x, keep: given }: Samples, rng: Rng) {
      assertRng(rng);
      assertShape(x, [-1, -1], "rows of a table");
      const keep = given ?? drawn(x, rng);
      assertShape(keep, x.shape, "the mask of known cells");
      const laid = maskOn(keep, x);
      if (gaussian)
        return Object.freeze({ x0: gaussian.fill(x, keep, rng), x1: x, xi: Object.freeze({ keep }) });
      const zeta = zeros(x.shape, x);
      for (const e of laid.hole()) zeta.data[e] = rng.normal();
      const x0 = zeros(x.shape, x);
      laid.blend(x.data, zeta.data, x0.data);
      return Object.freeze({ x0, x1: x, xi: Object.freeze({ keep }), zeta, sigma: 1 });
    },
  });
}
