import { type Checkpoint, type Expected, resumeCheckpoint, saveCheckpoint } from "./checkpoint";

/** When a model was trained that was found in the store, and how long that took. */
export interface Kept {
  /** In ISO 8601. */
  readonly at: string;
  /** Those before an interruption included. */
  readonly seconds: number;
}

/** A training that was done before. */
export interface Finished {
  /** Without the optimizer's vectors. */
  readonly checkpoint: Checkpoint;
  readonly kept: Kept;
  readonly secondsPerStep: number;
}

/** Keeps a training, while it runs and when it is done. */
export interface Keeper {
  /** The file in which it is kept while it runs; absent where it isn't kept. */
  readonly path?: string;
  /** Whether the user has to do something before a run with other options can be kept: the path is fixed. */
  readonly fixed: boolean;
  readonly finished?: Finished;
  /** Where an interrupted run stood. */
  readonly resumed?: Checkpoint;
  /** Notes the batch of a step, counted from 0, before it is trained on. */
  note(step: number, batch: unknown): void;
  /** @param seconds spent on this run so far */
  save(checkpoint: Checkpoint, seconds: number): void;
  finish(checkpoint: Checkpoint, times: Record<"seconds" | "secondsPerStep", number>): void;
}

/** Keeps nothing. */
export const noKeeper: Keeper = Object.freeze({ fixed: false, note() {}, save() {}, finish() {} });

/**
 * Keeps a run in the file that the user has chosen.
 * @throws UsageError if the file there is damaged or from another run.
 */
export function fileKeeper(path: string, expected: Expected): Keeper {
  const resumed = resumeCheckpoint(path, expected);
  const save = (checkpoint: Checkpoint) => saveCheckpoint(path, checkpoint, expected);
  return Object.freeze({ path, fixed: true, resumed, note() {}, save, finish: save });
}
