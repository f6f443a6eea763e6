import type { INotebookContent } from "@jupyterlab/nbformat";
import { type CellOutput, readNotebook, textIn } from "../notebook/nbformat";
import type { SafeHtml } from "../text";
import { renderMarkdown } from "./markdown";

const heading = /^\s*\*\*Answer\.\*\*\s*/;

/** The answer of a notebook, and the output that holds it. */
interface Answer {
  /** The cell output that holds it, which a report shows at the top instead of below its cell. */
  readonly output: CellOutput;
  /** Its Markdown, without `**Answer.**`. */
  readonly markdown: string;
}

/** The first Markdown output of a cell that begins with `**Answer.**`, or nothing where none does. */
export function answerAmong(outputs: readonly CellOutput[]): Answer | undefined {
  for (const output of outputs) {
    if (output.output_type === "stream" || output.output_type === "error") continue;
    const text = textIn(output.data, "text/markdown");
    if (heading.test(text)) return { output, markdown: text.replace(heading, "") };
  }
  return undefined;
}

/**
 * What a notebook's cells have found, for the index: the first Markdown output that begins with
 * `**Answer.**`, without that; nothing where none does. Its links to headings lead to `page`.
 */
export function answerOf(notebook: INotebookContent, page = ""): SafeHtml | undefined {
  for (const cell of readNotebook(notebook).cells) {
    const answer = cell.cell_type === "code" && answerAmong(cell.outputs);
    if (answer) return renderMarkdown(answer.markdown, { page }).html;
  }
  return undefined;
}
