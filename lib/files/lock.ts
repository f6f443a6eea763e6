import { readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { UsageError } from "../errors";
import { makeFolder } from "./atomic-write";
import { birthOf, isRunning } from "./running";

/** Who holds a lock: the content of its file. */
interface Holder {
  readonly pid: number;
  readonly host: string;
  readonly since: string;
  /** When the process began, which tells it from a later one of that number; "" where it isn't known. */
  readonly born?: string;
}

/** A lock that is held until it is released. */
export interface Lock {
  /** Says that the holder is still there, to other computers. */
  renew(): void;
  release(): void;
}

/**
 * Does `work` while this process, and no other, holds the lock at `path`: a file that is there meanwhile.
 * Others wait for it; a lock that a dead process has left is taken over. Meant for short work: a lock that
 * another computer has held for two minutes counts as left.
 * @param patience seconds after which waiting for another process is given up
 * @throws a one-line error that names the process which does not give the lock back.
 */
export async function withLock<T>(path: string, work: () => T | Promise<T>, patience = 120): Promise<T> {
  makeFolder(dirname(path));
  const until = performance.now() + patience * 1000;
  for (let pause = 5; !take(path); pause = Math.min(2 * pause, 100)) {
    takeOverIfLeft(path);
    if (performance.now() > until) throw stillHeld(path, patience);
    await sleep(pause);
  }
  try {
    return await work();
  } finally {
    quietly(() => rmSync(path, { force: true }));
  }
}

/**
 * Takes the lock at `path` for long, or says who holds it. One that a dead process has left is taken over; of
 * another computer's, one that wasn't renewed for an hour.
 */
export function holdLock(path: string): Lock | { readonly heldBy: string } {
  makeFolder(dirname(path));
  for (let attempt = 0; !take(path); attempt++) {
    takeOverIfLeft(path, 3_600_000);
    if (attempt > 2) {
      const { pid, host, since } = holderOf(path) ?? {};
      return { heldBy: `process ${pid} on ${host}, since ${since}` };
    }
  }
  return Object.freeze({
    renew() {
      const now = new Date();
      // Its folder may have been removed, and made again by what is written there.
      quietly(() => (isOurs(path) ? utimesSync(path, now, now) : take(path)));
    },
    release: () => quietly(() => isOurs(path) && rmSync(path, { force: true })),
  });
}

/** Whether this process holds the lock, as it did unless its folder was removed meanwhile. */
const isOurs = (path: string) => {
  const holder = holderOf(path);
  return holder?.pid === process.pid && holder.host === hostname();
};

/**
 * For what a disk that fails meanwhile can't keep from being a lock: one that stays is taken over when this
 * process is gone, and what else is written there says what is wrong.
 */
function quietly(act: () => void): void {
  try {
    act();
  } catch {
    // A disk that is read-only, or gone.
  }
}

/** Whether the lock was free. */
function take(path: string): boolean {
  const holder: Holder = {
    ...{ pid: process.pid, host: hostname(), since: new Date().toISOString() },
    born: birthOf(process.pid),
  };
  try {
    writeFileSync(path, JSON.stringify(holder), { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    return false;
  }
}

/** Frees a lock whose process is gone. One process at a time looks, so that none frees a lock just taken. */
function takeOverIfLeft(path: string, patience = 120_000): void {
  if (!isLeft(path, patience)) return;
  const looking = `${path}.takeover`;
  if (!take(looking)) {
    // Looking takes no time, so whoever does it for long is dead.
    if (ageOf(looking) > 10_000) rmSync(looking, { force: true });
    return;
  }
  try {
    if (isLeft(path, patience)) rmSync(path, { force: true });
  } finally {
    rmSync(looking, { force: true });
  }
}

/** @param patience milliseconds after which a lock of another computer counts as left */
function isLeft(path: string, patience: number): boolean {
  const holder = holderOf(path);
  // It is being written, or its process was killed while it wrote.
  if (!holder) return ageOf(path) > 10_000;
  if (holder.host !== hostname()) return ageOf(path) > patience;
  // In a container, a process that is started again often has the number of the one that was killed.
  if (holder.pid === process.pid) return ageOf(path) > 1000 * process.uptime();
  return !isRunning(holder.pid) || (!!holder.born && birthOf(holder.pid) !== holder.born);
}

function holderOf(path: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return undefined;
  }
}

/** Milliseconds since the file was written; below 0 when there is none. */
const ageOf = (path: string) =>
  Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Number.POSITIVE_INFINITY);

function stillHeld(path: string, patience: number): UsageError {
  const { pid, host, since } = holderOf(path) ?? {};
  return new UsageError(
    `${dirname(path)} has been in use by process ${pid} on ${host} since ${since}, and waiting for it was ` +
      `given up after ${patience} s. Stop that process, or remove ${path} if it is gone.`,
  );
}
