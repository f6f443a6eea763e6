import { composeFigure } from "./compose";
import type { Panel, PanelsOptions, Plot, PlotSize } from "./panel";
import type { Described } from "./style";

/** Options of {@link plot}. */
export type PlotOptions = Described & Omit<Panel, "title"> & PlotSize;

/**
 * A plot of lines, points, bars or a heat map on one pair of axes.
 * @throws when a title, an axis label, the alt text or a legend name is missing, saying which; when lengths
 * differ; when no number is finite.
 */
export function plot(options: PlotOptions): Plot {
  const { x, y, traces, equal, ...rest } = options;
  return composeFigure("a plot", { ...rest, panels: [{ x, y, traces, equal }] });
}

/**
 * Small multiples: the same kind of plot several times, on axes that can be compared.
 * @throws as {@link plot}, and when a panel has no title.
 */
export function panels(options: PanelsOptions): Plot {
  return composeFigure("panels", options);
}
