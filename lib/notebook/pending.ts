let tail: Promise<void> = Promise.resolve();

/** Does `work` after all work given before, so that what is shown keeps its order, awaited or not. */
export function inOrder(work: () => Promise<void>): Promise<void> {
  const mine = tail.then(work);
  tail = mine.catch(() => {});
  return mine;
}

/** Resolves when all that was asked to be shown is shown. */
export async function settled(): Promise<void> {
  for (let seen: Promise<void> | undefined; seen !== tail; ) {
    seen = tail;
    await seen;
  }
}
