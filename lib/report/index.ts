export * from "./render-index";
export * from "./render-log";
export * from "./render-notebook";
export * from "./render-runs";
export * from "./thumbnail";
