import type { Method } from "../../samplers";
import type { NewData } from "./new-data";
import type { Trained } from "./trained";

/** A measure, with what it is to be read beside. */
export interface Measure {
  readonly name: string;
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** What others get on the same data: a simple method, or real samples. */
  readonly beside: Readonly<Record<string, number>>;
}

/** What a model does on data that it has not seen. */
export interface Evaluation {
  readonly samples: number;
  readonly nfe: number;
  readonly measures: readonly Measure[];
  /** How many of new samples are among those that it was trained on, where these are at hand. */
  readonly trainedOn?: number;
}

export interface EvaluateOptions {
  readonly trained: Trained;
  readonly print: (line: string) => void;
  /** Where the data are now, unless they are where they were. */
  readonly data?: string;
  /** What to measure on in place of its held-out data. */
  readonly fresh?: Pick<NewData, "samples" | "name">;
  /** How many samples, from the first. */
  readonly count: number;
  readonly method: Method;
  readonly seed: number;
  readonly signal: AbortSignal;
}
