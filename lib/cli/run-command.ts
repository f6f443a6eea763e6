import { UsageError } from "../errors";

/**
 * Runs the command called `name`. Whatever happens, it ends with a readable line, not a stack trace, and with
 * its exit code: 2 when it was given what it can't do, 1 when something else went wrong.
 */
export function runCommand(name: string, main: () => Promise<number>): void {
  // A reader that closes this output's pipe, such as `head`, is content.
  process.stdout.on("error", () => {});
  main().then(
    (code) => {
      process.exitCode = code;
    },
    (error: unknown) => {
      const message = error instanceof Error ? error.message : `${error}`;
      const expectedError = error instanceof UsageError;
      process.stderr.write(`${name}: ${message}\n`);
      if (!expectedError && process.env.DEBUG) process.stderr.write(`${(error as Error).stack}\n`);
      process.exitCode = expectedError ? 2 : 1;
    },
  );
}
