/** A report, as the index shows it. */
export interface IndexEntry {
  readonly title: string;
  /** Where its page lies, relative to the index. */
  readonly href: string;
  /** "quick", "small" or "paper". */
  readonly scale: string;
  /** "ok" when all cells ran; anything else is shown as a failure. */
  readonly status: string;
  readonly durationSeconds: number;
  /** The few numbers that sum the report up. */
  readonly metrics: Readonly<Record<string, number | string>>;
  /** A picture from the report, as a data URI. */
  readonly thumbnail?: string;
  readonly notebookHref: string;
  readonly metricsHref: string;
}

/** Options of {@link renderIndex}. */
export interface IndexOptions {
  /** "Reports" when absent. */
  readonly title?: string;
  /** A sentence below the title. */
  readonly lead?: string;
  /** What stands below that: the commit, the machine, … */
  readonly facts?: Readonly<Record<string, string | number>>;
}

/** Renders the index of a folder of reports: one card per report, as a page that works offline. */
export async function renderIndex(
  entries: readonly IndexEntry[],
  options: IndexOptions = {},
): Promise<string> {
  // Loaded here, as what renders notebooks is.
  const { indexPage } = await import("./index-page");
  return indexPage(entries, options);
}
