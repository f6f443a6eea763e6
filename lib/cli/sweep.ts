import { resolve } from "node:path";
import { runCommand } from "./run-command";
import { stopSignal } from "./stop-signal";
import { runCommand as runSweepCommand } from "./sweeps/commands";
import { parseSweepCommand } from "./sweeps/options";

// The command behind `npm run sweep`.

runCommand("sweep", async () => {
  const command = parseSweepCommand(process.argv.slice(2));
  // A task is no child of the npm that its environment tells of; Slurm may send it SIGTERM more than once.
  const isTask = command.action === "task";
  const timeIsUp = new AbortController();
  // Slurm's notice to a task that its time is nearly over. There is no such signal on Windows.
  if (isTask && process.platform !== "win32") process.on("SIGUSR2", () => timeIsUp.abort());
  return runSweepCommand(command, {
    root: resolve(__dirname, "../.."),
    // npm starts scripts in the project's folder, and says where it was started itself.
    from: process.env.INIT_CWD ?? process.cwd(),
    terminal: process.stdout,
    signal: stopSignal({ patient: isTask }),
    timeIsUp: timeIsUp.signal,
  });
});
