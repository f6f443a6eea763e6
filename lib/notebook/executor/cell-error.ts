import { relative, sep } from "node:path";
import { inspect } from "node:util";
import type { ConverterDiagnostic } from "./converter";
import type { Failure } from "./output";
import type { CellPosition, Place } from "./positions";

/** Thrown into a cell that the user interrupted. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
  constructor(message = "Stopped before it finished.", options?: ErrorOptions) {
    super(message, options);
  }
}

/** What is known of a cell when it fails. */
export interface FailedCell {
  readonly label: string;
  readonly source: string;
  readonly root: string;
  /** The cell and the position in its source that a position in a running script comes from. */
  locate(script: string, line: number, column: number): CellPosition | undefined;
  /** The statement that the cell has come to. */
  reached(): Place | undefined;
  /** The stack of its code that an interrupt broke off, if one did. */
  brokenOff(): string | undefined;
}

/** The failure of a cell that did not compile: every diagnostic with its line and column. */
export function compileFailure(
  cell: Pick<FailedCell, "label" | "source">,
  diagnostics: readonly ConverterDiagnostic[],
): Failure {
  const complaints = new Map<string, { line: number; column: number; code: number; text: string[] }>();
  for (const { start, code, messageText } of diagnostics) {
    const key = `${start.offset}`;
    const complaint = complaints.get(key);
    if (complaint) complaint.text.push(messageText);
    else {
      complaints.set(key, { line: start.line + 1, column: start.character + 1, code, text: [messageText] });
    }
  }
  const messages = [...complaints.values()].map(({ line, column, code, text }) => {
    const indented = text.map((part, depth) => "  ".repeat(depth) + part).join("\n");
    return { line, column, summary: `line ${line}, column ${column}: ${indented} (TS${code})` };
  });
  const ename = "TypeScriptError";
  const evalue = messages.map(({ summary }) => summary).join("\n");
  const traceback = messages.flatMap(({ line, column, summary }) => [
    red(`${ename}: ${cell.label}, ${summary}`),
    ...excerpt(cell.source, line, column),
  ]);
  return { type: "error", ename, evalue, traceback };
}

/**
 * The failure of a cell that threw `thrown`, with the lines of the cell's own source. It never throws itself.
 */
export function runFailure(cell: FailedCell, thrown: unknown): Failure {
  try {
    const { ename, evalue, traceback } = describedFailure(cell, thrown);
    return { type: "error", ename: short(ename), evalue: short(evalue), traceback: traceback.map(short) };
  } catch {
    const evalue = "what was thrown can't be read: its own properties throw";
    return { type: "error", ename: "Unreadable", evalue, traceback: [red(`Unreadable: ${evalue}`)] };
  }
}

/** Texts that are too long to be read are cut. */
const short = (text: string) => (text.length > 20_000 ? `${text.slice(0, 20_000)} …` : text);

function describedFailure(cell: FailedCell, thrown: unknown): Failure {
  if (!(thrown instanceof Error) && !isErrorLike(thrown)) {
    const evalue = `${inspect(thrown)} was thrown, which is not an Error`;
    return { type: "error", ename: "Thrown", evalue, traceback: [red(`Thrown: ${evalue}`)] };
  }
  const ename = `${thrown.name || "Error"}`;
  const evalue = typeof thrown.message === "string" ? thrown.message : inspect(thrown.message);
  const traceback = describe(cell, thrown, new Set());
  return { type: "error", ename, evalue, traceback };
}

interface ErrorLike {
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
  readonly cause?: unknown;
}

// An error of another realm is no `instanceof Error` here.
function isErrorLike(thrown: unknown): thrown is ErrorLike {
  return typeof thrown === "object" && thrown !== null && "message" in thrown && "stack" in thrown;
}

function describe(cell: FailedCell, error: ErrorLike, seen: Set<unknown>): string[] {
  seen.add(error);
  const { frames, position } =
    error instanceof Interrupted ? stopOf(cell) : trace(cell, `${error.stack ?? ""}`);
  const lines = [red(`${error.name || "Error"}: ${error.message}`)];
  if (position) lines.push(...excerpt(cell.source, position.line, position.column));
  lines.push(...frames);
  if (error instanceof AggregateError) {
    for (const part of error.errors) {
      if (isErrorLike(part) && !seen.has(part)) lines.push("One of:", ...describe(cell, part, seen));
    }
  }
  if (isErrorLike(error.cause) && !seen.has(error.cause)) {
    lines.push("Caused by:", ...describe(cell, error.cause, seen));
  }
  return lines;
}

/** Where a cell was interrupted: the stack of the error is the notebook's own. */
function stopOf(cell: FailedCell): { frames: string[]; position?: Place } {
  const broken = trace(cell, cell.brokenOff() ?? "");
  if (broken.position) return broken;
  const position = cell.reached();
  if (!position) return { frames: [] };
  return { frames: [`    at (${cell.label}, line ${position.line}, column ${position.column})`], position };
}

/**
 * The stack's frames in terms of cells and project files; the innermost position in the failed cell itself.
 */
function trace(cell: FailedCell, stack: string): { frames: string[]; position?: CellPosition } {
  const frames: string[] = [];
  let ours = 0;
  let position: CellPosition | undefined;
  for (const line of stack.split("\n")) {
    const frame = /^\s+at (?:(.*?) \()?(.+?):(\d+):(\d+)\)?$/.exec(line);
    if (!frame) continue;
    const [, name, file, row, column] = frame;
    const place = cell.locate(file, Number(row), Number(column));
    const called = name && !name.endsWith("<anonymous>") ? `${name.replace(/^Object\./, "")} ` : "";
    if (place) {
      if (place.label === cell.label) position ??= place;
      frames.push(`    at ${called}(${place.label}, line ${place.line}, column ${place.column})`);
      ours = frames.length;
    } else if (!/^node:|[\\/]lib[\\/]notebook[\\/]executor[\\/]/.test(file)) {
      frames.push(`    at ${called}(${shorten(cell.root, file)}:${row}:${column})`);
    }
  }
  // Below the outermost frame of a cell is the machinery that ran it.
  return { frames: ours > 0 ? frames.slice(0, ours) : frames, position };
}

function shorten(root: string, file: string): string {
  const path = relative(root, file.replace(/^file:\/\//, ""));
  return path.startsWith("..") ? file : path.split(sep).join("/");
}

function excerpt(source: string, line: number, column: number): string[] {
  const lines = source.split(/\r?\n/);
  const width = `${Math.min(line + 1, lines.length)}`.length;
  const out: string[] = [];
  for (let n = Math.max(1, line - 1); n <= Math.min(lines.length, line + 1); n++) {
    const text = `${n === line ? ">" : " "} ${`${n}`.padStart(width)} | ${lines[n - 1]}`;
    out.push(n === line ? bold(text) : text);
    if (n === line) out.push(`  ${" ".repeat(width)} | ${" ".repeat(Math.max(0, column - 1))}^`);
  }
  return out;
}

const red = (text: string) => `\u001b[31m${text}\u001b[39m`;
const bold = (text: string) => `\u001b[1m${text}\u001b[22m`;
