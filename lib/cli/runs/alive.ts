import { statSync, utimesSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { isRunning } from "../../files/running";
import type { RunFile } from "./run-file";

/** Seconds between the signs of life that a running notebook's process gives. */
const interval = 30;

/** A run that gave no sign of life for so many seconds is taken to be gone. */
const silence = 300;

/** Shows that the run in `folder` goes on, by the time of its `run.json`, until the result is called. */
export function giveSignsOfLife(folder: string): () => void {
  const timer = setInterval(() => {
    const now = new Date();
    try {
      utimesSync(join(folder, "run.json"), now, now);
    } catch {
      // Somebody has removed the folder.
    }
  }, interval * 1000).unref();
  return () => clearInterval(timer);
}

/** Whether the process of a run that its file calls running is still there. */
export function isAlive(folder: string, { status, host, pid, started }: RunFile): boolean {
  if (status !== "running") return false;
  const lastSign = statSync(join(folder, "run.json"), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (lastSign < Date.now() - silence * 1000) return false;
  // Another computer's processes can't be asked for.
  if (host !== hostname()) return true;
  // In a container, a process that is started again often has the number of the one that was killed.
  if (pid === process.pid) return Date.parse(started) >= Date.now() - 1000 * process.uptime();
  return isRunning(pid);
}
