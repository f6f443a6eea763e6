import { notebookHost } from "./host";
import { progressMime } from "./mime";
import { displayPlace } from "./place";
import { type ProgressUpdate, progressText } from "./progress-text";

/**
 * Makes a callback that shows how far some work has come, as one line that is updated in place: a notebook's
 * output, or a line on stderr. Call it as often as you like; it shows twice a second at most, and always the
 * end. Steps per second and the time left are estimated unless they are given; the last line has the mean
 * over all the time.
 *
 * It returns "stop" once the notebook's cell was interrupted: work that can go on later should then save what
 * it has and end, as `train` does. Work that goes on all the same ends with an error when it next calls.
 *
 * @example
 * const report = progress("coupled");
 * for (let step = 1; step <= 100; step++) {
 *   if (report({ step, steps: 100, loss: 1 / step }) === "stop") break;
 * }
 */
export function progress(label: string): (update: ProgressUpdate) => "stop" | undefined {
  const show = notebookLine() ?? terminalLine();
  const start = performance.now();
  let shownAt = Number.NEGATIVE_INFINITY;
  let stopped = false;
  let first: { step: number; time: number } | undefined;
  return (given) => {
    // Before anything is shown, which would end the work of an interrupted cell at once.
    if (notebookHost()?.stopRequested()) {
      if (stopped) throw new Error(`${label} was told to stop.`);
      stopped = true;
      return "stop";
    }
    const now = performance.now();
    // Work that was resumed doesn't start from 0, and its first step may include compilation.
    first ??= { step: given.step, time: now };
    const done = given.step >= given.steps;
    if (!done && now - shownAt < show.interval) return undefined;
    shownAt = now;
    const seconds = (now - first.time) / 1000;
    const measured = given.step > first.step && seconds > 0 ? (given.step - first.step) / seconds : undefined;
    const taken = (now - start) / 1000;
    // At the end, beside the time that all took, the mean over that time.
    const mean = (given.step - (given.resumedAt ?? (first.step > 1 ? first.step : 0))) / taken;
    const stepsPerSecond = done && mean > 0 && taken > 0 ? mean : (given.stepsPerSecond ?? measured);
    const secondsLeft = given.secondsLeft ?? (stepsPerSecond && (given.steps - given.step) / stepsPerSecond);
    const progress: ProgressUpdate = { ...given, stepsPerSecond, secondsLeft };
    show.line(progressText(label, progress, done ? taken : undefined), {
      label,
      ...progress,
      done,
    });
    return undefined;
  };
}

interface Line {
  /** Milliseconds between two lines. */
  readonly interval: number;
  line(text: string, details: ProgressUpdate & { label: string; done: boolean }): void;
}

function notebookLine(): Line | undefined {
  if (!notebookHost()) return undefined;
  const place = displayPlace();
  return {
    interval: 500,
    line: (text, details) => place.show({ "text/plain": text, [progressMime]: details }),
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
