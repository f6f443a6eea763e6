/** Writes the pages about all runs of a sweep. */
export interface PageWriter {
  /** Does `write` when what else is being written is done. */
  readonly inTurn: <T>(write: () => Promise<T>) => Promise<T>;
  /** Writes the pages, unless it was done a short time ago. */
  readonly write: () => Promise<void>;
  /** Writes them for the last time. */
  readonly close: () => Promise<void>;
}

/** Milliseconds from one writing to the next: each takes time for every run that is there. */
const interval = 10_000;

export function pageWriter(root: string, out: string): PageWriter {
  let last: Promise<unknown> = Promise.resolve();
  let written = Number.NEGATIVE_INFINITY;
  const inTurn = <T>(write: () => Promise<T>): Promise<T> => {
    const mine = last.then(write);
    last = mine.catch(() => {});
    return mine;
  };
  const close = () =>
    inTurn(async () => {
      written = performance.now();
      void [root, out];
    });
  return {
    inTurn,
    close,
    write: async () => {
      if (performance.now() - written > interval) await close();
    },
  };
}
