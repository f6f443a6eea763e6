import { createHash } from "node:crypto";
import { dataMime, metricsMime, progressMime } from "../notebook/mime";
import {
  type Cell,
  type CellOutput,
  formatNotebook,
  languageOf,
  type Notebook,
  notebookMetadata,
  parseNotebook,
} from "../notebook/nbformat";

/**
 * A notebook that a front end has saved, as `npm run reproduce -- --save` leaves it: the project's kernel,
 * and neither the times at which cells ran nor outputs that are not for people. What is as in `original` is
 * laid out as it is there.
 */
export function tidied(notebook: Notebook, original?: Notebook): Notebook {
  const language = languageOf(notebook)?.toLowerCase();
  const own = language === undefined || language === "typescript" || language === "javascript";
  const known = new Map(original?.cells.map((cell) => [cell.id, cell]));
  return {
    ...notebook,
    metadata: own ? { ...notebook.metadata, ...notebookMetadata } : notebook.metadata,
    cells: notebook.cells.map((cell) => tidiedCell(cell, known.get(cell.id))),
  };
}

/** A checksum of what a notebook's file says, however it is laid out and whatever wrote it. */
export function fingerprint(text: string): string {
  const hash = (content: string) => createHash("sha256").update(content).digest("hex");
  let notebook: Notebook;
  try {
    notebook = parseNotebook(text, "a notebook");
  } catch {
    return hash(text);
  }
  const { cells, ...rest } = tidied(notebook);
  return hash(canonical({ ...rest, cells: cells.map((cell, k) => ({ ...cell, id: `${k}` })) }));
}

/** The text of a tidied notebook's file. */
export function tidiedText(text: string, original: string | undefined, file: string): string {
  const before = original === undefined ? undefined : parseNotebook(original, file);
  return formatNotebook(tidied(parseNotebook(text, file), before));
}

function tidiedCell(cell: Cell, original: Cell | undefined): Cell {
  const { execution: _, ...metadata } = cell.metadata as Cell["metadata"] & { readonly execution?: unknown };
  if (cell.cell_type !== "code") return alike({ ...cell, metadata } as Cell, original);
  const shown = original?.cell_type === "code" ? original.outputs : [];
  const outputs = cell.outputs.map(tidiedOutput).filter((output) => !isEmpty(output));
  return alike({ ...cell, metadata, outputs: outputs.map((output, k) => alike(output, shown[k])) }, original);
}

function tidiedOutput(output: CellOutput): CellOutput {
  if (output.output_type === "stream" || output.output_type === "error") return output;
  const data = Object.fromEntries(Object.entries(output.data).filter(([mime]) => !channels.includes(mime)));
  return { ...output, data } as CellOutput;
}

const channels: readonly string[] = [metricsMime, dataMime, progressMime];

const isEmpty = (output: CellOutput) =>
  output.output_type === "display_data" && Object.values(output.data).every((value) => value === "");

/** `before` where it says the same. */
const alike = <T>(value: T, before: T | undefined): T =>
  before !== undefined && canonical(value) === canonical(before) ? before : value;

/** JSON in which the order of names doesn't matter. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, entry: unknown) =>
    typeof entry === "object" && entry !== null && !Array.isArray(entry)
      ? Object.fromEntries(Object.entries(entry).sort(([a], [b]) => (a < b ? -1 : 1)))
      : entry,
  );
