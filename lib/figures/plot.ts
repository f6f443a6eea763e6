import { createHash } from "node:crypto";
import { expected } from "../errors";
import { type Axis, axisLayout, decadesOf, rangeOf } from "./axis";
import { drawSvg, type PlotlyFigure, rasterise } from "./draw";
import type { Displayable, MimeBundle } from "./figure";
import { liveHtml } from "./live";
import { base64, encodePng } from "./png";
import { assertText, coloursOf, type Described, fontFamily, ink } from "./style";
import { colourOf, legendEntry, type Trace, traceData } from "./trace";
import { countLegendRows, plotText, wrap } from "./words";

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
      notDrawn += built.notDrawn;
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

  const logarithmic = fields.some(({ x, y }) => x.log || y.log);
  const small = [
    ...(note ? [note] : []),
    ...(notDrawn > 0
      ? [
          `Not drawn: ${notDrawn} ${notDrawn === 1 ? "value" : "values"}, not finite${logarithmic ? " or not above 0" : ""}.`,
        ]
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

const fraction = (value: number) => Math.min(1, Math.max(0, Number(value.toFixed(5))));
