import type { ReportNotebook } from "./notebook-json";

/** Options of {@link renderNotebook}. */
export interface ReportOptions {
  /** The title when the notebook's first Markdown has no heading of level 1. */
  readonly title?: string;
  /** What stands below the title: "scale" → "quick", "seed" → 1, "duration" → "2 min 4 s", … */
  readonly facts?: Readonly<Record<string, string | number>>;
  /** Links below the facts: to the index, to the notebook, to its metrics. */
  readonly links?: readonly { readonly label: string; readonly href: string }[];
  /** Whether code is unfolded when the page opens: "shown", the default, or "folded". */
  readonly code?: "shown" | "folded";
  /** Whether plots answer to the pointer; true when absent. It costs 2 MB, and only where there are plots. */
  readonly interactive?: boolean;
  /** The language of the notebook's text, "en" when absent. */
  readonly language?: string;
  /** A line at the end of the page. */
  readonly footer?: string;
}

/**
 * Renders a notebook as one HTML page that works offline and fetches nothing: text, mathematics, code, tables,
 * and figures that are interactive where a browser allows. What the notebook's outputs hold as HTML is
 * sanitised; figures of this library, and any other Plotly figure, are made anew from their data.
 * @throws when it isn't a notebook of nbformat 4.
 */
export async function renderNotebook(notebook: ReportNotebook, options: ReportOptions = {}): Promise<string> {
  // Loaded here: a notebook that only draws figures does not need what renders reports.
  const { notebookPage } = await import("./notebook-page");
  return notebookPage(notebook, options);
}
