import { assertKnown, expected } from "../errors";
import type { Axis, PlotTrace } from "./panel";
import { ink } from "./style";
import { plotText } from "./text-fit";

/** The axes and traces that decide a range. */
interface Field {
  readonly x: Axis;
  readonly y: Axis;
  readonly traces: readonly PlotTrace[];
}

/** The place of an axis in its figure. */
interface AxisPlace {
  readonly anchor: string;
  readonly domain: readonly number[];
  readonly labelled: boolean;
  readonly range?: readonly [number, number];
  readonly traces: readonly PlotTrace[];
  readonly side: "x" | "y";
  /** The lines of its label. */
  readonly label: readonly string[];
}

/** An axis in Plotly's terms. @throws when its range can't be shown. */
export function axisLayout(axis: Axis, place: AxisPlace): Record<string, unknown> {
  const { log, ticks } = axis;
  assertKnown(axis, { label: true, log: true, range: true, ticks: true }, `the axis "${axis.label}"`, {
    likely: true,
  });
  if (ticks?.text && ticks.text.length !== ticks.at.length) {
    throw expected(`${ticks.at.length} texts of ticks, one for each place`, `${ticks.text.length}`);
  }
  if (axis.range?.some((end) => !Number.isFinite(end) || (log && end <= 0))) {
    throw expected(`a ${log ? "positive " : ""}range of finite numbers`, `[${axis.range.join(", ")}]`);
  }
  if (axis.range && axis.range[0] === axis.range[1]) {
    throw expected("a range with two different ends", `[${axis.range.join(", ")}]`);
  }
  const range = axis.range ?? place.range;
  const named = place.traces.some((trace) => typeof trace[place.side][0] === "string");
  return {
    anchor: place.anchor,
    domain: place.domain,
    // Said explicitly, or Plotly would take names like "2024" or "1e3" for numbers or dates.
    type: log ? "log" : named ? "category" : undefined,
    range: range && compact(log ? [Math.log10(range[0]), Math.log10(range[1])] : range),
    title: place.labelled
      ? { text: place.label.map(plotText).join("<br>"), standoff: 8, font: { size: 12.5, color: ink.text } }
      : undefined,
    showticklabels: place.labelled,
    ticks: "outside",
    ticklen: 4,
    tickcolor: ink.axis,
    tickfont: { size: tickSize, color: ink.soft },
    ticklabeloverflow: "allow",
    showline: true,
    linecolor: ink.axis,
    gridcolor: ink.grid,
    zeroline: false,
    // "20k" training steps are easy to read; a loss of "5μ" is not.
    ...(!log && isTiny(axis, place) && { exponentformat: "power" }),
    ...(log && logTicks(place.range ?? ownRange(axis, place))),
    ...(ticks && { tickvals: ticks.at, ticktext: ticks.text }),
  };
}

/** The range of the data on an axis. */
const ownRange = (axis: Axis, { traces, side }: Pick<AxisPlace, "traces" | "side">) =>
  rangeOf([{ x: axis, y: axis, traces }], side);

const tickSize = 11.5;

/** Whether the powers of ten in a range can be read as plain numbers, from 0.0001 to 100000. */
const isPlain = ([low, high]: readonly [number, number]) => low > 1e-5 && high < 1e6;

/** The ticks of a logarithmic axis: plain numbers where they are short, so that panels have the same. */
function logTicks(range: readonly [number, number] | undefined): Record<string, unknown> {
  if (range && range[1] / range[0] < 10 ** 2.5) return { dtick: "D2", tickformat: "~g" };
  if (range && isPlain(range)) return { dtick: 1, tickformat: "~g" };
  // Plotly sets powers of ten larger than other labels, by a quarter.
  return { dtick: 1, exponentformat: "power", tickfont: { size: tickSize / 1.25, color: ink.soft } };
}

/** Whether all values of an axis are below a thousandth. */
function isTiny(axis: Axis, place: AxisPlace): boolean {
  const range = place.range ?? ownRange(axis, place);
  return range !== undefined && Math.max(...range.map(Math.abs)) < 1e-3;
}

/** About how many characters the tick labels of an axis have. */
export function tickLength(
  field: Field,
  side: "x" | "y",
  range: readonly [number, number] | undefined,
): number {
  const { log, ticks } = field[side];
  if (ticks?.text) return Math.max(...ticks.text.map((text) => text.length));
  const names = field.traces
    .flatMap((trace) => Array.from(trace[side] as ArrayLike<number | string>))
    .filter((value) => typeof value === "string");
  if (names.length > 0) return Math.min(24, Math.max(...names.map((name) => `${name}`.length)));
  if (!range) return 4;
  if (log) {
    const [below, above] = range.map((end) => Math.log10(end));
    return isPlain(range) ? Math.max(4, 2 + Math.ceil(-below), 1 + Math.floor(above)) : 4;
  }
  if (Math.max(...range.map(Math.abs)) < 1e-3) return 9;
  const decimals = Math.min(6, Math.max(0, Math.ceil(-Math.log10((range[1] - range[0]) / 4))));
  return Math.max(...range.map((end) => Math.min(10, end.toFixed(decimals).length)));
}

/** The range that these panels need on one axis, slightly padded; undefined when Plotly is to choose it. */
export function rangeOf(fields: readonly Field[], side: "x" | "y"): readonly [number, number] | undefined {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  const take = (values: ArrayLike<number> | readonly string[] | undefined): boolean => {
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
      if (trace.kind === "bar" && side === "y" && !fields[0].y.log) {
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

/** The ends of a range, with six digits or, where they lie near each other, as many more. */
function compact([low, high]: readonly [number, number]): number[] {
  const ratio = Math.max(Math.abs(low), Math.abs(high)) / Math.abs(high - low);
  const digits = Math.min(17, 6 + Math.max(0, Math.floor(Math.log10(ratio))));
  return [low, high].map((end) => Number(end.toPrecision(digits)));
}
