import { assertKnown, expected } from "../errors";
import type { Axis, Panel, Plot, PlotTrace } from "./panel";
import { panels, plot } from "./plot";
import type { Described } from "./style";

/** Measured points, and the law that was fitted to them. */
export interface PowerLawSeries {
  /**
   * Its entry in the legend: what it is, and its exponents. One entry for all panels in which it has this
   * name.
   */
  readonly name: string;
  /** The series whose colour it takes; its own name when absent. */
  readonly series?: string;
  /** Where it was measured, above 0. */
  readonly x: readonly number[];
  /** The measured values, above 0, one per point. */
  readonly y: readonly number[];
  /** Half the height of the error bars, one per point. */
  readonly error?: readonly number[];
  /** The fitted value at x: a line. */
  readonly law?: (x: number) => number;
  /** Where the law was fitted and the line is drawn; the range of the points when absent. */
  readonly fitted?: readonly [number, number];
}

/** A panel of {@link powerLaws}. */
export interface PowerLawsPanel {
  /** Stands above the panel; may be absent only when there is one panel. */
  readonly title?: string;
  /** What is measured, with its unit. */
  readonly y: Pick<Axis, "label">;
  /** Points and laws of one colour each. */
  readonly series: readonly PowerLawSeries[];
}

/** Options of {@link powerLaws}. */
export interface PowerLawsOptions extends Described {
  /** What grows, with its unit. */
  readonly x: Pick<Axis, "label">;
  /** The panels, from left to right. */
  readonly panels: readonly PowerLawsPanel[];
  /** Height in pixels. Default: as the panels' width asks for. */
  readonly height?: number;
  /** A line of small print below the figure. Default: none. */
  readonly note?: string;
}

/** Number of segments of a drawn line. */
const fine = 40;

/**
 * Growth of quantities with another one: points and fitted laws on logarithmic axes, on which a power law is
 * a straight line.
 *
 * @example
 * powerLaws({
 *   title: "Time against width",
 *   alt: "Time grows as the square of the width.",
 *   x: { label: "width" },
 *   panels: [
 *     {
 *       y: { label: "time (s)" },
 *       series: [{ name: "exponent 2", x: [1, 2, 4], y: [1.1, 3.9, 16], law: (width) => width ** 2 }],
 *     },
 *   ],
 * });
 * @throws when there are no series, or as `plot` does.
 */
export function powerLaws(options: PowerLawsOptions): Plot {
  assertKnown(options, { panels: true, height: true, note: true, title: true }, "powerLaws", {
    likely: true,
  });
  const { x, panels: given, ...rest } = options;
  const drawn = given.map(({ title, y, series }): Panel => {
    if (!series?.length) throw expected("at least one series in a panel of power laws", "none");
    const at = [...new Set(series.flatMap((one) => one.x))].sort((a, b) => a - b);
    return {
      title,
      x: { ...x, log: true, ...(at.length <= 8 && { ticks: { at, text: at.map(String) } }) },
      y: { ...y, log: true },
      traces: series.flatMap(tracesOf),
    };
  });
  return drawn.length === 1
    ? plot({ ...rest, ...drawn[0], ...{ title: rest.title } })
    : panels({ shared: "x", columns: 2, ...rest, panels: drawn });
}

function tracesOf({ law, error, fitted, ...one }: PowerLawSeries): PlotTrace[] {
  const common = { name: one.name, series: one.series ?? one.name };
  const points: PlotTrace = {
    ...common,
    kind: "scatter",
    x: one.x,
    y: one.y,
    size: 7,
    ...(error && { error }),
  };
  if (!law) return [points];
  const [low, high] = fitted ?? [Math.min(...one.x), Math.max(...one.x)];
  const x = Array.from({ length: fine + 1 }, (_, k) => low * (high / low) ** (k / fine));
  return [{ ...common, kind: "line", x, y: x.map(law), width: 1.5, legend: false }, points];
}
