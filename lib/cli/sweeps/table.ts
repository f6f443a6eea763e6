import type { ParameterValue } from "../../notebook/parameters";
import { duration, formatNumber } from "../../text";
import { errorLine } from "../run-record";
import type { PointState } from "./states";

/** How many metrics a table has at most. */
const mostMetrics = 4;

/** The most characters of one cell. */
const widest = 32;

/**
 * A table of a sweep's points: their values, how they stand, how long they took and, of the metrics that they
 * recorded, the first few. Below it, what failed says why.
 */
export function sweepTable(states: readonly PointState[]): string {
  const names = [...new Set(states.flatMap(({ point }) => Object.keys(point.values)))];
  const metrics = metricNames(states);
  const header = [...names, "status", "time", ...metrics];
  const rows = states.map(({ point, state, run }) => {
    const seconds = state === "running" && run ? secondsSince(run.started) : run?.record?.seconds;
    const values = state === "done" ? run?.record?.metrics : undefined;
    return [
      ...names.map((name) => valueText(point.values[name])),
      state,
      seconds === undefined || state === "queued" ? "" : duration(seconds),
      ...metrics.map((name) => cell(values?.[name])),
    ];
  });
  const failures = states.flatMap(({ point, state, run }) =>
    state === "failed" && run?.record ? [`${point.id}: ${errorLine(run.record)}`] : [],
  );
  return [...aligned([header, ...rows]), ...failures].join("\n");
}

function metricNames(states: readonly PointState[]): string[] {
  const names = new Set<string>();
  for (const { state, run } of states) {
    if (state === "done") for (const name of Object.keys(run?.record?.metrics ?? {})) names.add(name);
  }
  return [...names].slice(0, mostMetrics);
}

const secondsSince = (time: string) => (Date.now() - Date.parse(time)) / 1000;

/** The value of a parameter: all digits of a number. */
const valueText = (value: ParameterValue | undefined) =>
  typeof value === "number" ? `${value}` : cell(value);

function cell(value: ParameterValue | undefined): string {
  if (value === undefined) return "";
  const text =
    typeof value === "number"
      ? formatNumber(value, 4)
      : typeof value === "string"
        ? value
        : JSON.stringify(value);
  const line = text.replace(/\s+/g, " ");
  return line.length > widest ? `${line.slice(0, widest - 1)}…` : line;
}

function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) =>
    row
      .map((text, column) => text.padEnd(widths[column]))
      .join("  ")
      .trimEnd(),
  );
}
