import { expected } from "../errors";
import type { Rng } from "../random";
import { indexAt } from "../statistics/weighted-index";
import type { TransportPlan } from "./plan";

/** Pairs drawn from a plan: base draw `from[k]` and target `to[k]`. */
export interface PlannedPairs {
  /** The base draw of each pair. */
  readonly from: Int32Array;
  /** The target of each pair. */
  readonly to: Int32Array;
}

/**
 * Samples as many pairs from a plan as it has targets. Where the plan is balanced, each target in order gets
 * a base draw from the plan given that target. Otherwise pairs (i, j) are drawn from the plan as a whole, by
 * systematic sampling: each occurs as often as its share of the mass implies, to within one.
 * @throws when the plan moves no mass.
 */
export function samplePlan(
  { rows, columns, mass }: TransportPlan,
  { balanced, rng }: { readonly balanced: boolean; readonly rng: Rng },
): PlannedPairs {
  const from = new Int32Array(columns);
  const to = new Int32Array(columns);
  const sums = new Float64Array(columns);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) sums[j] += mass[i * columns + j];
  const total = sums.reduce((sum, value) => sum + value, 0);
  if (!(total > 0)) {
    throw expected("a plan that moves some mass", `${total}`, "Raise the penalty of the unbalanced plan.");
  }

  if (balanced) {
    for (let j = 0; j < columns; j++) {
      to[j] = j;
      from[j] = rowAt(j, rng.uniform() * sums[j]);
    }
    return Object.freeze({ from, to });
  }

  const u = rng.uniform();
  let column = 0;
  let before = 0;
  for (let k = 0; k < columns; k++) {
    const at = ((k + u) / columns) * total;
    while (column < columns - 1 && before + sums[column] <= at) before += sums[column++];
    to[k] = column;
    from[k] = rowAt(column, Math.min(at - before, sums[column]));
  }
  return Object.freeze({ from, to });

  /** The row at which the running sum of column j passes `at`. */
  function rowAt(j: number, at: number): number {
    return indexAt(rows, (i) => mass[i * columns + j], at);
  }
}
