import { expect, it } from "vitest";
import { withOutputs } from "../../../lib/cli/runs/render-again";
import { type CodeCell, parseNotebook } from "../../../lib/notebook/nbformat";
import { injectParameters } from "../../../lib/notebook/parameters";
import { type CellSource, notebookText } from "../../notebook/project";

const read = (...cells: CellSource[]) => parseNotebook(notebookText(...cells), "a.ipynb");
const parameters: CellSource = ["let a = 1", "parameters"];

it("puts outputs beside the same code, with the cell of injected parameters", () => {
  const run = injectParameters(read("# Old", parameters, "a", "a + 1"), { a: 2 });
  let count = 0;
  const executed = {
    ...run,
    cells: run.cells.map((cell) => {
      if (cell.cell_type !== "code") return cell;
      const text = `output ${++count}`;
      return { ...cell, execution_count: count, outputs: [{ output_type: "stream", name: "stdout", text }] };
    }) as CodeCell[],
  };
  const merged = withOutputs(read("# New", " ", parameters, "a", "# Between", "a + 1", "# End"), executed);
  const shown = merged.cells.map((cell) => [
    cell.cell_type === "code" && cell.id !== "injected-parameters" ? cell.source : cell.id.slice(0, 8),
    cell.cell_type === "code" ? cell.outputs.map((output) => output.text).join() : cell.source,
  ]);
  expect(shown).toEqual([
    ["cell-0", "# New"],
    [" ", ""],
    ["let a = 1", "output 1"],
    ["injected", "output 2"],
    ["a", "output 3"],
    ["cell-4", "# Between"],
    ["a + 1", "output 4"],
    ["cell-6", "# End"],
  ]);
});
