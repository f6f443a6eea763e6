let tail: Promise<void> = Promise.resolve();

/** Does `work` after all work given before, so that what is shown keeps its order, awaited or not. */
export function inOrder(work: () => Promise<void>): Promise<void> {
  const mine = tail.then(work);
  tail = mine.catch(() => {});
  // A promise of its own, so that its failure is unhandled when the caller doesn't handle it.
  return mine.then(() => {});
}

/** Resolves when all that was asked to be shown is shown. */
export async function allShown(): Promise<void> {
  for (let seen: Promise<void> | undefined; seen !== tail; ) {
    seen = tail;
    await seen;
  }
}
