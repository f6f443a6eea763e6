import type { CodeCell, Notebook } from "../../notebook/nbformat";

/**
 * Sentences about how a notebook's outputs came to be that a reader must know: cells that were not run, that
 * failed, or that ran in another order than they stand. Cells are counted from 1 among all of the notebook.
 */
export function stateNotices({ cells }: Notebook): string[] {
  const code = cells.flatMap((cell, k) =>
    cell.cell_type === "code" && cell.source.trim() !== "" ? [{ cell, number: k + 1 }] : [],
  );
  if (code.length === 0) return [];
  const idle = code.filter(({ cell }) => cell.execution_count === null && cell.outputs.length === 0);
  if (idle.length === code.length) return ["No cell of this notebook was run: it has no outputs."];
  const notices: string[] = [];
  if (idle.length > 0) {
    const list = some(idle.map(({ number }) => number));
    notices.push(`${idle.length} of ${code.length} code cells were not run: ${list}.`);
  }
  const failed = code.filter(({ cell }) => cell.outputs.some(({ output_type }) => output_type === "error"));
  if (failed.length > 0)
    notices.push(`Cells ended with an error: ${some(failed.map(({ number }) => number))}.`);
  return [...notices, ...orderNotices(code)];
}

function orderNotices(code: readonly { readonly cell: CodeCell; readonly number: number }[]): string[] {
  const ran = code.filter(({ cell }) => cell.execution_count !== null);
  const early = ran.filter(
    ({ cell }, k) => k > 0 && Number(cell.execution_count) <= Number(ran[k - 1].cell.execution_count),
  );
  if (early.length > 0) {
    const list = some(early.map(({ number }) => number));
    return [
      `Cells did not run in the order in which they stand: ${list} ran before, or with, the one above. ` +
        "Run all anew, and the outputs may differ.",
    ];
  }
  const counts = ran.map(({ cell }) => Number(cell.execution_count));
  const gaps = counts.filter((count, k) => count !== (k === 0 ? counts[0] : counts[k - 1] + 1));
  if (gaps.length === 0) return [];
  return [
    "The numbers of the runs have gaps: cells were run more than once or removed, and what they did may " +
      "show in the outputs of others.",
  ];
}

const some = (numbers: readonly number[]) =>
  numbers.length > 12 ? `${numbers.slice(0, 12).join(", ")}, …` : numbers.join(", ");
