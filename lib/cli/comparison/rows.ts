import { holm, type MeanInterval, meanDifference, meanInterval } from "../../statistics";
import { meanOf } from "../../statistics/mean";
import type { Group } from "./groups";
import { type Direction, directionOf, type MetricPatterns } from "./metric-names";

/** A metric of all groups. */
export interface MetricRow {
  readonly metric: string;
  readonly direction: Direction;
  /** One cell per group. */
  readonly cells: readonly MetricCell[];
}

/** A metric of one group: over its seeds, or the texts that it holds; neither where no run has it. */
export interface MetricCell {
  readonly mean?: MeanInterval;
  readonly texts?: readonly string[];
}

/** The difference of a metric between a group and another one, its baseline. */
export interface DifferenceRow {
  readonly metric: string;
  readonly direction: Direction;
  readonly group: Group;
  readonly baseline: Group;
  /** Of the group's value minus the baseline's. */
  readonly difference: MeanInterval;
  /** Whether it is over pairs of runs of the same seed, or between two independent sets of seeds. */
  readonly paired: boolean;
  /** The p-value after Holm's correction for all differences shown; NaN without an interval. */
  readonly adjusted: number;
  readonly verdict: Verdict;
}

/**
 * "tie" when the interval contains zero; "unknown" when there is none; where it excludes zero, "better" or
 * "worse" than the baseline if it is known which way is better, else "differs".
 */
type Verdict = "better" | "worse" | "differs" | "tie" | "unknown";

/** The metrics of all groups: means over seeds, of the means over the other runs of each seed. */
export function metricRows(
  names: readonly string[],
  groups: readonly Group[],
  patterns: MetricPatterns,
): MetricRow[] {
  return names.map((metric) => ({
    metric,
    direction: directionOf(metric, patterns),
    cells: groups.map((group) => cellOf(group, metric)),
  }));
}

function cellOf(group: Group, metric: string): MetricCell {
  const values = [...valuesOf(group, metric).values()];
  const bySeed = values.map((rests) => meanOf([...rests.values()]));
  if (bySeed.length > 0) return { mean: meanInterval(bySeed) };
  const texts = group.members.flatMap(({ run: { record } }) => {
    const value = Object.hasOwn(record.metrics, metric) ? record.metrics[metric] : undefined;
    return typeof value === "string" ? [value] : [];
  });
  return texts.length > 0 ? { texts: [...new Set(texts)] } : {};
}

/** A metric's values: seed → other parameters → value. */
function valuesOf({ members }: Group, metric: string): Map<string, Map<string, number>> {
  const values = new Map<string, Map<string, number>>();
  for (const { run, seed, rest } of members) {
    const { metrics } = run.record;
    const value = Object.hasOwn(metrics, metric) ? metrics[metric] : undefined;
    if (typeof value !== "number") continue;
    const rests = values.get(seed) ?? new Map<string, number>();
    values.set(seed, rests.set(rest, value));
  }
  return values;
}

/** Which groups are compared with which. */
export type Pairs = readonly (readonly [group: Group, baseline: Group])[];

/** The differences of all metrics between pairs of groups; none where a group lacks the metric. */
export function differenceRows(rows: readonly MetricRow[], pairs: Pairs): DifferenceRow[] {
  const made = rows.flatMap(({ metric, direction }) =>
    pairs.flatMap(([group, baseline]) => {
      const between = differenceOf(valuesOf(group, metric), valuesOf(baseline, metric));
      return between ? [{ metric, direction, group, baseline, ...between }] : [];
    }),
  );
  const adjusted = holm(made.map(({ difference }) => difference.pValue));
  return made.map((row, k) => ({
    ...row,
    adjusted: adjusted[k],
    verdict: verdictOf(row.difference, row.direction),
  }));
}

type Values = ReadonlyMap<string, ReadonlyMap<string, number>>;

/** Paired where two seeds or more are common, or where there are no more than one of each. */
function differenceOf(a: Values, b: Values): Pick<DifferenceRow, "difference" | "paired"> | undefined {
  if (a.size === 0 || b.size === 0) return undefined;
  const pairs = [...a].flatMap(([seed, own]) => {
    const other = b.get(seed);
    const common = [...own].flatMap(([rest, value]) => {
      const at = other?.get(rest);
      return at === undefined ? [] : [difference(value, at)];
    });
    return common.length > 0 ? [meanOf(common)] : [];
  });
  if (pairs.length > 1 || (pairs.length === 1 && Math.min(a.size, b.size) === 1)) {
    return { difference: meanInterval(pairs), paired: true };
  }
  const means = (values: Values) => [...values.values()].map((rests) => meanOf([...rests.values()]));
  return { difference: meanDifference(means(a), means(b)), paired: false };
}

/** a − b; what rounding alone leaves counts as nothing. */
const difference = (a: number, b: number) =>
  Math.abs(a - b) <= 1e-12 * Math.max(Math.abs(a), Math.abs(b)) ? 0 : a - b;

function verdictOf({ value, half }: MeanInterval, direction: Direction): Verdict {
  if (Number.isNaN(half)) return "unknown";
  if (Math.abs(value) <= half || value === 0) return "tie";
  if (!direction) return "differs";
  return value < 0 === (direction === "lower") ? "better" : "worse";
}
