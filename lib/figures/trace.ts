import { assertKnown, choose, expected } from "../errors";
import type {
  Axis,
  BarTrace,
  Coordinates,
  HeatmapTrace,
  LineTrace,
  Numbers,
  PlotTrace,
  ScatterTrace,
  TraceBase,
} from "./panel";
import { densityScale, ink, palette } from "./style";
import { plotText } from "./text-fit";

/** What Plotly needs for one trace, and how many of its values can't be drawn. */
export interface TraceData {
  readonly parts: Record<string, unknown>[];
  readonly notDrawn: number;
}

const kinds = {
  line: true,
  scatter: true,
  bar: true,
  heatmap: true,
} as const satisfies Record<PlotTrace["kind"], true>;

/** The names of a trace's options that a misspelling can be told of. */
const known = {
  kind: true,
  name: true,
  series: true,
  colour: true,
  opacity: true,
  legend: true,
  plotly: true,
  dash: true,
  width: true,
  markers: true,
  error: true,
  breaks: true,
  band: true,
  size: true,
  symbol: true,
  label: true,
  limits: true,
  contour: true,
} as const;

const dashes = { solid: true, dot: true, dash: true, dashdot: true } as const satisfies Record<
  NonNullable<LineTrace["dash"]>,
  true
>;

const symbols = {
  circle: true,
  "circle-open": true,
  square: true,
  diamond: true,
  cross: true,
  x: true,
  "triangle-up": true,
} as const satisfies Record<NonNullable<ScatterTrace["symbol"]>, true>;

/**
 * @throws when there is no such kind, lengths differ or no value can be drawn; `place` names the trace in the
 * error.
 */
export function traceData(
  trace: PlotTrace,
  place: string,
  colours: ReadonlyMap<string, string>,
  axes: { readonly x: Axis; readonly y: Axis },
): TraceData {
  choose(`the kind of ${place}`, trace.kind, kinds);
  assertKnown(trace, known, place, { likely: true });
  const { opacity = 1 } = trace;
  if (!(opacity >= 0 && opacity <= 1)) throw expected(`an opacity from 0 to 1 of ${place}`, `${opacity}`);
  if (trace.kind === "heatmap") return heatmapData(trace, place, axes);
  const { x, y } = trace;
  if (x?.length !== y?.length || y?.length === undefined) {
    throw expected(`as many x as y in ${place}`, `${x?.length ?? "no x"} and ${y?.length ?? "no y"}`);
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
  if (trace.kind === "line" && trace.dash !== undefined) choose(`the dash of ${place}`, trace.dash, dashes);
  if (trace.kind === "scatter" && trace.symbol !== undefined) {
    choose(`the symbol of ${place}`, trace.symbol, symbols);
  }
  let notDrawn = 0;
  let lost = 0;
  const band = trace.kind === "line" ? trace.band : undefined;
  for (let i = 0; i < y.length; i++) {
    const across = x[i];
    if (!drawable(y[i], axes.y) || (typeof across === "number" && !drawable(across, axes.x))) notDrawn++;
    else if (trace.error && !Number.isFinite(trace.error[i])) lost++;
    else if (band && !(drawable(band.lower[i], axes.y) && drawable(band.upper[i], axes.y))) lost++;
  }
  if (notDrawn === y.length) {
    throw nothingFinite(place, axes.x.log || axes.y.log ? ", above 0 on a logarithmic axis," : "");
  }
  if (trace.kind === "line") notDrawn = Math.max(0, notDrawn - (trace.breaks ?? 0));
  notDrawn += lost;
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
        array: numbers(trace.error, axes.y.log),
        color: colour,
        thickness: 1.5,
        width: 4,
        visible: true,
      },
    }),
  };
  if (trace.kind === "bar") {
    return {
      notDrawn,
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
      notDrawn,
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
  if (band) {
    const { log } = axes.y;
    const across = numbers(x, axes.x.log);
    const [lower, upper] = [numbers(band.lower, log), numbers(band.upper, log)];
    parts.push({
      type: "scatter",
      mode: "lines",
      name,
      legendgroup: name,
      showlegend: false,
      x: [...across, ...[...across].reverse()],
      y: [...upper, ...lower.reverse()],
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
  return { parts, notDrawn };
}

const nothingFinite = (place: string, log = "") =>
  expected(`finite numbers${log} in ${place}`, "none", "Look at what was computed before it is drawn.");

/** The colour of a trace: its own, or its series'. */
export function colourOf(trace: TraceBase, colours: ReadonlyMap<string, string>): string {
  return trace.colour ?? colours.get(trace.series ?? trace.name ?? "") ?? palette[0];
}

/** A trace without points for the legend, so that its symbol is readable however faint the points are. */
export function legendEntry(
  trace: LineTrace | ScatterTrace | BarTrace,
  colour: string,
): Record<string, unknown> {
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
  axes: { readonly x: Axis; readonly y: Axis },
): TraceData {
  const { x, y, z, limits, label } = trace;
  if (!(x?.length && y?.length && z?.length)) throw expected(`cells in ${place}`, "none");
  if (limits && !(limits.every(Number.isFinite) && limits[0] < limits[1])) {
    throw expected(`limits from low to high of ${place}`, `[${limits.join(", ")}]`);
  }
  if (z.length !== y.length || z.some((row) => row.length !== x.length)) {
    throw expected(
      `z of ${y.length} rows and ${x.length} columns in ${place}`,
      `${z.length} rows of ${z[0]?.length ?? 0}`,
    );
  }
  const notDrawn = z.reduce(
    (n, row) => n + Array.from(row).filter((value) => !Number.isFinite(value)).length,
    0,
  );
  if (notDrawn === x.length * y.length) throw nothingFinite(place);
  return {
    notDrawn,
    parts: [
      {
        type: trace.contour ? "contour" : "heatmap",
        name: trace.name,
        x: numbers(x, axes.x.log),
        y: numbers(y, axes.y.log),
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

const drawable = (value: number, axis: Axis) => Number.isFinite(value) && !(axis.log && value <= 0);

/**
 * Numbers rounded for the JSON in the notebook, to what can be seen or read in a tooltip: about 1/4000 of
 * their range or, on a logarithmic axis, four significant digits.
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
