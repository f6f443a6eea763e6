import { type Cell, formatNotebook, hasTag, type Notebook } from "../notebook/nbformat";
import type { ParameterValue } from "../notebook/parameters";
import type { NotebookFile } from "./notebook-files";
import { writeFile } from "./write-file";

/**
 * Writes an executed notebook over its source, without the injected cell: who opens it later starts with its own
 * defaults. The cell of the parameters says instead with which values the outputs were made.
 */
export function saveOutputs(
  file: NotebookFile,
  executed: Notebook,
  values: Readonly<Record<string, ParameterValue>>,
): void {
  let count = 0;
  const cells = executed.cells
    .filter((cell) => !hasTag(cell, "injected-parameters"))
    .map((cell) => (hasTag(cell, "parameters") ? withNote(cell, values) : cell))
    .map((cell) => (typeof cell.execution_count === "number" ? renumbered(cell, ++count) : cell));
  writeFile(file.path, formatNotebook({ ...executed, cells }));
}

function renumbered(cell: Cell, count: number): Cell {
  const outputs = cell.outputs?.map((output) =>
    output.output_type === "execute_result" ? { ...output, execution_count: count } : output,
  );
  return { ...cell, execution_count: count, outputs };
}

function withNote(cell: Cell, values: Readonly<Record<string, ParameterValue>>): Cell {
  const settings = Object.entries(values)
    .filter(([name]) => name !== "checkpoints")
    .map(([name, value]) => `${name} = ${JSON.stringify(value)}`);
  if (settings.length === 0) return cell;
  return {
    ...cell,
    outputs: [
      ...(cell.outputs ?? []),
      {
        output_type: "stream",
        name: "stdout",
        text: `The outputs in this file were made with ${settings.join(", ")}.\n`,
      },
    ],
  };
}
