import { type LineTrace, type Plot, plot } from "../../figures";
import type { Comparison } from "./compare-runs";
import type { Group } from "./groups";
import type { MetricRow } from "./rows";

/** Metrics against a parameter, and how many metrics are not among the plots. */
export interface Effects {
  readonly parameter: string;
  readonly plots: readonly Plot[];
  readonly left: number;
}

/** More plots than this would make the page slow to write and long to read. */
const MOST = 12;

/** A plot of each metric against each numeric parameter that groups differ in and that has three values. */
export function effects({ by, groups, metrics, over }: Comparison): Effects[] {
  return by.flatMap((parameter, k) => {
    const values = groups.map((group) => group.values[k]);
    if (!values.every((value) => typeof value === "number") || new Set(values).size < 3) return [];
    const numeric = metrics.filter(({ cells }) => cells.filter(({ mean }) => mean).length > 2);
    const plots = numeric.slice(0, MOST).map((row) => effectPlot(row, parameter, k, { by, groups, over }));
    return plots.length > 0 ? [{ parameter, plots, left: numeric.length - plots.length }] : [];
  });
}

function effectPlot(
  { metric, cells }: MetricRow,
  parameter: string,
  k: number,
  { by, groups, over }: Pick<Comparison, "by" | "groups" | "over">,
): Plot {
  const series = new Map<string, { x: number; y: number; half: number }[]>();
  groups.forEach((group, g) => {
    const mean = cells[g].mean;
    if (!mean || !Number.isFinite(mean.value)) return;
    const name = othersOf(group, by, k) || metric;
    const point = { x: Number(group.values[k]), y: mean.value, half: mean.half };
    series.set(name, [...(series.get(name) ?? []), point]);
  });
  const any = [...series.values()].flat().some(({ half }) => !Number.isNaN(half));
  const traces = [...series].map(([name, points]): LineTrace => {
    const sorted = points.toSorted((a, b) => a.x - b.x);
    return {
      kind: "line",
      name,
      x: sorted.map(({ x }) => x),
      y: sorted.map(({ y }) => y),
      ...(any && { error: sorted.map(({ half }) => (Number.isNaN(half) ? 0 : half)) }),
      markers: true,
      legend: series.size > 1,
    };
  });
  const xs = [...series.values()].flat().map(({ x }) => x);
  return plot({
    title: `${metric} against ${parameter}`,
    alt: `${metric} at ${xs.length} points of ${parameter}${series.size > 1 ? `, ${series.size} lines` : ""}.`,
    x: { label: parameter, log: Math.min(...xs) > 0 && Math.max(...xs) / Math.min(...xs) >= 20 },
    y: { label: metric },
    traces,
    note: any ? `Bars: 95 % intervals of the mean over ${over}s.` : `One ${over} each: no intervals.`,
  });
}

/** What else the group is told apart by. */
function othersOf({ values }: Group, by: readonly string[], k: number): string {
  return by.flatMap((name, j) => (j === k ? [] : [`${name} = ${values[j] ?? "–"}`])).join(", ");
}
