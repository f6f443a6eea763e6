import { UsageError } from "../errors";

/** How commands end; the guide has a table of it. */
export const exitCodes = Object.freeze({ done: 0, failed: 1, wrongCall: 2, stopped: 130 });

/** What the help of each command says of it. */
export const exitCodesHelp =
  "Exit codes: 0 done, 1 something failed, 2 wrongly called (nothing was done), 130 stopped.";

/** The exit code for an error: its own if it has one, else that of a wrong call for errors that users get. */
export function exitCodeOf(error: unknown, usual: number = exitCodes.wrongCall): number {
  const { exitCode } = error as { readonly exitCode?: number };
  return exitCode ?? (error instanceof UsageError ? usual : exitCodes.failed);
}

/** The error, of what failed though the command was called rightly. */
export const failure = <E>(error: E): E =>
  error instanceof Error ? Object.assign(error, { exitCode: exitCodes.failed }) : error;

/** The error, of a command that was called wrongly, as only its work could tell. */
export const wrongCall = <E>(error: E): E =>
  error instanceof Error ? Object.assign(error, { exitCode: exitCodes.wrongCall }) : error;
