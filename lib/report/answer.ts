import type { INotebookContent } from "@jupyterlab/nbformat";
import { readNotebook, textIn } from "../notebook/nbformat";
import type { SafeHtml } from "../text";
import { renderMarkdown } from "./markdown";

const heading = /^\s*\*\*Answer\.\*\*\s*/;

/**
 * What a notebook's cells have found, for the index: the first Markdown output that begins with
 * `**Answer.**`, without that; nothing where none does. Its links to headings lead to `page`.
 */
export function answerOf(notebook: INotebookContent, page = ""): SafeHtml | undefined {
  for (const cell of readNotebook(notebook).cells) {
    for (const output of cell.cell_type === "code" ? cell.outputs : []) {
      if (output.output_type === "stream" || output.output_type === "error") continue;
      const text = textIn(output.data, "text/markdown");
      if (!heading.test(text)) continue;
      return renderMarkdown(text.replace(heading, "").replaceAll("](#", `](${page}#`)).html;
    }
  }
  return undefined;
}
