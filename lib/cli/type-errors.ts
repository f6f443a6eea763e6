import { stripVTControlCharacters } from "node:util";
import type { CellTypeError } from "../notebook/runner/check-types";

/** The text about cells that do not compile, as the kernel shows their errors; in colour on a terminal. */
export function typeErrorsText(errors: readonly CellTypeError[], colour: boolean): string {
  const blocks = errors.map(({ notebook, failure }) => `${notebook}:\n${failure.traceback.join("\n")}\n`);
  const cells = `${errors.length} ${errors.length === 1 ? "cell does" : "cells do"} not compile`;
  const text = `${blocks.join("\n")}\n${cells}, so nothing was run. To run all the same: --no-check.\n`;
  return colour ? text : stripVTControlCharacters(text);
}
