export * from "./bars";
export * from "./data-table";
export * from "./density-in-time";
export type { Displayable, MimeBundle } from "./figure";
export * from "./image-grid";
export * from "./loss-curves";
export * from "./markdown";
export * from "./metric-table";
export {
  type Axis,
  type BarTrace,
  type HeatmapTrace,
  type LineTrace,
  type Panel,
  type PanelsOptions,
  type Plot,
  type PlotOptions,
  panels,
  plot,
  type ScatterTrace,
  type Trace,
} from "./plot";
export * from "./scatter-2d";
export * from "./trajectories";
