import { assertKnown } from "../errors";
import { composeFigure } from "./compose";
import type { Panel, PanelsOptions, Plot, PlotSize } from "./panel";
import type { Described } from "./style";

/** Options of {@link plot}. */
export type PlotOptions = Described & Omit<Panel, "title"> & PlotSize;

/**
 * A plot of lines, points, bars or a heat map on one pair of axes.
 *
 * @example
 * plot({
 *   title: "Error against steps",
 *   alt: "The error falls as 1 / steps.",
 *   x: { label: "steps", log: true },
 *   y: { label: "error", log: true },
 *   traces: [{ kind: "line", name: "Euler", x: [1, 10, 100], y: [1, 0.1, 0.01], markers: true }],
 * });
 * @throws when a title, an axis label, the alt text or a legend name is missing, saying which; when lengths
 * differ; when no number is finite.
 */
export function plot(options: PlotOptions): Plot {
  assertKnown(
    options,
    { title: true, traces: true, equal: true, width: true, height: true, note: true },
    "plot",
    { likely: true },
  );
  const { x, y, traces, equal, ...rest } = options;
  return composeFigure("a plot", { ...rest, panels: [{ x, y, traces, equal }] });
}

/**
 * Small multiples: the same kind of plot several times, on axes that can be compared.
 *
 * @example
 * const line = (y: number[]) => ({ kind: "line", x: [0, 1, 2], y }) as const;
 * const axes = { x: { label: "t" }, y: { label: "x" } };
 * panels({
 *   title: "Two paths",
 *   alt: "A straight path and a bent one.",
 *   panels: [
 *     { title: "straight", ...axes, traces: [line([0, 1, 2])] },
 *     { title: "bent", ...axes, traces: [line([0, 2, 2])] },
 *   ],
 * });
 * @throws as {@link plot}, and when a panel has no title.
 */
export function panels(options: PanelsOptions): Plot {
  assertKnown(
    options,
    { title: true, panels: true, columns: true, shared: true, width: true, height: true, note: true },
    "panels",
    { likely: true },
  );
  return composeFigure("panels", options);
}
