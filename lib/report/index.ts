export type { ReportCell, ReportNotebook, ReportOutput } from "./notebook-json";
export { type ReportOptions, renderNotebook } from "./render-notebook";
