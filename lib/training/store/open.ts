import { renameSync, rmSync } from "node:fs";
import { UsageError } from "../../errors";
import { type Checkpoint, type Expected, readCheckpoint, saveCheckpoint } from "../checkpoint";
import { damagedEnding, keepPrevious, previousOf, readNewest } from "../generations";
import type { Finished, Keeper } from "../keeper";
import { shortDigest } from "./digest";
import { storePaths } from "./folder";
import { type Computation, trainingKey } from "./key";

export interface OpenOptions {
  readonly folder: string;
  /** What the training is called, in its file's name and in what is told of it. */
  readonly label: string;
  readonly computation: Computation;
  readonly expected: Expected;
  /** Receives one line when something is damaged, has changed, or can't be written. */
  readonly tell?: (line: string) => void;
}

/** Seconds for the comparison of batches with those that a kept training had. */
const patience = 0.5;

/**
 * The place of a training in the store, with what is there of it: finished, or to be gone on with.
 *
 * Files are written whole or not at all. Processes that train the same thing at the same time don't wait for
 * each other: each trains on its own, and the last to be done leaves its file, which holds the same. What is
 * damaged is told, moved aside and trained anew; where nothing can be written the training goes on without.
 *
 * @throws UsageError if what the training computes can't be told for certain.
 */
export async function openStored({
  folder,
  label,
  computation,
  expected,
  tell = (line) => console.error(line),
}: OpenOptions): Promise<Keeper> {
  const { steps, batch } = computation;
  const key = await trainingKey(computation);
  const paths = storePaths(folder, label, key);
  const there = (path: string, slots: readonly string[]) =>
    readIntact(path, { ...expected, slots }, { key, label, tell });
  const unchanged = async (found: ReturnType<typeof there>, what: string) => {
    if (!found) return undefined;
    const step = await differingBatch(found.checkpoint, batch);
    if (step === undefined) return found;
    tell(`${label}: ${what} had another batch at step ${step}. It is trained anew.`);
    return undefined;
  };

  const done = await unchanged(there(paths.finished, []), "the kept training");
  const begun = done
    ? undefined
    : await unchanged(there(paths.unfinished, expected.slots), "the interrupted training");
  const before = begun ? Number(begun.facts.seconds) : 0;
  const batches = new Int32Array(2 * steps);
  if (begun?.checkpoint.batches) batches.set(begun.checkpoint.batches);

  let writable = true;
  const write = (path: string, checkpoint: Checkpoint, times: Readonly<Record<string, number>>) => {
    if (!writable) return;
    const texts = Object.entries(times).map(([name, value]) => [name, `${value}`]);
    const facts = { key, at: new Date().toISOString(), ...Object.fromEntries(texts) };
    try {
      const known = { ...checkpoint, batches: batches.slice(0, 2 * checkpoint.step) };
      if (path === paths.unfinished) keepPrevious(path);
      saveCheckpoint(path, known, { ...expected, facts });
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      writable = false;
      tell(`${label}: ${error.message} It is trained without being kept.`);
    }
  };
  return Object.freeze({
    path: paths.unfinished,
    fixed: false,
    ...(done && { finished: finishedOf(done) }),
    ...(begun && { resumed: begun.checkpoint }),
    note: (step: number, batch: unknown) => batches.set(shortDigest(batch), 2 * step),
    save: (checkpoint: Checkpoint, seconds: number) =>
      write(paths.unfinished, checkpoint, { seconds: before + seconds }),
    finish(checkpoint: Checkpoint, { seconds, secondsPerStep }: Parameters<Keeper["finish"]>[1]) {
      const learned = { ...checkpoint, state: { ...checkpoint.state, slots: {} } };
      write(paths.finished, learned, { seconds: before + seconds, secondsPerStep });
      if (!writable) return;
      for (const path of [paths.unfinished, previousOf(paths.unfinished)]) rmSync(path, { force: true });
    },
    close() {},
  } satisfies Keeper);
}

type Found = NonNullable<ReturnType<typeof readCheckpoint>>;

const finishedOf = ({ checkpoint, facts }: Found): Finished => ({
  checkpoint,
  kept: Object.freeze({ at: facts.at, seconds: Number(facts.seconds) }),
  secondsPerStep: Number(facts.secondsPerStep),
});

/** A file of the store, if it is there and whole; a damaged one is moved aside. */
function readIntact(
  path: string,
  expected: Expected,
  { key, label, tell }: Pick<OpenOptions, "label"> & { key: string; tell: (line: string) => void },
): Found | undefined {
  const read = (file: string) => {
    const found = readCheckpoint(file, expected);
    if (!found) return undefined;
    const { step, batches } = found.checkpoint;
    if (found.facts.key === key && batches?.length === 2 * step) return found;
    throw new UsageError(`${file} is of another training.`);
  };
  try {
    return readNewest(path, read, (line, { checkpoint }) =>
      tell(`${label}: ${line} It goes on from the one before, of step ${checkpoint.step}.`),
    );
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
  }
  let aside = "";
  try {
    renameSync(path, path + damagedEnding);
    aside = `, and now called ${path + damagedEnding}`;
  } catch {
    // A folder that can't be written to: the file stays as it is.
  }
  tell(`${label}: the kept file ${path} is damaged${aside}. It is trained anew.`);
  return undefined;
}

/**
 * A step at which the batch is another than the one that was trained on: of all steps done where that is
 * quickly said, else of as many as the patience allows, spread evenly, four at least.
 */
async function differingBatch(
  { step: done, batches = new Int32Array(0) }: Checkpoint,
  batch: (step: number) => unknown,
): Promise<number | undefined> {
  const start = performance.now();
  let compared = 0;
  for (const step of spreadOut(done)) {
    if (compared++ >= 4 && performance.now() - start > patience * 1000) return undefined;
    const [a, b] = shortDigest(await batch(step));
    if (a !== batches[2 * step] || b !== batches[2 * step + 1]) return step;
  }
  return undefined;
}

/** 0, …, n − 1 in an order that covers the whole evenly, however early it is broken off. */
export function* spreadOut(n: number): Generator<number> {
  const bits = Math.ceil(Math.log2(Math.max(1, n)));
  for (let i = 0; i < 2 ** bits; i++) {
    let turned = 0;
    for (let bit = 0; bit < bits; bit++) turned = 2 * turned + (Math.floor(i / 2 ** bit) % 2);
    if (turned < n) yield turned;
  }
}
