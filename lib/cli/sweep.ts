import { resolve } from "node:path";
import { UsageError } from "../errors";
import { whenNpmEnds } from "./npm-end";
import { runCommand } from "./sweeps/commands";
import { parseSweepCommand } from "./sweeps/options";

// The command behind `npm run sweep`. Whatever happens, it ends with a readable line, not a stack trace.

async function main(): Promise<number> {
  const command = parseSweepCommand(process.argv.slice(2));
  // A reader that closes this output's pipe, such as `head`, still wants the runs.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
  const stop = new AbortController();
  const timeIsUp = new AbortController();
  // A task is no child of the npm that its environment tells of.
  if (command.action !== "task") whenNpmEnds(() => stop.abort());
  let signals = 0;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      // A second signal means: don't wait for the reports. Slurm may send a task SIGTERM more than once.
      if (++signals > 1 && command.action !== "task") process.exit(130);
      stop.abort();
    });
  }
  // Slurm's notice to a task that its time is nearly over. There is no such signal on Windows.
  if (command.action === "task" && process.platform !== "win32")
    process.on("SIGUSR2", () => timeIsUp.abort());
  return runCommand(command, {
    root: resolve(__dirname, "../.."),
    // npm starts scripts in the project's folder, and says where it was started itself.
    from: process.env.INIT_CWD ?? process.cwd(),
    terminal: process.stdout,
    signal: stop.signal,
    timeIsUp: timeIsUp.signal,
  });
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    const message = error instanceof Error ? error.message : `${error}`;
    const expectedError = error instanceof UsageError;
    process.stderr.write(`sweep: ${message}\n`);
    if (!expectedError && process.env.DEBUG) process.stderr.write(`${(error as Error).stack}\n`);
    process.exitCode = expectedError ? 2 : 1;
  },
);
