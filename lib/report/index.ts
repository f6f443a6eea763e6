export type { ReportCell, ReportNotebook, ReportOutput } from "./notebook-json";
export * from "./render-index";
export * from "./render-notebook";
export * from "./thumbnail";
