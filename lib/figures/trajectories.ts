import { type NdArray, sliceRows } from "../array";
import { assertKnown, described, expected } from "../errors";
import type { Axis, Panel, Plot, PlotTrace } from "./panel";
import { panels as drawPanels, plot } from "./plot";
import { assertLimit, assertPlanar, columnOf, squareAround } from "./points";
import { type Described, pale, palette } from "./style";

/** The points of one flow at one time. */
export interface Snapshot {
  /** The time, from 0 to 1. */
  readonly t: number;
  /** Points `[n, 2]`. */
  readonly x: NdArray;
}

/** The trajectories of one flow. */
export interface TrajectoryPanel {
  /** Stands above the panel, such as "coupled". */
  readonly title: string;
  /** Draws of the base, `[n, 2]`. */
  readonly start: NdArray;
  /** Where they end at time 1, `[n, 2]`, in the same order. */
  readonly end: NdArray;
  /** Where they are in between; empty for pairs, which straight lines join. */
  readonly paths: readonly Snapshot[];
  /** Draws of the target, drawn faintly behind. */
  readonly target?: NdArray;
  /** Side of square cells whose edges are drawn, one of them at 0; none when absent. */
  readonly cells?: number;
  /** A class per point, which its path and its end are coloured by. */
  readonly labels?: ArrayLike<number>;
}

/** Options of {@link trajectories}. */
export interface TrajectoriesOptions extends Described {
  /** One flow each, row by row from the upper left. */
  readonly panels: readonly TrajectoryPanel[];
  /** Panels side by side; up to four when absent. */
  readonly columns?: number;
  /** Names of the classes that labels stand for. */
  readonly classes?: readonly string[];
  /** The most paths and the most points drawn per panel: 30 and 120 when absent. */
  readonly limit?: { readonly paths?: number; readonly points?: number };
  /** The horizontal axis. Default: x₁. */
  readonly x?: Axis;
  /** The vertical axis. Default: x₂. */
  readonly y?: Axis;
  /** A line of small print below the figure. Default: none. */
  readonly note?: string;
}

/**
 * Trajectories in the plane, from the base (open circles) to the data (filled), as in the paper's Fig. 2.
 *
 * @example
 * trajectories({
 *   title: "Straight paths",
 *   alt: "Every base point moves straight to its data point.",
 *   panels: [{ title: "coupled", start: pairs.x0, end: pairs.x1, paths: [], target: data.x }],
 * });
 * @throws when shapes disagree, or times don't lie in [0, 1] in increasing order.
 */
export function trajectories(options: TrajectoriesOptions): Plot {
  assertKnown(
    options,
    { panels: true, columns: true, classes: true, limit: true, note: true, title: true },
    "trajectories",
    { likely: true },
  );
  const { panels, classes, limit = {}, title, alt } = options;
  if (!panels?.length) throw expected("at least one panel of trajectories", "none");
  const most = { paths: limit.paths ?? 30, points: limit.points ?? 120 };
  assertKnown(limit, { paths: true, points: true }, "limit");
  assertLimit("limit.paths", most.paths, 0);
  assertLimit("limit.points", most.points);
  for (const panel of panels) checkPanel(panel);
  const range = squareAround(
    panels.flatMap(({ start, end, target }) =>
      [start, end, ...(target ? [target] : [])].map((points) => head(points, most.points)),
    ),
  );
  const fields = panels.map((panel): Panel => {
    return {
      title: panel.title,
      x: { label: "x<sub>1</sub>", range: range.x, ...options.x },
      y: { label: "x<sub>2</sub>", range: range.y, ...options.y },
      equal: true,
      traces: [...cellEdges(panel, range), ...traces(panel, most, classes)],
    };
  });
  const n = Math.min(...panels.map((panel) => panel.start.shape[0]));
  const [points, lines] = panels.every(({ paths }) => paths.length === 0)
    ? ["pairs", "joined"]
    : ["points", "with their paths"];
  const drawn = n > most.points ? `${most.points} of ${n} ${points}` : `${n} ${points}`;
  const cut = n > most.paths ? `Drawn: ${drawn}, ${most.paths} of them ${lines}.` : undefined;
  const note = [options.note, cut].filter(Boolean).join(" ") || undefined;
  if (fields.length > 1) return drawPanels({ title, alt, panels: fields, note, columns: options.columns });
  const [{ x, y, traces: only }] = fields;
  return plot({ title, alt, x, y, traces: only, equal: true, width: 560, note });
}

function checkPanel({ title, start, end, paths, target, labels }: TrajectoryPanel): void {
  const where = `in panel "${title}"`;
  assertPlanar(start, `start ${where}`);
  assertPlanar(end, `end ${where}`);
  if (target) assertPlanar(target, `target ${where}`);
  const n = start.shape[0];
  if (end.shape[0] !== n) throw expected(`${n} end points ${where}`, `${end.shape[0]}`);
  if (labels && labels.length !== n) throw expected(`${n} labels ${where}`, `${labels.length}`);
  if (!Array.isArray(paths)) throw expected(`paths ${where}, [] for pairs`, described(paths));
  let last = Number.NEGATIVE_INFINITY;
  for (const { t, x } of paths) {
    assertPlanar(x, `the points at t = ${t} ${where}`);
    if (x.shape[0] !== n) throw expected(`${n} points at t = ${t} ${where}`, `${x.shape[0]}`);
    if (!(t >= 0 && t <= 1 && t > last)) {
      throw expected(`times from 0 to 1, in increasing order, ${where}`, `${t} after ${last}`);
    }
    last = t;
  }
}

function traces(
  panel: TrajectoryPanel,
  most: { paths: number; points: number },
  classes: readonly string[] | undefined,
): PlotTrace[] {
  const { start, end, paths, target, labels } = panel;
  const inner = thin(
    paths.filter(({ t }) => t > 0 && t < 1),
    48,
  );
  const route = [start, ...inner.map(({ x }) => x), end];
  const kinds = labels ? [...new Set(Array.from(labels))].sort((a, b) => a - b) : [undefined];
  const nameOf = (kind: number | undefined) =>
    kind === undefined ? undefined : (classes?.[kind] ?? `class ${kind}`);
  const colourOf = (kind = 1) => palette[kind % palette.length];
  const out: PlotTrace[] = [];
  if (target) {
    out.push({
      kind: "scatter",
      name: "data",
      x: columnOf(target, 0, most.points),
      y: columnOf(target, 1, most.points),
      colour: "#ccd3da",
      size: 4,
    });
  }
  const rowsOf = (kind: number | undefined, limit: number) => {
    const rows: number[] = [];
    for (let i = 0; i < Math.min(limit, start.shape[0]); i++) {
      if (kind === undefined || labels![i] === kind) rows.push(i);
    }
    return rows;
  };
  const column = (points: NdArray, rows: readonly number[], c: 0 | 1) =>
    rows.map((row) => points.data[2 * row + c]);
  for (const kind of kinds) {
    const rows = rowsOf(kind, most.paths);
    if (rows.length === 0) continue;
    // One line through all paths; its breaks are not counted as missing values.
    const line = (c: 0 | 1) => rows.map((row) => route.map((points) => points.data[2 * row + c]));
    out.push({
      kind: "line",
      name: inner.length > 0 ? "path" : "pair",
      colour: pale(kind === undefined ? palette[0] : colourOf(kind), 0.38),
      legend: kinds.length === 1,
      ...joinPaths(line(0), line(1)),
      width: 1,
      plotly: { hoverinfo: "skip" },
    });
  }
  const starts = rowsOf(undefined, most.points);
  out.push({
    kind: "scatter",
    name: "start, t = 0",
    colour: startColour,
    symbol: "circle-open",
    x: column(start, starts, 0),
    y: column(start, starts, 1),
    plotly: { marker: { color: startColour, size: 5, symbol: "circle-open", line: { width: 1 } } },
  });
  for (const kind of kinds) {
    const rows = rowsOf(kind, most.points);
    if (rows.length === 0) continue;
    out.push({
      kind: "scatter",
      name: kind === undefined ? "end, t = 1" : `${nameOf(kind)}, t = 1`,
      colour: colourOf(kind),
      x: column(end, rows, 0),
      y: column(end, rows, 1),
      size: 5,
    });
  }
  return out;
}

/** Dashed lines at multiples of the cells' side, across the window. */
function cellEdges({ cells, title }: TrajectoryPanel, window: ReturnType<typeof squareAround>): PlotTrace[] {
  if (cells === undefined) return [];
  if (!(cells > 0)) throw expected(`a side of cells above 0 in panel "${title}"`, `${cells}`);
  const between = ([low, high]: readonly [number, number]) =>
    Array.from({ length: 1 + Math.floor(high / cells) - Math.ceil(low / cells) }, (_, k) => {
      return cells * (Math.ceil(low / cells) + k);
    });
  const lines = joinPaths(
    [...between(window.x).map((at) => [at, at]), ...between(window.y).map(() => [...window.x])],
    [...between(window.x).map(() => [...window.y]), ...between(window.y).map((at) => [at, at])],
  );
  return [{ kind: "line", name: "cells", colour: "#9aa5b1", dash: "dash", width: 1, ...lines }];
}

const startColour = "#7b8794";

function joinPaths(xs: readonly number[][], ys: readonly number[][]) {
  return {
    x: xs.flatMap((path, k) => (k === 0 ? path : [Number.NaN, ...path])),
    y: ys.flatMap((path, k) => (k === 0 ? path : [Number.NaN, ...path])),
    breaks: xs.length - 1,
  };
}

const head = (points: NdArray, n: number) => sliceRows(points, 0, Math.min(n, points.shape[0]));

function thin<T>(items: readonly T[], most: number): readonly T[] {
  if (items.length <= most) return items;
  return Array.from({ length: most }, (_, k) => items[Math.round((k * (items.length - 1)) / (most - 1))]);
}
