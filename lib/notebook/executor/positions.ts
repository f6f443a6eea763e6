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

/** A line and column of a cell. */
export type Place = NonNullable<ReturnType<Locate>>;

// tslab puts one line before a cell to make it a module.
const linesBeforeCell = 1;

/**
 * Maps positions in a script of `lines` lines back to the source of its cell, through its two source maps.
 */
export function locator(maps: CellMaps, lines: number): Locate {
  const through = backThrough([maps.toScript, maps.toModule]);
  return (line, column) => (line > lines ? undefined : through(line, column));
}

/** Maps positions in the ES module that a cell was compiled to back to its source. */
export const moduleLocator = (maps: CellMaps): Locate => backThrough([maps.toModule]);

function backThrough(maps: readonly (string | undefined)[]): Locate {
  const steps = maps.map((map) => (map ? new SourceMap(JSON.parse(map) as SourceMapPayload) : undefined));
  return (line, column) => {
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
