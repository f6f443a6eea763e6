/**
 * Targets x1: images, tables and series that come with the library, points in the plane, and your own
 * images, tables and arrays; their splits, and what one look at them says.
 * @module data
 */

export type { FileRecord } from "../files/verified";
export type { ApartSplit } from "./apart-rows";
export {
  type ArrayDataset,
  type ArraySources,
  type ArraysOptions,
  arrays,
  type SplitArrays,
} from "./arrays/arrays";
export type { ReadingOptions } from "./arrays/image-values";
export type { ArraySource } from "./arrays/read-array";
export { type SavePngsOptions, saveCsv, savePngs } from "./arrays/save";
export * from "./checkerboard";
export * from "./concrete";
export * from "./describe";
export * from "./dynamics";
export * from "./eight-gaussians";
export * from "./emoji";
export * from "./fashion-mnist";
export type { WithValidation } from "./idx-dataset";
export type { ClassSource, LabelFile } from "./images/classes";
export type { Fit } from "./images/decode-image";
export { type ImageFolder, type ImageFolderSamples, imageFolder } from "./images/image-folder";
export type { ImageFolderOptions, ImageSplit } from "./images/image-folder-options";
export type { FileNote } from "./images/list-files";
export {
  type DatasetFacts,
  type InspectOptions,
  inspectDataset,
  type Leak,
  type SplitFacts,
} from "./inspect";
export * from "./mirrored";
export * from "./missing-cells";
export * from "./mnist";
export * from "./moons";
export * from "./normal-scores";
export type { Picture } from "./patches";
export * from "./photographs";
export * from "./pixels";
export * from "./rings";
export * from "./samples";
export * from "./spirals";
export type { OwnSplit } from "./split";
export * from "./style-pairs";
export type { CellValue, TableColumn } from "./table/codec";
export type { ColumnKind, ColumnOptions } from "./table/column";
export type { DateOrder } from "./table/dates";
export type { Decimal } from "./table/numbers";
export type { ArqueroTable, DanfoFrame, TableRow } from "./table/read-table";
export { type TableDataset, type TableOptions, type TableSamples, table } from "./table/table";
export * from "./table-columns";
export * from "./table-faults";
export * from "./weak-labels";
