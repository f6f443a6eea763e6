export * from "./answer";
export { checkPrinter, printPdf } from "./print/print-pdf";
export * from "./render-document";
export * from "./render-index";
export * from "./render-log";
export * from "./render-notebook";
export { type PlaySection, renderPlay } from "./render-play";
export * from "./render-runs";
export * from "./thumbnail";
