import { assertKnown, expected } from "../errors";
import { rangeOf } from "./axis";
import type { Axis, Plot, PlotTrace } from "./panel";
import { plot } from "./plot";
import type { Described } from "./style";

/** One row: a value and its interval, such as a `ConfidenceInterval`. */
export interface IntervalRow {
  /** What the value is of; stands on the vertical axis. */
  readonly name: string;
  /** The value, drawn as a point. */
  readonly value: number;
  /** The lower end of its interval. */
  readonly low: number;
  /** The upper end of its interval. */
  readonly high: number;
  /** The single values behind it, one per seed: drawn as faint points. */
  readonly points?: ArrayLike<number>;
  /** Rows of one series have one colour and one entry in the legend. */
  readonly series?: string;
}

/** Options of {@link intervals}. */
export interface IntervalsOptions extends Described {
  /** What is measured, with its unit. */
  readonly x: Axis;
  /** What the rows are, such as "coupling". */
  readonly y: Pick<Axis, "label">;
  /** From top to bottom. */
  readonly rows: readonly IntervalRow[];
  /** A value to compare with, such as 0 for differences or a floor: a dotted line. */
  readonly reference?: number;
  /** Height in pixels. Default 130, and 34 for each row. */
  readonly height?: number;
  /** A line of small print below the figure. Default: none. */
  readonly note?: string;
}

/**
 * Values with their intervals, one below the other: a comparison over seeds that shows the spread.
 *
 * @example
 * intervals({
 *   title: "Difference to the independent coupling",
 *   alt: "The coupled flow is nearer by 0.2.",
 *   x: { label: "difference of distances" },
 *   y: { label: "coupling" },
 *   rows: [{ name: "coupled", value: -0.2, low: -0.3, high: -0.1, points: [-0.28, -0.2, -0.12] }],
 *   reference: 0,
 * });
 * @throws when there are no rows, a name is missing or duplicated, or a value lies outside its interval.
 */
export function intervals(options: IntervalsOptions): Plot {
  assertKnown(options, { rows: true, reference: true, height: true, note: true, title: true }, "intervals", {
    likely: true,
  });
  const { x, y, rows, reference, ...rest } = options;
  if (!rows?.length) throw expected("at least one row of intervals", "none");
  const names = rows.map(({ name }) => name);
  rows.forEach(({ name, value, low, high }, r) => {
    if (!name || names.indexOf(name) !== r) throw expected("a name of its own for every row", `"${name}"`);
    if (!(low <= value && value <= high)) {
      throw expected(`low ≤ value ≤ high in row "${name}"`, `${low}, ${value}, ${high}`);
    }
  });
  const series = [...new Set(rows.map((row) => row.series))];
  if (series.length > 1 && series.includes(undefined)) {
    throw expected("a series for every row, or for none", "some without");
  }
  // The first row is the uppermost.
  const placed = rows.map((row, r) => ({ ...row, at: rows.length - 1 - r }));
  const traces: PlotTrace[] = [];
  if (reference !== undefined) {
    const line = { x: [reference, reference], y: [-0.5, rows.length - 0.5] };
    traces.push({
      kind: "line",
      ...line,
      series: "reference",
      colour: "#777777",
      dash: "dot",
      width: 1.5,
      legend: false,
    });
  }
  for (const name of series) {
    const own = placed.filter((row) => row.series === name);
    const common = { ...(name !== undefined && { name, series: name }) };
    const faint = own.flatMap(({ points = [], at }) => Array.from(points, (value) => ({ value, at })));
    if (faint.length > 0) {
      traces.push({
        ...common,
        kind: "scatter",
        x: faint.map(({ value }) => value),
        y: faint.map(({ at }) => at),
        opacity: 0.4,
        size: 6,
        legend: false,
      });
    }
    traces.push({
      ...common,
      kind: "line",
      x: own.flatMap(({ low, high }) => [low, high, Number.NaN]),
      y: own.flatMap(({ at }) => [at, at, Number.NaN]),
      breaks: own.length,
      width: 2.5,
      legend: false,
    });
    traces.push({
      ...common,
      kind: "scatter",
      x: own.map(({ value }) => value),
      y: own.map(({ at }) => at),
      size: 10,
      legend: series.length > 1,
    });
  }
  return plot({
    height: 130 + 34 * rows.length,
    ...rest,
    // With air at both ends: a bar that ends at the frame looks cut off.
    x: { ...x, range: x.range ?? rangeOf([{ x, y, traces }], "x") },
    y: {
      ...y,
      range: [-0.5, rows.length - 0.5],
      ticks: { at: placed.map(({ at }) => at), text: names },
    },
    traces,
  });
}
