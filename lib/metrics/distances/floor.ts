import { type NdArray, takeRows } from "../../array";
import { assertKnown, expected } from "../../errors";
import { assertRng, type Rng } from "../../random";
import type { Estimate } from "../../statistics/estimate";
import { type Spread, spread } from "../../statistics/spread";

/** Options of {@link distanceFloor}. */
export interface FloorOptions {
  /** Features of one set of real data. */
  readonly train: NdArray;
  /** Features of the other set, disjoint from `train`. */
  readonly test: NdArray;
  /** How many of each: as many as in the comparison that the floor is for. */
  readonly n: number;
  /** Decides which samples are drawn. */
  readonly rng: Rng;
  /** The distance whose floor is asked for. */
  readonly distance: (a: NdArray, b: NdArray) => number | Pick<Estimate, "value">;
  /** How often both sets are drawn. Default 5. */
  readonly draws?: number;
}

/**
 * The distance between `n` training and `n` test samples, drawn without replacement: what perfect samples
 * would score. It scatters as every distance between samples does, so it is drawn several times: a model's
 * value within `sd` or two of `mean` is at the floor, below it too.
 *
 * Draws share rows, the more the fewer there are to choose from: `sd` is right for splits of many times `n`,
 * leaves out the scatter of a split that has just `n`, and is NaN where both have.
 * @throws when a split has fewer than `n`, or `n` or draws is not a whole number above 0.
 */
export function distanceFloor(options: FloorOptions): Spread {
  assertKnown(
    options,
    { train: true, test: true, n: true, rng: true, distance: true, draws: true },
    "distanceFloor",
    { likely: true },
  );
  const { train, test, n, rng, distance, draws = 5 } = options;
  assertRng(rng);
  const available = Math.min(train.shape[0], test.shape[0]);
  if (!(Number.isInteger(n) && n >= 1)) throw expected("1 sample or more for a floor", `n = ${n}`);
  if (!(n <= available)) throw expected(`at most ${available} samples in each split for a floor`, `n = ${n}`);
  if (!(Number.isInteger(draws) && draws > 0)) throw expected("1 draw or more for a floor", `${draws}`);
  const pick = (set: NdArray) => takeRows(set, rng.permutation(set.shape[0]).subarray(0, n));
  const fixed = train.shape[0] === n && test.shape[0] === n;
  const drawn = () => {
    const found = distance(pick(train), pick(test));
    return typeof found === "number" ? found : found.value;
  };
  return spread(Array.from({ length: fixed ? 1 : draws }, drawn));
}
