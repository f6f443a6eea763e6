import { randomBytes } from "node:crypto";
import { notebookHost } from "./host";
import { progressMime } from "./mime";
import { type Progress, progressText } from "./progress-text";

/**
 * Makes a callback that shows how far some work has come, as one line that is updated in place: a notebook's output,
 * or a line on stderr. Call it as often as you like; it shows twice a second at most, and always the end.
 * Rate and time left are estimated unless they are given.
 */
export function progress(label: string): (progress: Progress) => void {
  const show = notebookLine() ?? terminalLine();
  const start = performance.now();
  let shownAt = Number.NEGATIVE_INFINITY;
  let first: { step: number; time: number } | undefined;
  return (given) => {
    const now = performance.now();
    // Work that was resumed doesn't start from 0, and its first step may include compilation.
    first ??= { step: given.step, time: now };
    const done = given.step >= given.steps;
    if (!done && now - shownAt < show.interval) return;
    shownAt = now;
    const seconds = (now - first.time) / 1000;
    const measured = given.step > first.step && seconds > 0 ? (given.step - first.step) / seconds : undefined;
    const rate = given.rate ?? measured;
    const secondsLeft = given.secondsLeft ?? (rate && (given.steps - given.step) / rate);
    const progress: Progress = { ...given, rate, secondsLeft };
    show.line(progressText(label, progress, done ? (now - start) / 1000 : undefined), {
      label,
      ...progress,
      done,
    });
  };
}

interface Line {
  /** Milliseconds between two lines. */
  readonly interval: number;
  line(text: string, details: Progress & { label: string; done: boolean }): void;
}

function notebookLine(): Line | undefined {
  if (!notebookHost()) return undefined;
  const displayId = randomBytes(8).toString("hex");
  let update = false;
  return {
    interval: 500,
    line(text, details) {
      notebookHost()?.({ "text/plain": text, [progressMime]: details }, { displayId, update });
      update = true;
    },
  };
}

function terminalLine(): Line {
  const { stderr } = process;
  if (!stderr.isTTY) return { interval: 5000, line: (text) => void stderr.write(`${text}\n`) };
  return {
    interval: 500,
    line(text, { done }) {
      stderr.write(`\r${text.slice(0, (stderr.columns || 80) - 1)}\u001b[K${done ? "\n" : ""}`);
    },
  };
}
