import { type CodeCell, formatNotebook, hasTag, type Notebook } from "../notebook/nbformat";
import type { ParameterValue } from "../notebook/parameters";
import type { NotebookFile } from "./notebook-files";
import { writeFile } from "./write-file";

/**
 * Writes an executed notebook over its source, without the injected cell, so that it keeps its own defaults.
 * A note below the parameters cell says which values the outputs were made with.
 */
export function saveOutputs(
  file: NotebookFile,
  executed: Notebook,
  values: Readonly<Record<string, ParameterValue>>,
): void {
  let count = 0;
  const cells = executed.cells
    .filter((cell) => !hasTag(cell, "injected-parameters"))
    .map((cell) => {
      if (cell.cell_type !== "code") return cell;
      const noted = hasTag(cell, "parameters") ? withNote(cell, values) : cell;
      return noted.execution_count === null ? noted : renumbered(noted, ++count);
    });
  writeFile(file.path, formatNotebook({ ...executed, cells }));
}

function renumbered(cell: CodeCell, count: number): CodeCell {
  const outputs = cell.outputs.map((output) =>
    output.output_type === "execute_result" ? { ...output, execution_count: count } : output,
  );
  return { ...cell, execution_count: count, outputs };
}

function withNote(cell: CodeCell, values: Readonly<Record<string, ParameterValue>>): CodeCell {
  const settings = Object.entries(values).map(([name, value]) => `${name} = ${JSON.stringify(value)}`);
  if (settings.length === 0) return cell;
  return {
    ...cell,
    outputs: [
      ...cell.outputs,
      {
        output_type: "stream",
        name: "stdout",
        text: `The outputs in this file were made with ${settings.join(", ")}.\n`,
      },
    ],
  };
}
