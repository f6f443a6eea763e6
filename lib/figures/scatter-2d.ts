import type { NdArray } from "../array";
import { assertKnown, expected } from "../errors";
import type { Axis, Plot, ScatterTrace } from "./panel";
import { plot } from "./plot";
import { assertLimit, assertPlanar, columnOf } from "./points";
import type { Described } from "./style";

/** A cloud of points. */
export interface PointSeries {
  /** Its entry in the legend. */
  readonly name: string;
  /** Points `[n, 2]`. */
  readonly x: NdArray;
  /** The mark of a point. Default "circle". */
  readonly symbol?: ScatterTrace["symbol"];
  /** A CSS colour. Default: the series' own, which follows from its name. */
  readonly colour?: string;
}

/** Options of {@link scatter2d}. */
export interface Scatter2dOptions extends Described {
  /** The horizontal axis. */
  readonly x: Axis;
  /** The vertical axis. */
  readonly y: Axis;
  /** Clouds of one colour each, one over the other. */
  readonly series: readonly PointSeries[];
  /** Diameter of a point in pixels, 4 when absent. */
  readonly size?: number;
  /** Of a point, from 0, invisible, to 1. Default 0.6. */
  readonly opacity?: number;
  /** The most points drawn per series, 1000 when absent. */
  readonly limit?: number;
  /** A line of small print below the figure. Default: none. */
  readonly note?: string;
}

/**
 * Clouds of points in the plane, one unit as long on x as on y.
 *
 * @example
 * scatter2d({
 *   title: "Base and data",
 *   alt: "Two clouds.",
 *   x: { label: "x<sub>1</sub>" },
 *   y: { label: "x<sub>2</sub>" },
 *   series: [
 *     { name: "base", x: pairs.x0 },
 *     { name: "data", x: pairs.x1 },
 *   ],
 * });
 * @throws when points are not `[n, 2]` or a series has no name.
 */
export function scatter2d(options: Scatter2dOptions): Plot {
  assertKnown(
    options,
    { series: true, size: true, opacity: true, limit: true, note: true, title: true },
    "scatter2d",
    { likely: true },
  );
  const { title, alt, x, y, series, size = 4, opacity = 0.6, limit = 1000 } = options;
  if (!series?.length) throw expected("at least one series of points", "none");
  assertLimit("limit", limit);
  const traces = series.map((one): ScatterTrace => {
    assertKnown(one, { name: true, symbol: true, colour: true }, "a series of points", { likely: true });
    assertPlanar(one.x, `points of series "${one.name}"`);
    const { name, symbol, colour } = one;
    const column = (c: 0 | 1) => columnOf(one.x, c, limit);
    return { kind: "scatter", name, symbol, colour, x: column(0), y: column(1), size, opacity };
  });
  const most = Math.max(...series.map((one) => one.x.shape[0]));
  const cut = most > limit ? `At most ${limit} of ${most} points per series are drawn.` : undefined;
  const note = [options.note, cut].filter(Boolean).join(" ") || undefined;
  return plot({ title, alt, x, y, traces, equal: true, width: 640, note });
}
