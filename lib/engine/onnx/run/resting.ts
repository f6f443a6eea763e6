/** A model between two of its runs, which can be closed, as it is opened again when it is next needed. */
export interface Resting {
  /** About how much memory it holds. */
  readonly bytes: number;
  close(): Promise<void>;
}

/** In the order of their last runs. */
const resting = new Set<Resting>();

/** What all that rest may hold, but for the last few: opening one again takes about as long as a run. */
const mostBytes = 2 ** 27;
const fewest = 6;

/** To be called before a model is run. */
export const wake = (model: Resting): void => void resting.delete(model);

/**
 * To be called after a model was run: a notebook makes many fields, each of which would keep the memory of
 * its last evaluation. Closes those that have rested longest where all together hold too much.
 */
export async function rest(model: Resting): Promise<void> {
  resting.delete(model);
  resting.add(model);
  let bytes = 0;
  for (const each of resting) bytes += each.bytes;
  for (const oldest of resting) {
    if (bytes <= mostBytes || resting.size <= fewest) return;
    resting.delete(oldest);
    bytes -= oldest.bytes;
    await oldest.close();
  }
}
