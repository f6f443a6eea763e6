// By its file: tslab's own kernel, which this must work in too, resolves no folders.
import { duration } from "../text/duration";
import { momentText } from "../text/moment";

/** The progress of some work. */
export interface ProgressUpdate {
  /** Steps done. */
  readonly step: number;
  /** Steps in all. */
  readonly steps: number;
  /** The mean loss over the latest steps, where something is trained. */
  readonly loss?: number;
  /** Steps in a second, over the latest ones; NaN where that isn't known yet. */
  readonly stepsPerSecond?: number;
  /** An estimate of the seconds to the end; NaN where that isn't known yet. */
  readonly secondsLeft?: number;
  /** The step from which work went on that had been interrupted. */
  readonly resumedAt?: number;
  /** Given where nothing was done, since the result was kept: when it was made, in ISO 8601, and how long. */
  readonly kept?: { readonly at: string; readonly seconds: number };
  /** What is counted; "steps" when absent. */
  readonly unit?: string;
  /** A few more words, shown at the end of the line. */
  readonly note?: string;
}

/**
 * One line of progress: `coupled: 120/600 steps · loss 0.1234 · 2.4 steps/s · 3 min 20 s left` or, once it is
 * done, with the time it took: `… · 2.4 steps/s · 4 min 10 s`. Work that went on after an interruption says
 * so, and so does what was kept: `coupled: 600 steps · kept from 25 Nov 22:10 (4 min 10 s)`.
 */
export function progressText(label: string, progress: ProgressUpdate, secondsTaken?: number): string {
  const { step, steps, loss, stepsPerSecond, secondsLeft, note, unit = "steps" } = progress;
  const special = beginningText(progress);
  if (progress.kept) return [`${label}: ${steps} ${unit}`, special, ...(note ? [note] : [])].join(" · ");
  const parts = [`${label}: ${step}/${steps} ${unit}`];
  if (isKnown(loss)) parts.push(`loss ${significant(loss)}`);
  if (isKnown(stepsPerSecond)) parts.push(`${significant(stepsPerSecond, 2)} ${unit}/s`);
  if (secondsTaken !== undefined) parts.push(duration(secondsTaken));
  else if (isKnown(secondsLeft)) parts.push(`${duration(secondsLeft)} left`);
  if (special) parts.push(special);
  if (note) parts.push(note);
  return parts.join(" · ");
}

/** What is special about where work began: `resumed at step 803`, `kept from 25 Nov 22:10 (4 min 10 s)`. */
export function beginningText({ kept, resumedAt }: ProgressUpdate): string | undefined {
  if (kept) return `kept from ${momentText(new Date(kept.at))} (${duration(kept.seconds)})`;
  return isKnown(resumedAt) ? `resumed at step ${resumedAt}` : undefined;
}

// A number that is infinite at first comes as null from another process.
const isKnown = (value: number | null | undefined): value is number =>
  typeof value === "number" && Number.isFinite(value);

function significant(value: number, digits = 4): string {
  if (Math.abs(value) >= 10 ** digits) return value.toFixed(0);
  return value.toPrecision(digits);
}
