import type { Cell } from "../notebook/nbformat";
import { answerAmong } from "./answer";
import { pictureOf } from "./thumbnail";

/** Of a notebook's cells those that its entry in an index needs: with its answer, and with its thumbnail. */
export function excerptOf(cells: Iterable<Cell>): Cell[] {
  let answered: Cell | undefined;
  let pictured: { readonly cell: Cell; readonly rank: number } | undefined;
  const inOrder = new Map<Cell, number>();
  let count = 0;
  for (const cell of cells) {
    count++;
    if (!answered && cell.cell_type === "code" && answerAmong(cell.outputs)) {
      answered = cell;
      inOrder.set(cell, count);
    }
    const { rank } = pictureOf(cell) ?? {};
    if (rank !== undefined && (!pictured || rank < pictured.rank)) {
      pictured = { cell, rank };
      inOrder.set(cell, count);
    }
  }
  return [...inOrder.keys()].filter((cell) => cell === answered || cell === pictured?.cell);
}
