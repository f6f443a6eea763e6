import type { Surroundings } from "../reproduction";
import { publish } from "../runs/publish";
import { queueOf } from "./queue";
import { countsText, pointStates } from "./states";
import { readSweep, sweepFolder } from "./sweep-file";
import { sweepTable } from "./table";
import { resultsText } from "./words";

/** Prints how the points of a sweep stand, and writes its pages anew. */
export async function showStatus(name: string, { root, terminal }: Surroundings): Promise<number> {
  const sweep = readSweep(root, name);
  const out = sweepFolder(root, name);
  const { queue, line } = await queueOf(out, sweep);
  const states = pointStates(out, sweep, queue);
  const lines = [sweepTable(states), `${name}: ${countsText(states)}. ${resultsText(root, out)}`];
  terminal.write([...lines, ...line].map((text) => `${text}\n`).join(""));
  await publish(out);
  return 0;
}
