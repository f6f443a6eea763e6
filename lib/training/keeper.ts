import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { expected as expectation, UsageError } from "../errors";
import { holdLock } from "../files/lock";
import {
  type Checkpoint,
  type Expected,
  OtherRunError,
  readCheckpoint,
  type Stored,
  saveCheckpoint,
} from "./checkpoint";
import { keepPrevious, readNewest } from "./generations";

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
  /** Nothing more is kept. */
  close(): void;
}

/** Keeps nothing. */
export const noKeeper: Keeper = Object.freeze({
  fixed: false,
  note() {},
  save() {},
  finish() {},
  close() {},
});

export interface FileKeeperOptions {
  /** The checkpoint of another run to go on from where there is none at the path. */
  readonly branchFrom?: string;
  /** Receives a line where a damaged checkpoint was set aside, or a branch begins. */
  readonly tell?: (line: string) => void;
}

/**
 * Keeps a run in the file that the user has chosen. No other run may keep anything there meanwhile.
 * @throws UsageError if the file there is from another run or in use by one, or it is damaged and so is the
 * generation before.
 */
export function fileKeeper(path: string, expected: Expected, options: FileKeeperOptions = {}): Keeper {
  const lock = locked(path);
  try {
    return openFile(path, expected, { ...options, lock });
  } catch (error) {
    lock.release();
    throw error;
  }
}

function openFile(
  path: string,
  expected: Expected,
  {
    branchFrom,
    tell = (line) => console.error(line),
    lock,
  }: FileKeeperOptions & { readonly lock: ReturnType<typeof locked> },
): Keeper {
  const found = readNewest(
    path,
    (file) => {
      const stored = readCheckpoint(file, expected);
      if (stored) assertBranch(path, stored.facts.branch, branchFrom);
      return stored;
    },
    (line, { checkpoint }) =>
      tell(`${line} The run goes on from the one before it, of step ${checkpoint.step}.`),
  );
  const origin = found ?? (branchFrom === undefined ? undefined : readOrigin(branchFrom, expected));
  const branch = found ? found.facts.branch : branchFrom && branchText(branchFrom, origin);
  if (origin && !found) {
    const { differing } = origin;
    tell(
      `This run is a branch of ${branchFrom} from step ${origin.checkpoint.step} on: ` +
        `${differing.join("; ") || "with the same options"}.`,
    );
  }
  const save = (checkpoint: Checkpoint) => {
    keepPrevious(path);
    saveCheckpoint(path, checkpoint, { ...expected, ...(branch && { facts: { branch } }) });
    lock.renew();
  };
  return Object.freeze({
    ...{ path, fixed: true, note() {}, save, finish: save },
    ...(origin && { resumed: origin.checkpoint }),
    close: lock.release,
  });
}

/** What a branch's own checkpoints say of their origin. */
const branchText = (of: string, origin: Stored | undefined) =>
  JSON.stringify({
    of,
    step: origin?.checkpoint.step,
    sha256: createHash("sha256").update(readFileSync(of)).digest("hex"),
    differing: origin?.differing,
  });

function readOrigin(path: string, expected: Expected): Stored {
  const origin = readCheckpoint(path, expected, true);
  if (!origin) throw expectation("a checkpoint as branchFrom", `${path}, where no file is`);
  return origin;
}

/** @throws unless a checkpoint is of a branch just where this run is one. */
function assertBranch(path: string, stored: string | undefined, branchFrom: string | undefined): void {
  if ((stored === undefined) === (branchFrom === undefined)) return;
  const other = stored === undefined ? "not a branch" : `a branch of ${JSON.parse(stored).of}`;
  const advice =
    stored === undefined
      ? "Pass another path as checkpoint to begin the branch there."
      : "Pass that as branchFrom, or pass another path as checkpoint.";
  throw new OtherRunError(`The checkpoint ${path} is from another run: it is ${other}. ${advice}`);
}

/** The lock of a checkpoint; none where nothing can be written. @throws if another run holds it. */
function locked(path: string) {
  const file = `${path}.lock`;
  const lock = (() => {
    try {
      return holdLock(file);
    } catch {
      // A folder that can't be written to, as a save will say.
      return { renew() {}, release() {} };
    }
  })();
  if (!("heldBy" in lock)) return lock;
  throw new UsageError(
    `The checkpoint ${path} is in use by another run: ${lock.heldBy}. Wait for its end, stop it, or pass ` +
      `another path as checkpoint. If there is no such process, remove ${file}.`,
  );
}
