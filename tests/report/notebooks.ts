import type { ICodeCell, IMarkdownCell, INotebookContent, IOutput } from "@jupyterlab/nbformat";

/** A notebook of these cells. */
export const notebook = (...cells: INotebookContent["cells"]): INotebookContent => ({
  nbformat: 4,
  nbformat_minor: 5,
  metadata: {},
  cells,
});

/** A Markdown cell. */
export const text = (source: string | string[], rest: Partial<IMarkdownCell> = {}): IMarkdownCell => ({
  cell_type: "markdown",
  metadata: {},
  source,
  ...rest,
});

/** A code cell that ran. */
export const code = (source: string, outputs: IOutput[] = [], tags: string[] = []): ICodeCell => ({
  cell_type: "code",
  metadata: { tags },
  execution_count: 1,
  source,
  outputs,
});

/** An output of one format or several. */
export const shown = (data: Readonly<Record<string, unknown>>, metadata = {}): IOutput =>
  ({ output_type: "display_data", data, metadata }) as IOutput;
