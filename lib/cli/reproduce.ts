import { resolve } from "node:path";
import { UsageError } from "../errors";
import { whenNpmEnds } from "./npm-end";
import { help, parseOptions } from "./options";
import { reproduce } from "./reproduction";

// The command behind `npm run reproduce`. Whatever happens, it ends with a readable line, not a stack trace.

async function main(): Promise<number> {
  const options = parseOptions(process.argv.slice(2));
  if (options.help) {
    console.log(help);
    return 0;
  }
  // A reader that closes this output's pipe, such as `head`, still wants the reports.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
  const stop = new AbortController();
  whenNpmEnds(() => stop.abort());
  let signals = 0;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      // A second signal means: don't wait for the reports.
      if (++signals > 1) process.exit(130);
      stop.abort();
    });
  }
  return reproduce(options, {
    root: resolve(__dirname, "../.."),
    // npm starts scripts in the project's folder, and says where it was started itself.
    from: process.env.INIT_CWD ?? process.cwd(),
    terminal: process.stdout,
    signal: stop.signal,
  });
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    const message = error instanceof Error ? error.message : `${error}`;
    const expectedError = error instanceof UsageError;
    process.stderr.write(`reproduce: ${message}\n`);
    if (!expectedError && process.env.DEBUG) process.stderr.write(`${(error as Error).stack}\n`);
    process.exitCode = expectedError ? 2 : 1;
  },
);
