// By its file: tslab's own kernel, which this must work in too, resolves no folders.
import { duration } from "../text/duration";

/** The progress of some work. */
export interface ProgressUpdate {
  /** Steps done. */
  readonly step: number;
  /** Steps in all. */
  readonly steps: number;
  readonly loss?: number;
  readonly stepsPerSecond?: number;
  readonly secondsLeft?: number;
  /** What is counted; "steps" when absent. */
  readonly unit?: string;
  /** A few more words, shown at the end of the line. */
  readonly note?: string;
}

/**
 * One line of progress: `coupled: 120/600 steps · loss 0.1234 · 2.4 steps/s · 3 min 20 s left` or, once it is
 * done, with the time it took: `… · 4 min 10 s`.
 */
export function progressText(label: string, progress: ProgressUpdate, secondsTaken?: number): string {
  const { step, steps, loss, stepsPerSecond, secondsLeft, note, unit = "steps" } = progress;
  const parts = [`${label}: ${step}/${steps} ${unit}`];
  if (isKnown(loss)) parts.push(`loss ${significant(loss)}`);
  if (isKnown(stepsPerSecond)) parts.push(`${significant(stepsPerSecond, 2)} ${unit}/s`);
  if (secondsTaken !== undefined) parts.push(duration(secondsTaken));
  else if (isKnown(secondsLeft)) parts.push(`${duration(secondsLeft)} left`);
  if (note) parts.push(note);
  return parts.join(" · ");
}

// A number that is infinite at first comes as null from another process.
const isKnown = (value: number | null | undefined): value is number =>
  typeof value === "number" && Number.isFinite(value);

function significant(value: number, digits = 4): string {
  if (Math.abs(value) >= 10 ** digits) return value.toFixed(0);
  return value.toPrecision(digits);
}
