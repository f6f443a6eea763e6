import { type NdArray, sampleSize } from "../array";
import type { Condition } from "../conditions/condition";
import { assertConditionRows } from "../conditions/rows";
import type { Start } from "../couplings/coupling";
import { expected } from "../errors";
import type { IntegrateOptions } from "./integrate";

/** What to solve, checked. */
export interface Problem {
  readonly begin: NdArray;
  readonly xi: Condition;
  readonly from: number;
  readonly to: number;
  /** 1 forwards, −1 backwards. */
  readonly ahead: number;
  readonly batch: number;
  /** Times to save, in the order of integration. */
  readonly times: readonly number[];
}

export function problem(
  start: Start | { readonly x0: NdArray },
  { from = 0, to = 1, ...options }: Pick<IntegrateOptions, "from" | "to" | "batch" | "saveAt">,
): Problem {
  for (const [name, t] of Object.entries({ from, to })) {
    if (!(t >= 0 && t <= 1)) throw expected(`${name} from 0 to 1`, `${t}`);
  }
  if (from === to) throw expected("an interval to integrate over", `from = to = ${from}`);
  const begin = start.x0;
  const xi: Condition = "xi" in start ? start.xi : {};
  const n = begin.shape[0];
  const batch = options.batch ?? Math.max(n, 1);
  if (!(Number.isInteger(batch) && batch > 0)) throw expected("a batch of 1 or more samples", `${batch}`);
  assertFinite(begin);
  assertConditionRows(xi, n);
  const times = sortedTimes(options.saveAt ?? [], from, to);
  return { begin, xi, from, to, ahead: Math.sign(to - from), batch, times };
}

function sortedTimes(times: readonly number[], from: number, to: number): number[] {
  for (const t of times) {
    if (!(t >= Math.min(from, to) && t <= Math.max(from, to))) {
      throw expected(`times to save between ${from} and ${to}`, `${t}`);
    }
  }
  return [...times].sort((a, b) => (a - b) * Math.sign(to - from));
}

function assertFinite(start: NdArray): void {
  const bad = start.data.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    throw expected(
      "finite numbers to start from",
      `${start.data[bad]} in sample ${Math.floor(bad / sampleSize(start))}`,
    );
  }
}
