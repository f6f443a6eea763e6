import { randomBytes } from "node:crypto";
import type {
  ICodeCell,
  IDisplayData,
  IError,
  IExecuteResult,
  IMarkdownCell,
  INotebookContent,
  IRawCell,
  IStream,
} from "@jupyterlab/nbformat";
import { expected } from "../errors";
import { isRecord } from "../formats/is-record";

/** A notebook as nbformat 4.5 has it, in JupyterLab's types, with all multi-line text joined. */
export interface Notebook extends INotebookContent {
  readonly nbformat: 4;
  readonly cells: Cell[];
}

/** A cell of a notebook. */
export type Cell = CodeCell | MarkdownCell | RawCell;

/** A cell of code, with its outputs. */
export interface CodeCell extends ICodeCell {
  readonly id: string;
  readonly source: string;
  readonly outputs: CellOutput[];
}

/** A cell of text. */
interface MarkdownCell extends IMarkdownCell {
  readonly id: string;
  readonly source: string;
}

/** A cell that is neither. */
interface RawCell extends IRawCell {
  readonly id: string;
  readonly source: string;
}

/** One output of a code cell. */
export type CellOutput = StreamOutput | IDisplayData | IExecuteResult | IError;

/** The outputs of the cell at an index of a notebook's cells: they may be where memory doesn't hold them. */
export type OutputsOf = (index: number) => readonly CellOutput[];

/** The outputs that a notebook's cells hold. */
export const outputsIn =
  (cells: readonly Cell[]): OutputsOf =>
  (index) => {
    const cell = cells[index];
    return cell.cell_type === "code" ? cell.outputs : [];
  };

/** What a cell printed. */
export interface StreamOutput extends IStream {
  readonly text: string;
}

/** What is shown of an output, by its MIME type. */
export type OutputData = IDisplayData["data"];

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
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    throw expected(
      `a notebook in ${file}`,
      "text that is not JSON",
      "Restore the file from version control.",
    );
  }
  return readNotebook(content, file);
}

/**
 * The notebook that parsed JSON stands for, whichever way its text is stored.
 * @throws an error that names `file`, if it is given, when it is not a notebook of nbformat 4.
 */
export function readNotebook(content: unknown, file?: string): Notebook {
  const place = file === undefined ? "" : ` in ${file}`;
  const { nbformat, cells, metadata } = isRecord(content) ? content : {};
  if (nbformat !== 4 || !Array.isArray(cells)) {
    throw expected(`a notebook of nbformat 4${place}`, `nbformat ${nbformat}`);
  }
  return {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: isRecord(metadata) ? (metadata as Notebook["metadata"]) : {},
    cells: cells.map((cell, k) => readCell(cell, `cell ${k + 1}${place}`)),
  };
}

/** A notebook of these cells, and nothing else. */
export const notebookOf = (cells: readonly Cell[]): Notebook => ({
  ...{ nbformat: 4, nbformat_minor: 5, metadata: {} },
  cells: [...cells],
});

/**
 * The text of a notebook's file, laid out as Jupyter does it, so that edits by either give small differences.
 */
export const formatNotebook = (notebook: Notebook): string => [...notebookPieces(notebook)].join("");

/** That text in pieces, a cell each: whole, it may be longer than memory, or a text in JavaScript, allows. */
export function* notebookPieces(
  notebook: Notebook,
  outputsOf: OutputsOf = outputsIn(notebook.cells),
): Iterable<string> {
  const json = (value: unknown, indent: string) =>
    JSON.stringify(value, null, 1).replaceAll("\n", `\n${indent}`);
  yield '{\n "cells": [';
  let separator = "\n  ";
  for (const [k, cell] of notebook.cells.entries()) {
    yield separator + json(formatCell(cell, outputsOf(k)), "  ");
    separator = ",\n  ";
  }
  if (notebook.cells.length > 0) yield "\n ";
  yield `],\n "metadata": ${json(sorted(notebook.metadata), " ")},\n "nbformat": 4,\n "nbformat_minor": 5\n}\n`;
}

/** Whether a cell has a tag. */
export function hasTag(cell: Cell, tag: string): boolean {
  const { tags } = cell.metadata;
  return Array.isArray(tags) && tags.includes(tag);
}

/** The language of a notebook's code, as its kernel or its editor names it; nothing when neither does. */
export function languageOf({ metadata }: Notebook): string | undefined {
  const { kernelspec, language_info: info } = metadata as Readonly<Record<string, unknown>>;
  const named = [isRecord(kernelspec) && kernelspec.language, isRecord(info) && info.name].find(
    (name) => typeof name === "string" && name !== "",
  );
  if (typeof named === "string") return named;
  const kernel = isRecord(kernelspec) ? `${kernelspec.name ?? ""}` : "";
  return /^python/i.test(kernel) ? "python" : undefined;
}

/** The text under a MIME type, or "" when there is none. */
export function textIn(data: OutputData, mime: string): string {
  const value = Object.hasOwn(data, mime) ? data[mime] : undefined;
  return typeof value === "string" ? value : "";
}

/** A heading of level 1 in a Markdown text, and where its line lies. */
export interface TitleLine {
  readonly title: string;
  readonly start: number;
  readonly end: number;
}

/** The first heading of level 1 in a Markdown text, or nothing. */
export function titleLine(source: string): TitleLine | undefined {
  let start = 0;
  for (const line of source.split(/(?<=\n)/)) {
    const end = start + line.length;
    const title = /^ {0,3}#[ \t]/.test(line) ? line.trim().slice(1).replace(closing, "").trim() : "";
    if (title !== "") return { title, start, end };
    start = end;
  }
  return undefined;
}

/** Number signs at the end of a heading belong to its mark-up when a space stands before them. */
const closing = /(?<=[ \t])#+$/;

/** The text of the first heading in a notebook's Markdown, or nothing. */
export function titleOf(notebook: Notebook): string | undefined {
  for (const cell of notebook.cells) {
    const heading = cell.cell_type === "markdown" ? titleLine(cell.source) : undefined;
    if (heading) return heading.title;
  }
  return undefined;
}

type JsonRecord = Readonly<Record<string, unknown>>;

/**
 * The cell that parsed JSON stands for.
 * @throws an error that names `place` when it is none.
 */
export function readCell(raw: unknown, place: string): Cell {
  if (!isRecord(raw)) throw expected(`an object as ${place}`, `${JSON.stringify(raw)}`);
  const { cell_type, id, metadata, source, execution_count, outputs = [], ...rest } = raw;
  const base = {
    cell_type,
    id: typeof id === "string" ? id : randomBytes(4).toString("hex"),
    metadata: isRecord(metadata) ? metadata : {},
    source: joined(source),
    ...rest,
  };
  if (cell_type !== "code") return base as Cell;
  if (!Array.isArray(outputs) || !outputs.every(isRecord)) {
    throw expected(`objects as outputs of ${place}`, `${JSON.stringify(outputs)?.slice(0, 80)}`);
  }
  return {
    ...base,
    execution_count: typeof execution_count === "number" ? execution_count : null,
    outputs: outputs.map(readOutput),
  } as CodeCell;
}

function readOutput(raw: JsonRecord): CellOutput {
  const { output_type } = raw;
  if (output_type === "stream") return { ...raw, text: joined(raw.text) } as StreamOutput;
  if (output_type === "error") {
    const { ename, evalue, traceback } = raw;
    const frames = Array.isArray(traceback) ? traceback.map(String) : [];
    return { ...raw, ename: joined(ename), evalue: joined(evalue), traceback: frames } as IError;
  }
  if (!isRecord(raw.data)) return { ...raw, data: {} } as unknown as CellOutput;
  const data = Object.fromEntries(
    Object.entries(raw.data).map(([mime, value]) => [mime, isText(mime, value) ? joined(value) : value]),
  );
  return { ...raw, data } as unknown as CellOutput;
}

function formatCell(cell: Cell, shown: readonly CellOutput[]): object {
  if (cell.cell_type !== "code") {
    const { cell_type, id, metadata, source, ...rest } = cell;
    return { cell_type, id, metadata, source: lines(source), ...rest };
  }
  const { cell_type, execution_count, id, metadata, outputs: _, source, ...rest } = cell;
  return {
    cell_type,
    execution_count,
    id,
    metadata,
    outputs: shown.map(formatOutput),
    source: lines(source),
    ...rest,
  };
}

function formatOutput(output: CellOutput): object {
  if (output.output_type === "stream") return { ...output, text: lines(output.text) };
  if (output.output_type === "error") return output;
  const data = Object.fromEntries(
    Object.entries(sorted(output.data)).map(([mime, value]) => [
      mime,
      typeof value === "string" && /^text\/|xml$|javascript$/.test(mime) ? lines(value) : value,
    ]),
  );
  return { ...output, data };
}

/** Whether a value is text in lines; a list of texts under a JSON type is just that. */
const isText = (mime: string, value: unknown) =>
  !/[/+]json$/.test(mime) && Array.isArray(value) && value.every((line) => typeof line === "string");
const joined = (text: unknown) => (Array.isArray(text) ? text.join("") : `${text ?? ""}`);
const lines = (text: string) => (text === "" ? [] : text.split(/(?<=\n)/));
const sorted = <T extends object>(record: T) =>
  Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
