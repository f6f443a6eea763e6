import { concatRows, type NdArray, takeRows } from "../array";
import { columnOf, standardiser } from "../data";
import { expected } from "../errors";
import { energyDistance } from "../metrics";
import type { Rng } from "../random";
import {
  type ConfidenceInterval,
  type Estimate,
  marginalGap,
  rankCorrelations,
  rocArea,
} from "../statistics";
import { meanOf } from "../statistics/mean";
import { extraTrees } from "./baselines/extra-trees";
import { nearestInTable } from "./baselines/nearest-in-table";

/** Options of {@link tableAgreement}. */
export interface TableAgreementOptions {
  /** Rows `[n, d]` that were made. */
  readonly made: NdArray;
  /** Rows that were held out. */
  readonly truth: NdArray;
  /** Rows that were learned from. */
  readonly train: NdArray;
  /** Which rows of `truth`, and of `made`, belong together and mustn't be on both sides of a fold. */
  readonly groups: { readonly truth: ArrayLike<number>; readonly made?: ArrayLike<number> };
  /** Trees of the classifier. Default 50. */
  readonly trees?: number;
  /** Source of the folds, the trees, and the rows that `copied` compares with. */
  readonly rng: Rng;
}

/** How far rows that were made are from rows that were held out. */
export interface TableAgreement {
  /** The area under the curve of trees that tell the two apart, on folds not seen: 0.5 is perfect. */
  readonly classifier: ConfidenceInterval;
  /** Energy distance in the standard units of the training rows. */
  readonly energy: Estimate;
  /** The largest difference of distribution functions, a mean over columns. */
  readonly marginals: number;
  /** The difference of rank correlations, a mean over pairs of columns. */
  readonly correlations: number;
  /**
   * How many made rows are nearer to a training row than to as many held-out rows: 0.5 if nothing is
   * copied.
   */
  readonly copied: number;
}

const folds = 5;

/**
 * Compares made rows with held-out ones: as wholes, by a classifier and the energy distance; column by
 * column; by pairs of columns; and with what was learned from, since copying training rows agrees best of
 * all.
 *
 * @throws when tables differ in width or have fewer than two columns or ten rows, or groups are of another
 * length.
 */
export function tableAgreement(options: TableAgreementOptions): TableAgreement {
  const { made, truth, train, groups, trees = 50, rng } = options;
  const [n, m] = [made.shape[0], truth.shape[0]];
  const d = truth.shape[1];
  if (Math.min(n, m, train.shape[0]) < 10) throw expected("ten or more rows of each table", "fewer");
  if (d < 2) throw expected("two columns or more, which can be correlated", `${d}`);
  if (groups.truth.length !== m || (groups.made && groups.made.length !== n)) {
    throw expected("a group for each row", "another number of groups");
  }
  const units = standardiser(train);
  const [madeUnits, truthUnits, trainUnits] = [made, truth, train].map((x) => units.apply(x));

  const foldOfGroup = new Map<number, number>();
  const foldOf = (group: number) => {
    const fold = foldOfGroup.get(group) ?? rng.fork("fold", group).int(folds);
    foldOfGroup.set(group, fold);
    return fold;
  };
  const both = concatRows([truth, made]);
  const isMade = Array.from({ length: m + n }, (_, i) => (i < m ? 0 : 1));
  const fold = isMade.map((of, i) =>
    of === 0 ? foldOf(groups.truth[i]) : groups.made ? foldOf(groups.made[i - m]) : rng.int(folds),
  );
  const scores = new Float64Array(m + n);
  for (let k = 0; k < folds; k++) {
    const [inside, outside] = [true, false].map((is) =>
      isMade.flatMap((_, i) => ((fold[i] === k) === is ? [i] : [])),
    );
    const predict = extraTrees({
      x: takeRows(both, outside),
      y: outside.map((i) => isMade[i]),
      trees,
      rng: rng.fork("trees", k),
    });
    predict(takeRows(both, inside)).forEach((score, at) => {
      scores[inside[at]] = score;
    });
  }

  const [ofMade, ofTruth] = [rankCorrelations(made), rankCorrelations(truth)];
  const columns = Array.from({ length: d }, (_, k) => k);
  const pairs = columns.flatMap((j) =>
    columns.slice(j + 1).map((k) => Math.abs(ofMade[j][k] - ofTruth[j][k])),
  );
  const gaps = columns.map((k) => marginalGap(columnOf(made, k), columnOf(truth, k)));
  const few = Math.min(m, train.shape[0]);
  const near = (table: NdArray) => {
    const some = takeRows(
      table,
      rng.fork("near", table.shape[0]).permutation(table.shape[0]).subarray(0, few),
    );
    return Float64Array.from({ length: n }, (_, i) => {
      const [row] = nearestInTable(some, madeUnits, i, { k: 1 });
      return columns.reduce((sum, k) => sum + (some.data[row * d + k] - madeUnits.data[i * d + k]) ** 2, 0);
    });
  };
  const [toTrain, toTruth] = [near(trainUnits), near(truthUnits)];
  const nearer = toTrain.reduce((sum, x, i) => sum + (x < toTruth[i] ? 1 : x === toTruth[i] ? 0.5 : 0), 0);
  return Object.freeze({
    classifier: rocArea({ normal: scores.subarray(0, m), odd: scores.subarray(m) }),
    energy: energyDistance(madeUnits, truthUnits),
    marginals: meanOf(gaps),
    correlations: meanOf(pairs),
    copied: nearer / n,
  });
}
