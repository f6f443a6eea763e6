import type { Displayable, MimeBundle } from "./figure";
import type { PlotlyFigure } from "./plotly/figure";
import type { Described } from "./style";

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

/** Numbers along an axis or of a quantity. */
export type Numbers = ArrayLike<number>;

/** Places on an axis: numbers, or the names of categories. */
export type Coordinates = Numbers | readonly string[];

/** Options that all kinds of traces share. */
export interface TraceBase {
  /** Its entry in the legend; may be left out only when the plot has a single trace. */
  readonly name?: string;
  /** The series whose colour it takes; its own name when absent. */
  readonly series?: string;
  /** A CSS colour, in place of the series' own. */
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
  /** Draws a line. */
  readonly kind: "line";
  /** Horizontal coordinates of the points. */
  readonly x: Coordinates;
  /** Vertical coordinates, one per point; NaN is a gap. */
  readonly y: Numbers;
  /** The kind of line. Default "solid". */
  readonly dash?: "solid" | "dot" | "dash" | "dashdot";
  /** Line width in pixels, 2 when absent. */
  readonly width?: number;
  /** Also draws the points. */
  readonly markers?: boolean;
  /** Half the height of the error bars, one per point. */
  readonly error?: Numbers;
  /** How many of the NaN are gaps between paths; they are not reported as missing values. */
  readonly breaks?: number;
  /** Ends of a shaded band around the line. */
  readonly band?: { readonly lower: Numbers; readonly upper: Numbers };
}

/** Points alone. */
export interface ScatterTrace extends TraceBase {
  /** Draws points. */
  readonly kind: "scatter";
  /** Horizontal coordinates of the points. */
  readonly x: Coordinates;
  /** Vertical coordinates, one per point. */
  readonly y: Numbers;
  /** Diameter in pixels, 6 when absent. */
  readonly size?: number;
  /** The mark of a point. Default "circle". */
  readonly symbol?: "circle" | "circle-open" | "square" | "diamond" | "cross" | "x" | "triangle-up";
  /** Half the height of the error bars, one per point. */
  readonly error?: Numbers;
}

/** Upright bars, one per category or number. */
export interface BarTrace extends TraceBase {
  /** Draws bars. */
  readonly kind: "bar";
  /** Where the bars stand: numbers or names. */
  readonly x: Coordinates;
  /** Their heights. */
  readonly y: Numbers;
  /** Half the height of the error bars, one per bar. */
  readonly error?: Numbers;
}

/** A field of coloured cells; `z[row][column]` belongs to `(x[column], y[row])`. */
export interface HeatmapTrace extends TraceBase {
  /** Draws a field of cells or contour lines. */
  readonly kind: "heatmap";
  /** Centres of the columns. */
  readonly x: Coordinates;
  /** Centres of the rows. */
  readonly y: Coordinates;
  /** The rows of values. */
  readonly z: readonly Numbers[];
  /** What the colour measures, with its unit: the colour bar's title; without it there is no bar. */
  readonly label?: string;
  /** Values at the ends of the colour scale. */
  readonly limits?: readonly [number, number];
  /** Contour lines in place of cells. */
  readonly contour?: boolean;
}

/** One set of points, bars or cells in a plot. */
export type PlotTrace = LineTrace | ScatterTrace | BarTrace | HeatmapTrace;

/** One panel of small multiples. */
export interface Panel {
  /** Stands above the panel; may be absent only when there is one panel. */
  readonly title?: string;
  /** The horizontal axis. */
  readonly x: Axis;
  /** The vertical axis. */
  readonly y: Axis;
  /** What is drawn, one over the other. */
  readonly traces: readonly PlotTrace[];
  /** One unit is as long on x as on y. */
  readonly equal?: boolean;
}

/** Size and note of a plot. */
export interface PlotSize {
  /** Width in pixels, 800 when absent: what a notebook shows without shrinking. */
  readonly width?: number;
  /** Height in pixels. */
  readonly height?: number;
  /** A line of small print below the figure. */
  readonly note?: string;
}

/** Options of `panels`. */
export interface PanelsOptions extends Described, PlotSize {
  /** The panels, row by row from the upper left. */
  readonly panels: readonly Panel[];
  /** Panels side by side; up to four when absent. */
  readonly columns?: number;
  /** Whether all panels have the same x and y axes, labelled at the outside only; true when absent. */
  readonly shared?: boolean | "x" | "y";
}

/** A plot: its title and description, and its Plotly figure. It is drawn when its bundle is asked for. */
export interface Plot extends Displayable {
  /** The line above the figure. */
  readonly title: string;
  /** Alternative text: what the figure shows. */
  readonly alt: string;
  /** The figure in Plotly's terms. */
  readonly figure: PlotlyFigure;
  /** Draws it, for Plotly and as a PNG. */
  toBundle(): Promise<MimeBundle>;
}
