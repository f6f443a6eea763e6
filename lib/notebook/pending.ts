let tail: Promise<void> = Promise.resolve();

/** Runs `work` after all earlier work, so that displays keep their order whether they are awaited or not. */
export function inOrder(work: () => Promise<void>): Promise<void> {
  const mine = tail.then(work);
  tail = mine.catch(() => {});
  // A promise of its own, so that its failure is unhandled when the caller doesn't handle it.
  return mine.then(() => {});
}

/** Resolves when everything that was passed to `show` is shown. */
export async function allShown(): Promise<void> {
  for (let seen: Promise<void> | undefined; seen !== tail; ) {
    seen = tail;
    await seen;
  }
}
