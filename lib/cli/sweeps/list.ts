import type { Surroundings } from "../reproduction";
import { queueOf } from "./queue";
import { countsText, pointStates } from "./states";
import { readSweep, sweepFolder, sweepNames } from "./sweep-file";
import { pointsText } from "./words";

/** Prints all sweeps, one a line. */
export async function listSweeps({ root, terminal }: Surroundings): Promise<number> {
  const names = sweepNames(root);
  if (names.length === 0)
    terminal.write("There are no sweeps yet. How to start one: npm run sweep -- --help\n");
  for (const name of names) {
    const sweep = readSweep(root, name);
    const out = sweepFolder(root, name);
    const states = pointStates(out, sweep, (await queueOf(out, sweep)).queue);
    const points = `${pointsText(states.length)} (${countsText(states)})`;
    terminal.write(`${name}: ${sweep.notebook}, ${sweep.executor}, ${points}\n`);
  }
  return 0;
}
