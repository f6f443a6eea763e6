import type { Surroundings } from "../reproduction";
import { cancelSweep } from "./cancel";
import { listSweeps } from "./list";
import { showLogs } from "./logs";
import { help, type SweepCommand } from "./options";
import { startSweep } from "./start";
import { showStatus } from "./status";
import { runTask } from "./task";

/** The surroundings of any of the commands. */
export interface CommandSurroundings extends Surroundings {
  /** Aborted when Slurm tells a task that its time is nearly over. */
  readonly timeIsUp: AbortSignal;
}

/** Does what a command line asks for, and returns the exit code. */
export async function runCommand(command: SweepCommand, surroundings: CommandSurroundings): Promise<number> {
  switch (command.action) {
    case "help":
      surroundings.terminal.write(`${help}\n`);
      return 0;
    case "start":
      return startSweep(command, surroundings);
    case "task":
      return runTask({ ...command, timeIsUp: surroundings.timeIsUp }, surroundings);
    case "status":
      return showStatus(command.name, surroundings);
    case "cancel":
      return cancelSweep(command.name, surroundings);
    case "logs":
      return showLogs(command, surroundings);
    case "list":
      return listSweeps(surroundings);
  }
}
