import { expected } from "../errors";
import { rangeOf, tickLength } from "./axis";
import type { Panel, PanelsOptions } from "./panel";
import { countLegendRows, lineLength, tickWidth, turnedNameSize, wrap } from "./text-fit";

/** The layout of a figure, in pixels. */
export interface Arrangement {
  readonly width: number;
  readonly height: number;
  readonly margin: { readonly l: number; readonly r: number; readonly t: number; readonly b: number };
  /** Width and height inside the margins. */
  readonly inner: { readonly width: number; readonly height: number };
  readonly titleLines: readonly string[];
  readonly noteLines: readonly string[];
  /** Height above each row of panels for their titles. */
  readonly panelTitle: number;
  /** Distance from the panels down to the note. */
  readonly toNote: number;
  readonly places: readonly PanelPlace[];
}

/** The place of one panel. */
interface PanelPlace {
  readonly row: number;
  readonly column: number;
  /** Fractions of the inner width and height, as in Plotly's `domain`: from the left, and from the bottom. */
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
  /** Whether its axes are labelled. */
  readonly labelled: { readonly x: boolean; readonly y: boolean };
  /** The ranges of its axes, where they must be known: shared axes, and axes of equal scale. */
  readonly ranges: { readonly x?: readonly [number, number]; readonly y?: readonly [number, number] };
  /** The label of the y axis, broken into lines no longer than the panel is high. */
  readonly yLabel: readonly string[];
  /** Category names on the x axis, broken into lines that fit. */
  readonly categories?: {
    readonly names: readonly string[];
    readonly lines: readonly (readonly string[])[];
    readonly turned: boolean;
  };
}

/** Lays out the title, the legend, the panels with their labels, and the note. */
export function arrangePanels(
  options: PanelsOptions & { rowTitles?: readonly string[] },
  words: { legend: readonly string[]; small: readonly string[]; colourBar: boolean },
  yLabelLines = 1,
): Arrangement {
  const { panels, rowTitles } = options;
  const several = panels.length > 1;
  if (options.columns !== undefined && !(Number.isInteger(options.columns) && options.columns > 0)) {
    throw expected("a whole number of columns above 0", `${options.columns}`);
  }
  const columns = Math.min(options.columns ?? (panels.length === 4 ? 2 : 4), panels.length);
  const rows = Math.ceil(panels.length / columns);
  const width = options.width ?? 800;
  const shares = (side: "x" | "y") =>
    several && (options.shared === undefined || options.shared === true || options.shared === side);
  const shared = { x: shares("x"), y: shares("y") };
  const ranges = panels.map((panel) => ({
    x: rangeOf(shared.x ? panels : [panel], "x"),
    y: rangeOf(shared.y ? panels : [panel], "y"),
  }));

  const ticks = Math.max(...panels.map((panel, k) => tickLength(panel, "y", ranges[k].y)));
  // Rotated names reach out to the left of their ticks.
  const hanging = panels.map(({ traces }) => categoriesOf(traces, (width - 88) / columns)?.hang ?? 0);
  const left = Math.max(64, 38 + tickWidth(ticks), ...hanging) + 15 * (yLabelLines - 1);
  const right = words.colourBar ? 100 : 24;
  const gapX = shared.y ? 22 : left + 8;
  const innerWidth = width - left - right;
  const cellWidth = (innerWidth - gapX * (columns - 1)) / columns;

  const categories = panels.map((panel) => categoriesOf(panel.traces, cellWidth));
  const tickRoom = Math.max(0, ...categories.map((names) => (names ? names.room : 0)));
  const titleLines = wrap(options.title, lineLength(width - 32, 16, "bold"));
  const noteLines = words.small.flatMap((line) => wrap(line, lineLength(width - 32, 11)));
  const legendRows = words.legend.length > 1 ? countLegendRows(words.legend, innerWidth) : 0;
  const panelTitle = several ? (rowTitles ? 46 : 26) : 0;
  const top = 24 + titleLines.length * 22 + legendRows * 22 + (several ? panelTitle : 8);
  const toNote = 50 + tickRoom;
  const bottom = toNote + 2 + (noteLines.length > 0 ? 10 + noteLines.length * 15 : 0);
  const gapY = panelTitle + (shared.x ? 14 : 56 + tickRoom);

  const aspects = panels.flatMap((panel, k) => {
    const { x, y } = ranges[k];
    return panel.equal ? [x && y ? (y[1] - y[0]) / (x[1] - x[0]) : 1] : [];
  });
  const cellHeight =
    options.height !== undefined
      ? (options.height - top - bottom - gapY * (rows - 1)) / rows
      : aspects.length > 0
        ? Math.min(cellWidth * Math.min(1.4, Math.max(0.4, ...aspects)), 520)
        : several
          ? Math.max(150, Math.min(300, cellWidth * 0.8))
          : 320;
  if (!(cellHeight > 20 && cellWidth > 20)) {
    throw expected(
      "a figure with room for its panels",
      `${width} × ${options.height ?? "any"} pixels`,
      "Make it larger.",
    );
  }
  // The labels of y are drawn beside the panels, and may reach a little above and below them.
  const yLabels = panels.map(({ y }) => wrap(y.label, lineLength(cellHeight + 40, 12.5)));
  const most = Math.max(...yLabels.map((lines) => lines.length));
  if (most > yLabelLines) return arrangePanels(options, words, most);
  const height = Math.round(top + bottom + rows * cellHeight + gapY * (rows - 1));
  const innerHeight = height - top - bottom;

  const places = panels.map((panel, k): PanelPlace => {
    const [row, column] = [Math.floor(k / columns), k % columns];
    const x = (column * (cellWidth + gapX)) / innerWidth;
    const y = 1 - (row * (cellHeight + gapY)) / innerHeight;
    return {
      row,
      column,
      x: [share(x), share(x + cellWidth / innerWidth)],
      y: [share(y - cellHeight / innerHeight), share(y)],
      labelled: { x: !shared.x || k + columns >= panels.length, y: !shared.y || column === 0 },
      ranges: {
        x: shared.x || panel.equal ? ranges[k].x : undefined,
        y: shared.y || panel.equal ? ranges[k].y : undefined,
      },
      yLabel: yLabels[k],
      categories: categories[k],
    };
  });
  return {
    width,
    height,
    margin: { l: left, r: right, t: top, b: bottom },
    inner: { width: innerWidth, height: innerHeight },
    titleLines,
    noteLines,
    panelTitle,
    toNote,
    places,
  };
}

const share = (value: number) => Math.min(1, Math.max(0, Number(value.toFixed(5))));

/**
 * The category names on an x axis, wrapped to the width of their slots, or rotated where a single word is
 * wider.
 */
function categoriesOf(traces: Panel["traces"], width: number) {
  if (traces.some(({ x }) => typeof x[0] !== "string")) return undefined;
  const names = [...new Set(traces.flatMap(({ x }) => Array.from(x as readonly string[])))];
  const limit = lineLength(width / names.length - 4, 11.5);
  const longest = Math.max(...names.flatMap((name) => name.split(/\s+/).map((word) => word.length)));
  if (longest > limit) {
    const { down, left } = turnedNameSize(Math.max(...names.map((name) => name.length)));
    return {
      names,
      lines: names.map((name) => [name]),
      turned: true,
      room: down,
      hang: left - width / names.length / 2,
    };
  }
  const lines = names.map((name) => wrap(name, limit));
  return {
    names,
    lines,
    turned: false,
    room: 14 * (Math.max(...lines.map((list) => list.length)) - 1),
    hang: 0,
  };
}
