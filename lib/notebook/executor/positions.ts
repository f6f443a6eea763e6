import { SourceMap, type SourceMapPayload } from "node:module";
import type { CellMaps } from "./compiler-host";

/** A place in a cell's source. Lines and columns count from 1. */
export interface CellPosition {
  readonly label: string;
  readonly line: number;
  readonly column: number;
}

/** The cell's line and column behind a line and column of its script; all count from 1. */
export type Locate = (line: number, column: number) => { line: number; column: number } | undefined;

// tslab puts one line before a cell to make it a module.
const linesBeforeCell = 1;

/**
 * Maps positions in a script of `lines` lines back to the source of its cell, through its two source maps.
 */
export function locator(maps: CellMaps, lines: number): Locate {
  const steps = [maps.toScript, maps.toModule].map((map) =>
    map ? new SourceMap(JSON.parse(map) as SourceMapPayload) : undefined,
  );
  return (line, column) => {
    if (line > lines) return undefined;
    let place = { line: line - 1, column: column - 1 };
    for (const map of steps) {
      const entry = map?.findEntry(place.line, place.column);
      if (!entry || !("originalLine" in entry)) return undefined;
      place = { line: entry.originalLine, column: entry.originalColumn };
    }
    if (place.line < linesBeforeCell) return undefined;
    return { line: place.line - linesBeforeCell + 1, column: place.column + 1 };
  };
}
