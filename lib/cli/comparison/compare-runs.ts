import { choose, UsageError } from "../../errors";
import { type AttributeRow, attributeTable } from "./attribute-table";
import { type Group, groupRuns } from "./groups";
import { type MetricPatterns, metricNames } from "./metric-names";
import { missingMetrics } from "./missing";
import { type DifferenceRow, differenceRows, type MetricRow, metricRows } from "./rows";
import type { LeftOut, Run } from "./run";
import { warningsAbout } from "./warnings";

/** How runs are compared. */
export interface Choices extends MetricPatterns {
  /** What runs are grouped by; all parameters that differ, other than `over`, when absent. */
  readonly by?: readonly string[];
  /** The parameter whose values are repetitions: the seed. */
  readonly over: string;
  /** The name of the group that others are compared with; the first when absent. */
  readonly baseline?: string;
  /** Whether all groups are compared with one another, and not with the baseline alone. */
  readonly allPairs: boolean;
}

/** Runs side by side. */
export interface Comparison {
  readonly title: string;
  /** What the repetitions are called: "seed". */
  readonly over: string;
  readonly by: readonly string[];
  readonly groups: readonly Group[];
  readonly parameters: readonly AttributeRow[];
  readonly facts: readonly AttributeRow[];
  readonly warnings: readonly string[];
  readonly metrics: readonly MetricRow[];
  readonly differences: readonly DifferenceRow[];
  /** Lines about metrics that some runs lack. */
  readonly missing: readonly string[];
  readonly leftOut: readonly LeftOut[];
}

/**
 * Compares complete runs.
 * @param leftOut runs that could not be read or did not end well, to be listed
 * @throws a one-line error when there is no run, or a choice names nothing that they have.
 */
export function compareRuns(runs: readonly Run[], leftOut: readonly LeftOut[], choices: Choices): Comparison {
  if (runs.length === 0) {
    const list = leftOut.map(({ id, reason }) => `${id} (${reason})`).join(", ");
    throw new UsageError(`None of the runs is complete: ${list}.`);
  }
  const { over } = choices;
  const { by, groups, mixed, repeated } = groupRuns(runs, over, choices.by);
  const notebooks = [...new Set(runs.map(({ record }) => record.notebook))];
  const all = metricNames(runs, choices);
  const of = (notebook: string) => runs.filter(({ record }) => record.notebook === notebook);
  const common = all.filter((name) =>
    notebooks.every((notebook) => of(notebook).some(({ record }) => Object.hasOwn(record.metrics, name))),
  );
  const metrics = metricRows(common, groups, choices);
  return {
    title: notebooks.length === 1 ? runs[0].record.title : notebooks.join(", "),
    over,
    by,
    groups,
    ...attributeTable(runs, groups, over),
    warnings: warningsAbout({ runs, groups, by, mixed, over, notebooks, all, common }),
    metrics,
    differences: differenceRows(metrics, pairsOf(groups, choices)),
    missing: missingMetrics(common, runs),
    leftOut: [...leftOut, ...repeated],
  };
}

function pairsOf(groups: readonly Group[], { baseline, allPairs }: Choices): [Group, Group][] {
  if (allPairs)
    return groups.flatMap((base, k) => groups.slice(k + 1).map((group): [Group, Group] => [group, base]));
  const byName = Object.fromEntries(groups.map((group) => [group.name, group]));
  const base = baseline === undefined ? groups[0] : baselineOf(baseline, byName);
  return groups.filter((group) => group !== base).map((group) => [group, base]);
}

/** The group of such a name, or of such a value where the names hold one value each. */
function baselineOf(name: string, groups: Readonly<Record<string, Group>>): Group {
  const byValue = Object.keys(groups).find((key) => key.endsWith(` = ${name}`) && !key.includes(", "));
  return choose("--baseline", byValue ?? name, groups);
}
