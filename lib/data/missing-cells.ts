import { type NdArray, zeros } from "../array";
import { assertFinite, choose, expected } from "../errors";
import { assertRng, type Rng } from "../random";
import { countBelow } from "../statistics/count-below";
import { columnOf } from "./table-columns";

/** Options of {@link missingCells}. */
export interface MissingCellsOptions {
  /** The mean share of cells that are missing, where the values of a column differ. */
  readonly share: number;
  /**
   * Whether cells are missing "at random", all with the same probability, or "large", the likelier the higher
   * the rank, from 0 to 1, of their value in the column: with a probability that rises in proportion to it,
   * at most 1.
   */
  readonly kind: "at random" | "large";
  /** Decides which cells are missing. */
  readonly rng: Rng;
}

/**
 * Which cells of rows `[n, d]` are known: 1 where one is, 0 where it is missing. "large" is missing not at
 * random: whether a value is missing depends on the value itself, as of a gauge that gives up at its end.
 *
 * @example missingCells(rng(0).normals([100, 4]), { share: 0.3, kind: "large", rng: rng(1) }); // [100, 4]
 * @throws when the share is not between 0 and 1, the kind isn't known, or a number isn't finite.
 */
export function missingCells(x: NdArray, { share, kind, rng }: MissingCellsOptions): NdArray {
  assertRng(rng);
  if (!(share > 0 && share < 1)) throw expected("a share between 0 and 1", `${share}`);
  assertFinite(x.data, "finite numbers in a table");
  const [n, d] = x.shape;
  // The mean over ranks of min(1, c · rank) is c / 2 up to c = 1, and 1 − 1 / (2c) beyond.
  const steepness = share <= 0.5 ? 2 * share : 1 / (2 * (1 - share));
  const chance = choose("the kind of missing cells", kind, {
    "at random": () => share,
    large: (rank: number) => steepness * rank,
  });
  const sorted = Array.from({ length: d }, (_, k) => columnOf(x, k).sort());
  const keep = zeros(x.shape);
  x.data.forEach((value, e) => {
    const column = sorted[e % d];
    const rank = (countBelow(column, value) + countBelow(column, value, true)) / (2 * n);
    keep.data[e] = rng.uniform() < chance(rank) ? 0 : 1;
  });
  return keep;
}
