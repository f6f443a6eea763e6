import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { startCompiled, startWork } from "./process";
import type { Promised } from "./promise";

// Two or eight processes at once: training at one checkpoint, or writing the same files.

/** What is in a file that a writer has left whole: see writer.ts. */
export function isWhole(text: string): boolean {
  const [head, body = ""] = [text.slice(0, text.indexOf("\n")), text.slice(text.indexOf("\n") + 1)];
  return isDeepStrictEqual([...new Set(body)], [head.at(0)]) && body.length === Number(head.slice(1));
}

export const together: Promised = {
  name: "together",
  what: "times two or eight processes at one checkpoint, or writing the same files",
  promise: "no damaged file, and one at a checkpoint: the others are refused in a line",
  rounds: 500,
  async prepare(folder) {
    return {
      async round(k) {
        const count = k % 2 === 0 ? 2 : 8;
        const place = join(folder, `${k}`);
        mkdirSync(place, { recursive: true });
        const faults: string[] = [];
        const training = k % 5 === 0;
        if (training) {
          const file = join(place, "a.safetensors");
          const ends = await Promise.all(
            Array.from(
              { length: count },
              (_, n) =>
                startWork({
                  ...{ kind: "mlp", steps: 200, haste: 1e5, file, result: join(place, `${n}`) },
                  learningRate: 1e-3 * (1 + n),
                }).end,
            ),
          );
          const done = ends.filter(({ code }) => code === 0);
          if (done.length !== 1) faults.push(`${done.length} of ${count} trainings had the checkpoint`);
          for (const { code, err } of ends) {
            const refused =
              /^UsageError: .*(?:is in use by another run: process \d+|is from another run)/.test(err);
            if (code !== 0 && !refused) faults.push(`refused by: ${err.split("\n")[0]}`);
          }
        } else {
          const ends = await Promise.all(
            Array.from({ length: count }, (_, n) => startCompiled("writer", [place, `${n}`]).end),
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
