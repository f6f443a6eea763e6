import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Promised } from "../promise";
import { canMakeDisks } from "./disk";
import { reportRows } from "./reports";
import type { Row } from "./row";
import { trainingRows } from "./trainings";

// Disks that are full, read-only or gone, and paths at which nothing can be written, while notebooks run and
// trainings keep their checkpoints.

export const diskRows: readonly Row[] = [...reportRows, ...trainingRows];

export const disks: Promised = {
  name: "disks",
  what: "full, read-only and vanishing disks, and paths where nothing can be written",
  promise: "one line that names the path and the reason, or the work goes on; what was there before stays",
  rounds: diskRows.length,
  async prepare(folder) {
    const able = canMakeDisks();
    return {
      async round(k, random) {
        const row = diskRows[k % diskRows.length];
        if (row.disk && !able) return { kind: `${row.name}: not tried, for want of a disk`, faults: [] };
        const place = join(folder, `${k}`);
        mkdirSync(place, { recursive: true });
        return { kind: row.name, faults: await row.attempt(place, random) };
      },
    };
  },
};
