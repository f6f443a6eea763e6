import { UsageError } from "../errors";
import { exitCodeOf } from "./exit-codes";

/**
 * Runs the command called `name`. Whatever happens, it ends with a readable line, not a stack trace, and with
 * its exit code.
 */
export function runCommand(name: string, main: () => Promise<number>): void {
  // A reader that closes this output's pipe, such as `head`, is content.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
  main().then(
    (code) => {
      process.exitCode = code;
    },
    (error: unknown) => {
      const message = error instanceof Error ? error.message : `${error}`;
      process.stderr.write(`${name}: ${message}\n`);
      if (!(error instanceof UsageError) && process.env.DEBUG) {
        process.stderr.write(`${(error as Error).stack}\n`);
      }
      process.exitCode = exitCodeOf(error);
    },
  );
}
