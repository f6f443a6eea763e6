import { randomBytes } from "node:crypto";
import { expected } from "../errors";

/** A notebook as nbformat 4.5 writes it, with all multi-line text joined. */
export interface Notebook {
  readonly nbformat: 4;
  readonly nbformat_minor: number;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly cells: readonly Cell[];
}

/** A cell. Only code cells have outputs and an execution count. */
export interface Cell {
  readonly cell_type: "code" | "markdown" | "raw";
  readonly id: string;
  readonly metadata: CellMetadata;
  readonly source: string;
  readonly execution_count?: number | null;
  readonly outputs?: readonly CellOutput[];
  readonly attachments?: unknown;
}

/** A cell's metadata, of which this project reads the tags. */
interface CellMetadata {
  readonly tags?: readonly string[];
  readonly [name: string]: unknown;
}

/** One output of a code cell. */
export type CellOutput =
  | { readonly output_type: "stream"; readonly name: "stdout" | "stderr"; readonly text: string }
  | {
      readonly output_type: "display_data";
      readonly data: Readonly<Record<string, unknown>>;
      readonly metadata: Readonly<Record<string, unknown>>;
    }
  | {
      readonly output_type: "execute_result";
      readonly execution_count: number;
      readonly data: Readonly<Record<string, unknown>>;
      readonly metadata: Readonly<Record<string, unknown>>;
    }
  | {
      readonly output_type: "error";
      readonly ename: string;
      readonly evalue: string;
      readonly traceback: readonly string[];
    };

/** The kernel and the language that this project's notebooks name. */
export const notebookMetadata = Object.freeze({
  kernelspec: Object.freeze({
    name: "coupled-interpolants",
    display_name: "TypeScript (coupled-interpolants)",
    language: "typescript",
  }),
  language_info: Object.freeze({
    name: "typescript",
    file_extension: ".ts",
    mimetype: "text/typescript",
    pygments_lexer: "typescript",
    nbconvert_exporter: "script",
    codemirror_mode: Object.freeze({ mode: "typescript", name: "javascript", typescript: true }),
  }),
});

/**
 * Reads a notebook; cells without an id get one.
 * @throws an error that names `file` when the text is not a notebook of nbformat 4.
 */
export function parseNotebook(text: string, file: string): Notebook {
  let content: Record<string, unknown>;
  try {
    content = JSON.parse(text);
  } catch {
    throw expected(
      `a notebook in ${file}`,
      "text that is not JSON",
      "Restore the file from version control.",
    );
  }
  if (content?.nbformat !== 4 || !Array.isArray(content.cells)) {
    throw expected(`a notebook of nbformat 4 in ${file}`, `nbformat ${content?.nbformat}`);
  }
  return {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: (content.metadata ?? {}) as Notebook["metadata"],
    cells: content.cells.map(parseCell),
  };
}

/** The text of a notebook's file, laid out as Jupyter does it, so that edits by either give small differences. */
export function formatNotebook(notebook: Notebook): string {
  const content = {
    cells: notebook.cells.map(formatCell),
    metadata: sorted(notebook.metadata),
    nbformat: 4,
    nbformat_minor: 5,
  };
  return `${JSON.stringify(content, null, 1)}\n`;
}

/** Whether a cell has a tag. */
export function hasTag(cell: Cell, tag: string): boolean {
  return cell.metadata.tags?.includes(tag) ?? false;
}

/** The text of the first heading in a notebook's Markdown, or nothing. */
export function titleOf(notebook: Notebook): string | undefined {
  for (const cell of notebook.cells) {
    if (cell.cell_type !== "markdown") continue;
    const heading = /^#\s+(.+?)\s*#*$/m.exec(cell.source);
    if (heading) return heading[1];
  }
  return undefined;
}

function parseCell(raw: Record<string, unknown>): Cell {
  const { cell_type, id, metadata, source, execution_count, outputs, ...rest } = raw;
  const base = {
    cell_type: cell_type as Cell["cell_type"],
    id: typeof id === "string" ? id : randomBytes(4).toString("hex"),
    metadata: (metadata ?? {}) as CellMetadata,
    source: joined(source),
    ...rest,
  };
  if (cell_type !== "code") return base;
  return {
    ...base,
    execution_count: (execution_count ?? null) as number | null,
    outputs: ((outputs ?? []) as Record<string, unknown>[]).map(parseOutput),
  };
}

function parseOutput(raw: Record<string, unknown>): CellOutput {
  if ("text" in raw) return { ...raw, text: joined(raw.text) } as unknown as CellOutput;
  if (!("data" in raw)) return raw as unknown as CellOutput;
  const data = Object.fromEntries(
    Object.entries(raw.data as object).map(([mime, value]) => [mime, isText(value) ? joined(value) : value]),
  );
  return { ...raw, data } as unknown as CellOutput;
}

function formatCell(cell: Cell): object {
  const { cell_type, execution_count, id, metadata, outputs, source, ...rest } = cell;
  return {
    cell_type,
    ...(cell_type === "code" && { execution_count: execution_count ?? null }),
    id,
    metadata,
    ...(cell_type === "code" && { outputs: (outputs ?? []).map(formatOutput) }),
    source: lines(source),
    ...rest,
  };
}

function formatOutput(output: CellOutput): object {
  if (output.output_type === "stream") return { ...output, text: lines(output.text) };
  if (!("data" in output)) return output;
  const data = Object.fromEntries(
    Object.entries(sorted(output.data)).map(([mime, value]) => [
      mime,
      typeof value === "string" && /^text\/|xml$|javascript$/.test(mime) ? lines(value) : value,
    ]),
  );
  return { ...output, data };
}

const isText = (value: unknown) =>
  Array.isArray(value) && value.every((line) => typeof line === "string") && value.length > 0;
const joined = (text: unknown) => (Array.isArray(text) ? text.join("") : `${text ?? ""}`);
const lines = (text: string) => (text === "" ? [] : text.split(/(?<=\n)/));
const sorted = <T extends object>(record: T) =>
  Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
