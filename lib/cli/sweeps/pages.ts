import { publish } from "../runs/publish";

/** Keeps the pages about all runs of a sweep up to date. */
export interface PageWriter {
  /**
   * Writes the pages, unless that was done a short time ago.
   * @returns one line for each page that could not be rendered.
   */
  write(): Promise<string[]>;
  /** Writes them for the last time. */
  close(): Promise<string[]>;
}

/** Milliseconds from one writing to the next: each takes time for every run that is there. */
const interval = 10_000;

/** A writer of the pages in the sweep's folder. */
export function pageWriter(out: string): PageWriter {
  let written = Number.NEGATIVE_INFINITY;
  const close = () => {
    written = performance.now();
    return publish(out);
  };
  return {
    close,
    write: async () => (performance.now() - written > interval ? close() : []),
  };
}
