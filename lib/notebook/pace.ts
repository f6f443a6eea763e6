/** When something that takes its time is to be done again. */
export interface Pace {
  due(): boolean;
  /** Does it, and measures how long it takes. */
  spend<T>(work: () => Promise<T>): Promise<T>;
}

/**
 * A pace for work beside other work: first after `seconds`, then at intervals of `seconds` at least, so long
 * that it takes no more than a share `share` of the time. The first time, which may load a library, is not
 * counted.
 */
export function pace(seconds: number, share: number): Pace {
  let next = performance.now() + 1000 * seconds;
  let counted = false;
  return {
    due: () => performance.now() >= next,
    async spend(work) {
      const start = performance.now();
      try {
        return await work();
      } finally {
        const end = performance.now();
        next = end + Math.max(1000 * seconds, counted ? (end - start) / share : 0);
        counted = true;
      }
    },
  };
}
