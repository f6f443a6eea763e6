/**
 * Plots, image grids and tables for notebooks and reports.
 * @module figures
 */

export * from "./bars";
export { type DataCard, type DataCardOptions, dataCard } from "./data-card";
export * from "./data-table";
export * from "./density-in-time";
export type { Displayable, MimeBundle } from "./figure";
export * from "./image-grid/image-grid";
export type { GridCell } from "./image-grid/layout";
export type { ImageRow } from "./image-grid/row";
export * from "./intervals";
export * from "./loss-curves";
export * from "./markdown";
export * from "./metric-table";
export type {
  Axis,
  BarTrace,
  Coordinates,
  HeatmapTrace,
  LineTrace,
  Panel,
  PanelsOptions,
  Plot,
  PlotSize,
  PlotTrace,
  ScatterTrace,
} from "./panel";
export { type PlotOptions, panels, plot } from "./plot";
export type { PlotlyFigure } from "./plotly/figure";
export * from "./power-laws";
export * from "./scatter-2d";
export type { Described } from "./style";
export * from "./trajectories";
