import type { Axis } from "./axis";
import { compose } from "./compose";
import type { PlotlyFigure } from "./draw";
import type { Displayable, MimeBundle } from "./figure";
import type { Described } from "./style";
import type { Trace } from "./trace";

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
