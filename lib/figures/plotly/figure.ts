/** A figure in Plotly's terms: the content of `application/vnd.plotly.v1+json`. */
export interface PlotlyFigure {
  /** The traces, as Plotly has them. */
  readonly data: readonly Readonly<Record<string, unknown>>[];
  /** Axes, legend, notes and size in pixels, as Plotly has them. */
  readonly layout: Readonly<Record<string, unknown>> & { readonly width: number; readonly height: number };
}
