export type { Displayable, MimeBundle } from "./figure";
export { type Cell, type ImageGrid, type ImageGridOptions, type ImageRow, imageGrid } from "./image-grid";
export { markdown } from "./markdown";
export {
  formatNumber,
  type MetricTable,
  type MetricTableOptions,
  meanStd,
  metricTable,
  type Row,
} from "./metric-table";
export * from "./plot";
