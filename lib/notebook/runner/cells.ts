import type { Cell, CodeCell } from "../nbformat";

/** Whether a cell is run: it is of code, and not empty. */
export const isRunnable = (cell: Cell): cell is CodeCell =>
  cell.cell_type === "code" && cell.source.trim() !== "";
