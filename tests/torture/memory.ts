import { existsSync } from "node:fs";
import { join } from "node:path";
import { start } from "./process";
import type { Promised } from "./promise";

const tasks = [
  ["training", 50_000],
  ["sampling", 1000],
] as const;

export const memory: Promised = {
  name: "memory",
  what: "long works: 50,000 training steps, 1,000 samplings",
  promise: "memory within 2 % of that after the first tenth, no descriptor and no thread more",
  rounds: tasks.length,
  async prepare() {
    return {
      async round(k) {
        const [kind, count] = tasks[k % tasks.length];
        if (!existsSync("/proc/self/status")) return { kind: `${kind}: not measured here`, faults: [] };
        const { code, out, err } = await start([
          "--expose-gc",
          join(__dirname, "endure.ts"),
          kind,
          `${count}`,
        ]).end;
        if (code !== 0) return { kind, faults: [err.split("\n")[0]] };
        const { first, last } = JSON.parse(out);
        const faults: string[] = [];
        const growth = last.megabytes / first.megabytes - 1;
        if (growth > 0.02) faults.push(`memory rose by ${(100 * growth).toFixed(1)} %`);
        for (const what of ["descriptors", "threads"] as const) {
          if (last[what] > first[what]) faults.push(`${last[what] - first[what]} more ${what}`);
        }
        return {
          kind: `${kind}, ${Math.round(first.megabytes)} to ${Math.round(last.megabytes)} MB`,
          faults,
        };
      },
    };
  },
};
