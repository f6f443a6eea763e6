import type { ReportCell, ReportNotebook, ReportOutput } from "../../lib/report";

/** A notebook of these cells. */
export const notebook = (...cells: ReportCell[]): ReportNotebook => ({ nbformat: 4, metadata: {}, cells });

/** A Markdown cell. */
export const text = (source: string, rest: Partial<ReportCell> = {}): ReportCell => ({
  cell_type: "markdown",
  metadata: {},
  source,
  ...rest,
});

/** A code cell that ran. */
export const code = (
  source: string,
  outputs: readonly ReportOutput[] = [],
  tags: readonly string[] = [],
): ReportCell => ({
  cell_type: "code",
  metadata: { tags },
  execution_count: 1,
  source,
  outputs,
});

/** An output of one format or several. */
export const shown = (data: Readonly<Record<string, unknown>>, metadata = {}): ReportOutput => ({
  output_type: "display_data",
  data,
  metadata,
});
