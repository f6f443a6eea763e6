import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { choose } from "../../errors";
import type { Surroundings } from "../reproduction";
import { shownPath } from "../shown-path";
import { logFile } from "./run-point";
import { taskLogs } from "./slurm/submit-points";
import { pointFolder, readSweep, type SweepFile, sweepFolder } from "./sweep-file";

/**
 * Prints the logs of one point, and what its tasks printed; without a point, the last line of each log.
 * @throws a one-line error when there is no such sweep, or no such point.
 */
export async function showLogs(
  { name, point }: { readonly name: string; readonly point?: string },
  { root, terminal }: Surroundings,
): Promise<number> {
  const sweep = readSweep(root, name);
  const out = sweepFolder(root, name);
  if (point === undefined) {
    for (const one of sweep.points) {
      const last = textOf(join(pointFolder(out, one), logFile))
        .trimEnd()
        .split("\n")
        .at(-1);
      terminal.write(`${last ? last : `no log yet: ${one.id}`}\n`);
    }
    return 0;
  }
  const index = indexOf(sweep, point);
  const files = [join(pointFolder(out, sweep.points[index]), logFile), ...taskLogs(out, index)];
  const found = files.filter((file) => existsSync(file));
  if (found.length === 0) terminal.write(`${sweep.points[index].id} has no log yet.\n`);
  for (const file of found) terminal.write(`== ${shownPath(root, file)}\n${textOf(file).trimEnd()}\n`);
  return 0;
}

/** The number of the point with this ID or number. */
function indexOf({ points }: SweepFile, given: string): number {
  const numbers = points.map(({ id }, index) => [id, index] as const);
  const byNumber = points.map((_, index) => [`${index}`, index] as const);
  const found = new Map<string, number>([...byNumber, ...numbers]).get(given);
  return found ?? choose("a point", given, Object.fromEntries(numbers));
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
