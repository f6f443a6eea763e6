import { createHash } from "node:crypto";
import { expected } from "../errors";
import { drawSvg, type PlotlyFigure, rasterise } from "./draw";
import type { Displayable, MimeBundle } from "./figure";
import { escapeHtml } from "./html";
import { liveHtml } from "./live";
import { base64, encodePng } from "./png";
import { assertText, coloursOf, type Described, densityScale, fontFamily, ink, palette } from "./style";

/** One axis of a plot. */
export interface Axis {
  /** What is measured, with its unit where it has one: "time (s)", "loss", "x₁". */
  readonly label: string;
  /** Logarithmic when true. */
  readonly log?: boolean;
  /** Ends of the axis in data units; found from the data when absent. */
  readonly range?: readonly [number, number];
  /** Where ticks stand, and what they say, when the usual ones don't serve. */
  readonly ticks?: { readonly at: readonly number[]; readonly text?: readonly string[] };
}

type Numbers = ArrayLike<number>;
type Coordinates = Numbers | readonly string[];

interface TraceBase {
  /** Its entry in the legend; may be left out only when the plot has a single trace. */
  readonly name?: string;
  /** The series whose colour it takes; its own name when absent. */
  readonly series?: string;
  /** A CSS colour that overrules the series' one. */
  readonly colour?: string;
  /** From 0, invisible, to 1, the default. */
  readonly opacity?: number;
  /** Whether it has an entry in the legend; true when absent. */
  readonly legend?: boolean;
  /** Further Plotly attributes of the trace, for what this library has no word for. */
  readonly plotly?: Readonly<Record<string, unknown>>;
}

/** Points joined by a line, in the order given; a NaN interrupts it. */
export interface LineTrace extends TraceBase {
  readonly kind: "line";
  readonly x: Coordinates;
  readonly y: Numbers;
  readonly dash?: "solid" | "dot" | "dash" | "dashdot";
  /** Line width in pixels, 2 when absent. */
  readonly width?: number;
  /** Also draws the points. */
  readonly markers?: boolean;
  /** Half the height of the error bars, one per point. */
  readonly error?: Numbers;
  /** How many of the NaN are meant, to lift the pen between paths; they are not reported as missing. */
  readonly breaks?: number;
  /** Ends of a shaded band around the line. */
  readonly band?: { readonly lower: Numbers; readonly upper: Numbers };
}

/** Points alone. */
export interface ScatterTrace extends TraceBase {
  readonly kind: "scatter";
  readonly x: Coordinates;
  readonly y: Numbers;
  /** Diameter in pixels, 6 when absent. */
  readonly size?: number;
  readonly symbol?: "circle" | "circle-open" | "square" | "diamond" | "cross" | "x" | "triangle-up";
  readonly error?: Numbers;
}

/** Upright bars, one per category or number. */
export interface BarTrace extends TraceBase {
  readonly kind: "bar";
  readonly x: Coordinates;
  readonly y: Numbers;
  readonly error?: Numbers;
}

/** A field of coloured cells; `z[row][column]` belongs to `(x[column], y[row])`. */
export interface HeatmapTrace extends TraceBase {
  readonly kind: "heatmap";
  readonly x: Coordinates;
  readonly y: Coordinates;
  readonly z: readonly Numbers[];
  /** What the colour measures, with its unit: the colour bar's title; without it there is no bar. */
  readonly label?: string;
  /** Values at the ends of the colour scale. */
  readonly limits?: readonly [number, number];
  /** Contour lines in place of cells. */
  readonly contour?: boolean;
}

export type Trace = LineTrace | ScatterTrace | BarTrace | HeatmapTrace;

/** One field of small multiples. */
export interface Panel {
  /** Stands above the panel; may be absent only when there is one panel. */
  readonly title?: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly traces: readonly Trace[];
  /** One unit is as long on x as on y. */
  readonly equal?: boolean;
}

interface PlotSize {
  /** Width in pixels, 800 when absent: what a notebook shows without shrinking. */
  readonly width?: number;
  /** Height in pixels. */
  readonly height?: number;
  /** A line of small print below the figure. */
  readonly note?: string;
}

/** Options of {@link plot}. */
export type PlotOptions = Described & Omit<Panel, "title"> & PlotSize;

/** Options of {@link panels}. */
export interface PanelsOptions extends Described, PlotSize {
  readonly panels: readonly Panel[];
  /** Panels side by side; up to four when absent. */
  readonly columns?: number;
  /** Whether all panels have the same x and y axes, labelled at the outside only; true when absent. */
  readonly shared?: boolean | "x" | "y";
}

/** A plot: its words, and itself in Plotly's terms. Its picture is drawn when its bundle is asked for. */
export interface Plot extends Displayable {
  readonly title: string;
  readonly alt: string;
  readonly figure: PlotlyFigure;
  toBundle(): Promise<MimeBundle>;
}

/**
 * A plot of lines, points, bars or a heat map on one pair of axes.
 * @throws when a title, an axis label, the alt text or a legend name is missing, saying which; when lengths
 * differ; when no number is finite.
 */
export function plot(options: PlotOptions): Plot {
  const { x, y, traces, equal, ...rest } = options;
  return compose("a plot", { ...rest, panels: [{ x, y, traces, equal }] });
}

/**
 * Small multiples: the same kind of plot several times, on axes that can be compared.
 * @throws as {@link plot}, and when a panel has no title.
 */
export function panels(options: PanelsOptions): Plot {
  return compose("panels", options);
}

const margin = Object.freeze({ left: 64, right: 24, bottom: 52 });
const charWidth = 0.66;

/** {@link panels}, named `what` in errors; `rowTitles` stand above the rows, and panel titles are then lighter. */
export function compose(what: string, options: PanelsOptions & { rowTitles?: readonly string[] }): Plot {
  const { title, alt, panels: fields, note } = options;
  assertText(what, { title, alt });
  if (!fields?.length) throw expected("at least one panel", "none");
  const several = fields.length > 1;
  fields.forEach((panel, k) => {
    const place = several ? ` of panel ${k + 1}` : "";
    assertText(what, {
      [`x.label${place}`]: panel.x?.label,
      [`y.label${place}`]: panel.y?.label,
      ...(several && { [`title${place}`]: panel.title }),
    });
    if (!panel.traces?.length) throw expected(`at least one trace${place}`, "none");
  });
  const all = fields.flatMap((panel) => panel.traces);
  const perPanel = Math.max(...fields.map((panel) => panel.traces.length));
  const named = all.filter((trace) => trace.kind !== "heatmap" && trace.legend !== false);
  if (perPanel > 1 || named.some((trace) => trace.name)) {
    for (const panel of fields) {
      panel.traces.forEach((trace, k) => {
        if (trace.kind !== "heatmap" && trace.legend !== false && !trace.name) {
          throw expected(
            `a name for every trace of ${what} that has several`,
            `none for trace ${k + 1}${several ? ` of panel "${panel.title}"` : ""}`,
            "Name it for the legend, or pass legend: false for one that needs no words.",
          );
        }
      });
    }
  }

  const columns = Math.min(
    options.columns ?? (fields.length === 4 ? 2 : Math.min(fields.length, 4)),
    fields.length,
  );
  const rows = Math.ceil(fields.length / columns);
  const width = options.width ?? 800;
  const shared = options.shared ?? true;
  const sharedX = several && (shared === true || shared === "x");
  const sharedY = several && (shared === true || shared === "y");

  const colours = coloursOf([...new Set(named.map((trace) => trace.series ?? trace.name ?? ""))]);
  const legendNames = [...new Set(named.flatMap((trace) => trace.name ?? []))];
  const showLegend = legendNames.length > 1;
  const hasBar = all.some((trace) => trace.kind === "heatmap" && trace.label);

  // Heights in pixels, from the top: title, legend, then panels with their titles, then small print.
  const titleLines = wrap(title, Math.floor((width - 32) / (16 * charWidth)));
  const legendRows = showLegend ? countLegendRows(legendNames, width - margin.left - margin.right) : 0;
  const { rowTitles } = options;
  const panelTitle = several ? (rowTitles ? 46 : 26) : 0;
  const noteLines = note ? wrap(note, Math.floor((width - 32) / (11 * charWidth * 0.88))) : [];
  const top = 18 + titleLines.length * 22 + 6 + legendRows * 22 + (several ? panelTitle : 8);
  const bottom = margin.bottom + (noteLines.length > 0 ? 10 + noteLines.length * 15 : 0);
  const right = margin.right + (hasBar ? 76 : 0);
  const gapX = several ? (sharedY ? 22 : 66) : 0;
  const gapY = several ? panelTitle + (sharedX ? 14 : 56) : 0;
  const innerWidth = width - margin.left - right;
  const cellWidth = (innerWidth - gapX * (columns - 1)) / columns;
  const equal = fields.filter((panel) => panel.equal);
  const rangesX = fields.map((panel) => rangeOf(sharedX ? fields : [panel], "x"));
  const rangesY = fields.map((panel) => rangeOf(sharedY ? fields : [panel], "y"));
  const aspect = Math.max(
    ...equal.map((panel) => {
      const k = fields.indexOf(panel);
      const [x, y] = [rangesX[k], rangesY[k]];
      return x && y ? (y[1] - y[0]) / (x[1] - x[0]) : 1;
    }),
  );
  const cellHeight =
    options.height !== undefined
      ? (options.height - top - bottom - gapY * (rows - 1)) / rows
      : equal.length > 0
        ? Math.min(cellWidth * Math.min(1.4, Math.max(0.4, aspect)), 520)
        : several
          ? Math.max(150, Math.min(300, cellWidth * 0.8))
          : 320;
  if (!(cellHeight > 20 && cellWidth > 20)) {
    throw expected(
      "a figure with room for its panels",
      `${width} × ${options.height} pixels`,
      "Make it larger.",
    );
  }
  const height = Math.round(top + bottom + rows * cellHeight + gapY * (rows - 1));
  const innerHeight = height - top - bottom;

  const data: Record<string, unknown>[] = [];
  const axes: Record<string, unknown> = {};
  const corner = { xref: "paper", yref: "paper", xanchor: "left", showarrow: false, align: "left" };
  const annotations: Record<string, unknown>[] = [
    {
      ...corner,
      name: "title",
      text: titleLines.map((line) => `<b>${plotText(line)}</b>`).join("<br>"),
      x: 0,
      y: 1,
      yanchor: "top",
      xshift: 16 - margin.left,
      yshift: top - 10,
      font: { size: 16, color: ink.text },
    },
  ];
  const seen = new Set<string>();
  let notDrawn = 0;

  fields.forEach((panel, k) => {
    const suffix = k === 0 ? "" : `${k + 1}`;
    const column = k % columns;
    const row = Math.floor(k / columns);
    const left = (column * (cellWidth + gapX)) / innerWidth;
    const upper = 1 - (row * (cellHeight + gapY)) / innerHeight;
    const domainX = [left, left + cellWidth / innerWidth].map(fraction);
    const domainY = [upper - cellHeight / innerHeight, upper].map(fraction);
    const last = k + columns >= fields.length;
    axes[`xaxis${suffix}`] = axisLayout(panel.x, {
      anchor: `y${suffix}`,
      domain: domainX,
      outer: !sharedX || last,
      range: sharedX || panel.equal ? rangesX[k] : undefined,
      decades: decadesOf(rangesX[k]),
    });
    axes[`yaxis${suffix}`] = {
      ...axisLayout(panel.y, {
        anchor: `x${suffix}`,
        domain: domainY,
        outer: !sharedY || column === 0,
        range: sharedY || panel.equal ? rangesY[k] : undefined,
        decades: decadesOf(rangesY[k]),
      }),
      ...(panel.equal && { scaleanchor: `x${suffix}`, scaleratio: 1, constrain: "domain" }),
    };
    if (panel.equal) Object.assign(axes[`xaxis${suffix}`] as object, { constrain: "domain" });
    if (panel.title && several) {
      annotations.push({
        ...corner,
        text: rowTitles ? plotText(panel.title) : `<b>${plotText(panel.title)}</b>`,
        x: domainX[0],
        y: domainY[1],
        yanchor: "bottom",
        yshift: 3,
        font: { size: 12.5, color: rowTitles ? ink.soft : ink.text },
      });
      if (rowTitles && column === 0) {
        annotations.push({
          ...corner,
          text: `<b>${plotText(rowTitles[row])}</b>`,
          x: 0,
          y: domainY[1],
          yanchor: "bottom",
          yshift: 22,
          font: { size: 13, color: ink.text },
        });
      }
    }
    panel.traces.forEach((trace, t) => {
      const place = `trace ${trace.name ? `"${trace.name}"` : t + 1}${several ? ` of panel "${panel.title}"` : ""}`;
      const built = traceData(trace, place, colours, panel);
      notDrawn += built.notFinite;
      if (
        showLegend &&
        trace.kind !== "heatmap" &&
        trace.legend !== false &&
        trace.name &&
        !seen.has(trace.name)
      ) {
        seen.add(trace.name);
        data.push(legendEntry(trace, colourOf(trace, colours)));
      }
      for (const part of built.parts) {
        const name = part["name"] as string | undefined;
        const first = name !== undefined && !seen.has(name) && part["showlegend"] !== false;
        if (first) seen.add(name);
        data.push({
          ...part,
          xaxis: `x${suffix}`,
          yaxis: `y${suffix}`,
          ...(part["type"] !== "heatmap" &&
            part["type"] !== "contour" && { showlegend: showLegend && first }),
        });
      }
    });
  });

  const small = [
    ...(note ? [note] : []),
    ...(notDrawn > 0
      ? [`${notDrawn} ${notDrawn === 1 ? "value is" : "values are"} not finite and not drawn.`]
      : []),
  ];
  const lines = small.flatMap((line) => wrap(line, Math.floor((width - 32) / (11 * charWidth * 0.88))));
  if (lines.length > 0) {
    annotations.push({
      ...corner,
      text: lines.map(plotText).join("<br>"),
      x: 0,
      y: 0,
      yanchor: "top",
      xshift: 16 - margin.left,
      yshift: -margin.bottom + 2,
      font: { size: 11, color: ink.soft },
    });
  }
  const extra = Math.max(0, (lines.length - noteLines.length) * 15);
  const described = [alt.trim(), ...small].join(" ");
  const figure: PlotlyFigure = {
    data,
    layout: {
      width,
      height: height + extra,
      font: { family: fontFamily, size: 12, color: ink.soft },
      paper_bgcolor: "#ffffff",
      plot_bgcolor: "#ffffff",
      margin: { l: margin.left, r: right, t: top, b: bottom + extra, pad: 0, autoexpand: false },
      showlegend: showLegend,
      ...(showLegend && {
        legend: {
          orientation: "h",
          x: 0,
          xanchor: "left",
          y: 1 + ((several ? panelTitle : 8) - 2) / innerHeight,
          yanchor: "bottom",
          font: { size: 12, color: ink.text },
          tracegroupgap: 0,
        },
      }),
      barmode: "group",
      bargap: 0.25,
      hovermode: "closest",
      hoverlabel: { font: { family: fontFamily, size: 12 } },
      annotations,
      ...axes,
      meta: { title, alt: described },
    },
  };
  return asPlot(title, described, figure);
}

/** Makes a plot, that can be shown, of a figure in Plotly's terms. */
export function asPlot(title: string, alt: string, figure: PlotlyFigure): Plot {
  let bundle: Promise<MimeBundle> | undefined;
  return Object.freeze({
    title,
    alt,
    figure,
    toBundle() {
      bundle ??= bundleOf(title, alt, figure);
      return bundle;
    },
  });
}

/** Base64 characters that a picture should not exceed: it stands in the bundle twice. */
const budget = 60_000;

async function bundleOf(title: string, alt: string, figure: PlotlyFigure): Promise<MimeBundle> {
  const png = await picture(await drawSvg(figure), figure);
  const id = createHash("sha256").update(JSON.stringify(figure)).digest("hex").slice(0, 12);
  return Object.freeze({
    "text/html": liveHtml({ id, title, alt, png, figure }),
    "image/png": png,
    "application/vnd.plotly.v1+json": figure,
    "text/plain": `${title}\n${alt}`,
  });
}

/** The finest PNG within the budget: two pixels to one of the page for most figures, fewer for crowded ones. */
async function picture(svg: string, figure: PlotlyFigure): Promise<string> {
  const colours = figure.data.some((trace) => trace["type"] === "heatmap") ? 160 : 64;
  let png = "";
  for (const scale of [2, 1.5, 1.25, 1]) {
    png = base64(await encodePng(await rasterise(svg, scale), { colours }));
    if (png.length <= budget) break;
  }
  return png;
}

/** Plotly reads some HTML in its texts; of ours only sub, sup, i and b are meant. */
function plotText(text: string): string {
  return escapeHtml(text)
    .replace(/&lt;(\/?)(sub|sup|i|b)&gt;/g, "<$1$2>")
    .replace(/&#39;/g, "'");
}

function wrap(text: string, limit: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.trim().split(/\s+/)) {
    if (line && line.length + 1 + word.length > limit) {
      lines.push(line);
      line = word;
    } else line = line ? `${line} ${word}` : word;
  }
  lines.push(line);
  return lines;
}

function countLegendRows(names: readonly string[], room: number): number {
  // Plotly gives every entry of a horizontal legend the width of the widest one.
  const widest = Math.max(...names.map((name) => name.length * 12 * 0.6 + 45));
  return Math.ceil(names.length / Math.max(1, Math.floor(room / widest)));
}

interface AxisPlace {
  readonly anchor: string;
  readonly domain: readonly number[];
  readonly outer: boolean;
  readonly range?: readonly [number, number];
  /** Powers of ten that a logarithmic axis spans. */
  readonly decades: number;
}

function axisLayout(axis: Axis, place: AxisPlace): Record<string, unknown> {
  const { log, ticks } = axis;
  if (axis.range?.some((end) => !Number.isFinite(end) || (log && end <= 0))) {
    throw expected(`a ${log ? "positive " : ""}range of finite numbers`, `[${axis.range.join(", ")}]`);
  }
  const range = axis.range ?? place.range;
  return {
    anchor: place.anchor,
    domain: place.domain,
    type: log ? "log" : undefined,
    range: range && (log ? range.map((end) => compact(Math.log10(end))) : range.map(compact)),
    title: place.outer
      ? { text: plotText(axis.label), standoff: 8, font: { size: 12.5, color: ink.text } }
      : undefined,
    showticklabels: place.outer,
    ticks: "outside",
    ticklen: 4,
    tickcolor: ink.axis,
    tickfont: { size: 11.5, color: ink.soft },
    ticklabeloverflow: "allow",
    showline: true,
    linecolor: ink.axis,
    gridcolor: ink.grid,
    zeroline: false,
    ...(log &&
      (place.decades < 2.5 ? { dtick: "D2", tickformat: "~g" } : { dtick: 1, exponentformat: "power" })),
    ...(ticks && { tickvals: ticks.at, ticktext: ticks.text }),
  };
}

const decadesOf = (range: readonly [number, number] | undefined) =>
  range ? Math.log10(range[1] / range[0]) : 9;

/** The range that these panels need on one axis, with a little air; nothing when Plotly should find it. */
function rangeOf(fields: readonly Panel[], side: "x" | "y"): readonly [number, number] | undefined {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  const take = (values: Coordinates | undefined): boolean => {
    if (!values) return true;
    for (let i = 0; i < values.length; i++) {
      const value = values[i];
      if (typeof value === "string") return false;
      if (!Number.isFinite(value) || (fields[0][side].log && value <= 0)) continue;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    return true;
  };
  for (const panel of fields) {
    const { range } = panel[side];
    if (range) {
      low = Math.min(low, ...range);
      high = Math.max(high, ...range);
      continue;
    }
    for (const trace of panel.traces) {
      if (trace.kind === "heatmap") return undefined;
      if (!take(trace[side])) return undefined;
      if (trace.kind === "bar" && side === "y") {
        low = Math.min(low, 0);
        high = Math.max(high, 0);
      }
      if (trace.kind === "bar" && side === "x") return undefined;
      if (side === "y" && trace.kind === "line" && trace.band) {
        take(trace.band.lower);
        take(trace.band.upper);
      }
      if (side === "y" && "error" in trace && trace.error) {
        const { y, error } = trace;
        take(Array.from(y, (value, i) => value - error[i]));
        take(Array.from(y, (value, i) => value + error[i]));
      }
    }
  }
  if (!(low <= high)) return undefined;
  if (fields.every((panel) => panel[side].range)) return [low, high];
  if (fields[0][side].log) {
    const air = (high / low) ** 0.05;
    return [low / air, high * air];
  }
  const air = (high - low || Math.abs(high) || 1) * 0.05;
  return [
    low === 0 && fields.some((p) => p.traces.some((t) => t.kind === "bar")) ? 0 : low - air,
    high + air,
  ];
}

function traceData(
  trace: Trace,
  place: string,
  colours: ReadonlyMap<string, string>,
  axes: { readonly x: Axis; readonly y: Axis },
): { parts: Record<string, unknown>[]; notFinite: number } {
  if (trace.kind === "heatmap") return heatmapData(trace, place);
  const { x, y } = trace;
  if (x.length !== y.length) {
    throw expected(`as many x as y in ${place}`, `${x.length} and ${y.length}`);
  }
  if (y.length === 0) throw expected(`points in ${place}`, "none");
  for (const [what, values] of Object.entries({
    error: trace.error,
    ...(trace.kind === "line" && { "band.lower": trace.band?.lower, "band.upper": trace.band?.upper }),
  } as Record<string, Numbers | undefined>)) {
    if (values && values.length !== y.length) {
      throw expected(`${y.length} values for ${what} of ${place}`, `${values.length}`);
    }
  }
  let notFinite = 0;
  for (let i = 0; i < y.length; i++) {
    const across = x[i];
    if (!Number.isFinite(y[i]) || (typeof across === "number" && !Number.isFinite(across))) notFinite++;
  }
  if (notFinite === y.length) {
    throw expected(`finite numbers in ${place}`, "none", "Look at what was computed before it is drawn.");
  }
  if (trace.kind === "line") notFinite = Math.max(0, notFinite - (trace.breaks ?? 0));
  const name = trace.name;
  const colour = colourOf(trace, colours);
  const common = {
    name,
    legendgroup: name,
    x: numbers(x, axes.x.log),
    y: numbers(y, axes.y.log),
    opacity: trace.opacity,
    showlegend: false,
    ...(trace.error && {
      error_y: {
        type: "data",
        array: numbers(trace.error),
        color: colour,
        thickness: 1.5,
        width: 4,
        visible: true,
      },
    }),
  };
  if (trace.kind === "bar") {
    return {
      notFinite,
      parts: [
        {
          type: "bar",
          ...common,
          marker: { color: colour },
          ...(trace.error && { error_y: { ...common.error_y, color: ink.text } }),
          ...trace.plotly,
        },
      ],
    };
  }
  if (trace.kind === "scatter") {
    return {
      notFinite,
      parts: [
        {
          type: "scatter",
          mode: "markers",
          ...common,
          marker: {
            color: colour,
            size: trace.size ?? 6,
            symbol: trace.symbol ?? "circle",
            line: { width: 0 },
          },
          ...trace.plotly,
        },
      ],
    };
  }
  const parts: Record<string, unknown>[] = [];
  if (trace.band) {
    const { lower, upper } = trace.band;
    const across = numbers(x) as unknown[];
    parts.push({
      type: "scatter",
      mode: "lines",
      name,
      legendgroup: name,
      showlegend: false,
      x: [...across, ...[...across].reverse()],
      y: [...(numbers(upper) as unknown[]), ...(numbers(lower) as unknown[]).reverse()],
      fill: "toself",
      fillcolor: withAlpha(colour, 0.18),
      line: { width: 0 },
      hoverinfo: "skip",
    });
  }
  parts.push({
    type: "scatter",
    mode: trace.markers ? "lines+markers" : "lines",
    ...common,
    connectgaps: false,
    line: { color: colour, width: trace.width ?? 2, dash: trace.dash ?? "solid" },
    ...(trace.markers && { marker: { color: colour, size: 6 } }),
    ...trace.plotly,
  });
  return { parts, notFinite };
}

function colourOf(trace: TraceBase, colours: ReadonlyMap<string, string>): string {
  return trace.colour ?? colours.get(trace.series ?? trace.name ?? "") ?? palette[0];
}

/** A trace without points that stands in the legend, so that its sign is readable however faint the points are. */
function legendEntry(trace: LineTrace | ScatterTrace | BarTrace, colour: string): Record<string, unknown> {
  const line = trace.kind === "line";
  return {
    type: "scatter",
    mode: line ? (trace.markers ? "lines+markers" : "lines") : "markers",
    name: trace.name,
    legendgroup: trace.name,
    showlegend: true,
    x: [null],
    y: [null],
    line: { color: colour, width: 2.5, dash: line ? (trace.dash ?? "solid") : "solid" },
    marker: {
      color: colour,
      size: trace.kind === "bar" ? 11 : 8,
      symbol:
        trace.kind === "bar" ? "square" : trace.kind === "scatter" ? (trace.symbol ?? "circle") : "circle",
    },
  };
}

function heatmapData(
  trace: HeatmapTrace,
  place: string,
): { parts: Record<string, unknown>[]; notFinite: number } {
  const { x, y, z, limits, label } = trace;
  if (z.length !== y.length || z.some((row) => row.length !== x.length)) {
    throw expected(
      `z of ${y.length} rows and ${x.length} columns in ${place}`,
      `${z.length} rows of ${z[0]?.length ?? 0}`,
    );
  }
  const notFinite = z.reduce(
    (n, row) => n + Array.from(row).filter((value) => !Number.isFinite(value)).length,
    0,
  );
  return {
    notFinite,
    parts: [
      {
        type: trace.contour ? "contour" : "heatmap",
        name: trace.name,
        x: numbers(x),
        y: numbers(y),
        z: z.map((row) => numbers(row)),
        zmin: limits?.[0],
        zmax: limits?.[1],
        opacity: trace.opacity,
        colorscale: densityScale,
        showscale: Boolean(label),
        ...(label && {
          colorbar: {
            title: { text: plotText(label), side: "right", font: { size: 12 } },
            thickness: 12,
            outlinewidth: 0,
            ticklabeloverflow: "allow",
            tickfont: { size: 11 },
          },
        }),
        ...trace.plotly,
      },
    ],
  };
}

const compact = (value: number) => Number(value.toPrecision(6));

const fraction = (value: number) => Math.min(1, Math.max(0, Number(value.toFixed(5))));

/**
 * Numbers as JSON keeps them in the notebook: with the digits that can be seen or that a tooltip needs, about
 * 1 / 4000 of what they span; on a logarithmic axis, four digits of each.
 */
function numbers(values: Coordinates, log = false): (number | string | null)[] {
  const list = Array.from(values as ArrayLike<number | string>);
  const finite = list.filter((value): value is number => typeof value === "number" && Number.isFinite(value));
  const span =
    finite.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY) -
    finite.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const decimals = span > 0 ? Math.max(0, Math.ceil(-Math.log10(span / 4000))) : 20;
  return list.map((value) => {
    if (typeof value === "string") return value;
    if (!Number.isFinite(value)) return null;
    return log || decimals > 15
      ? Number(value.toPrecision(4 + (log ? 0 : 2)))
      : Number(value.toFixed(decimals));
  });
}

function withAlpha(colour: string, alpha: number): string {
  const match = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(colour);
  if (!match) return colour;
  const [r, g, b] = match.slice(1).map((part) => Number.parseInt(part, 16));
  return `rgba(${r},${g},${b},${alpha})`;
}
