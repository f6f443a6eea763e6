import { UsageError } from "../../errors";
import { wrongCall } from "../exit-codes";
import type { StatusLine } from "../status-line";

/** What a command works with. */
export interface Context {
  /** The library's folder, with its package.json. */
  readonly root: string;
  /** Where a line of progress is shown, and permanent lines are printed. */
  readonly line: StatusLine;
  /** Aborted when the command is to save what it has and end. */
  readonly signal: AbortSignal;
  /** The program as the user called it, for commands to go on with. */
  readonly program: string;
}

/** An error of one sentence for a command that was called wrongly, as only its work could tell. */
export const wrongUsage = (sentence: string): UsageError => wrongCall(new UsageError(sentence));
