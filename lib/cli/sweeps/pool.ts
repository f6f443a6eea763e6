/** What `runPool` takes. */
export interface Pool<T> {
  readonly items: readonly T[];
  /** How many may go on at once; asked again whenever one has ended. */
  readonly limit: () => number;
  /** When it is aborted, no further item is begun. */
  readonly signal: AbortSignal;
  readonly run: (item: T) => Promise<void>;
}

/**
 * Runs the items in their order, several at once.
 * @throws the first error that `run` throws, when those that had begun have ended; no further item is begun.
 */
export function runPool<T>({ items, limit, signal, run }: Pool<T>): Promise<void> {
  return new Promise((resolve, reject) => {
    const left = [...items];
    const errors: unknown[] = [];
    let running = 0;
    const next = () => {
      while (left.length > 0 && running < limit() && !signal.aborted && errors.length === 0) {
        const item = left.shift() as T;
        running++;
        run(item)
          .catch((error: unknown) => errors.push(error))
          .finally(() => {
            running--;
            next();
          });
      }
      if (running > 0) return;
      if (errors.length > 0) reject(errors[0]);
      else resolve();
    };
    next();
  });
}
