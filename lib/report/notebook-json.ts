/** Text as nbformat stores it: one string, or its lines. */
type MultilineText = string | readonly string[];

/** An output of a code cell, as nbformat 4 has it. */
export interface ReportOutput {
  readonly output_type: string;
  readonly name?: string;
  readonly text?: MultilineText;
  readonly data?: Readonly<Record<string, unknown>>;
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly ename?: string;
  readonly evalue?: string;
  readonly traceback?: readonly string[];
}

/** A cell, as nbformat 4 has it. */
export interface ReportCell {
  readonly cell_type: string;
  readonly source: MultilineText;
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly execution_count?: number | null;
  readonly outputs?: readonly ReportOutput[];
  readonly attachments?: unknown;
}

/** A notebook of nbformat 4, as it was parsed from its file. */
export interface ReportNotebook {
  readonly nbformat: number;
  readonly cells: readonly ReportCell[];
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** Text, whichever way it was stored. */
export function joined(text: unknown): string {
  if (typeof text === "string") return text;
  return Array.isArray(text) ? text.join("") : "";
}

/** The tags of a cell. */
export function tagsOf(cell: ReportCell): readonly string[] {
  const tags = cell.metadata?.["tags"];
  return Array.isArray(tags) ? tags.filter((tag): tag is string => typeof tag === "string") : [];
}
