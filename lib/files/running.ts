import { readFileSync } from "node:fs";

/** Whether a process of this computer has this number. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH"; // EPERM: it runs as another user
  }
}

/**
 * A text that tells a process of this computer from a later one of the same number; "" where the system
 * doesn't say.
 */
export function birthOf(pid: number): string {
  try {
    // Of the fields after the command's name, which may hold anything, the 20th is the start in clock ticks.
    const text = readFileSync(`/proc/${pid}/stat`, "latin1");
    return text.slice(text.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  } catch {
    return "";
  }
}
