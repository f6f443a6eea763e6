import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { startCrew } from "./crew";
import type { Promised } from "./promise";
import { isWhole } from "./writer";

// Two or eight processes at once: training at one checkpoint, or writing the same files.

/** Every so many rounds the processes are new ones; the others are done by those of the round before. */
const renewal = 21;

export const together: Promised = {
  name: "together",
  what: "times two or eight processes at one checkpoint, or writing the same files",
  promise: "no damaged file, and one at a checkpoint: the others are refused in a line",
  rounds: 500,
  async prepare(folder) {
    const crew = startCrew();
    return {
      close: () => crew.end(),
      async round(k) {
        if (k % renewal === 0) await crew.end();
        const count = k % 2 === 0 ? 2 : 8;
        const place = join(folder, `${k}`);
        mkdirSync(place, { recursive: true });
        const faults: string[] = [];
        const training = k % 5 === 0;
        if (training) {
          const file = join(place, "a.safetensors");
          const ends = await crew.perform(
            Array.from({ length: count }, (_, n) => ({
              kind: "work",
              work: {
                ...{ kind: "mlp", steps: 60, haste: 1e5, file, result: join(place, `${n}`) },
                learningRate: 1e-3 * (1 + n),
              },
            })),
          );
          const done = ends.filter(({ code }) => code === 0);
          if (done.length !== 1) faults.push(`${done.length} of ${count} trainings had the checkpoint`);
          for (const { code, err } of ends) {
            const refused =
              /^UsageError: .*(?:is in use by another run: process \d+|is from another run)/.test(err);
            if (code !== 0 && !refused) faults.push(`refused by: ${err.split("\n")[0]}`);
          }
        } else {
          const ends = await crew.perform(
            Array.from({ length: count }, (_, n) => ({ kind: "write", folder: place, name: `${n}` })),
          );
          for (const { code, err } of ends)
            if (code !== 0) faults.push(`a writer failed: ${err.split("\n")[0]}`);
          for (const name of readdirSync(place)) {
            if (!isWhole(readFileSync(join(place, name), "utf8"))) faults.push(`damaged: ${name}`);
          }
        }
        rmSync(place, { recursive: true, force: true });
        return { kind: `${count} ${training ? "trainings" : "writers"}`, faults };
      },
    };
  },
};
