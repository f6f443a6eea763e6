import type { Failure, Output } from "../executor/output";
import type { ParameterValue } from "../parameters";

/** What the runner tells the process of a notebook. */
export interface Request {
  /** The cell's place, from 0. What it shows, even after its end, is reported with it. */
  readonly cell: number;
  readonly source: string;
  /** Variables whose values are asked for when the cell is done. */
  readonly read: readonly string[];
}

/** What the process of a notebook tells the runner. */
export type Report =
  | { readonly type: "ready" }
  | { readonly type: "output"; readonly output: Output; readonly cell: number }
  | {
      readonly type: "done";
      readonly failure?: Failure;
      readonly values: Readonly<Record<string, ParameterValue>>;
      /** The most memory that the process held so far, in bytes. */
      readonly peakMemory: number;
    };
