import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Time in one operator. */
export interface OperatorTime {
  readonly operator: string;
  readonly milliseconds: number;
  /** Of the time in all operators. */
  readonly share: number;
  readonly calls: number;
}

interface ProfileEvent {
  readonly cat?: string;
  readonly name: string;
  readonly ts: number;
  readonly dur: number;
  readonly args?: { readonly op_name?: string };
}

/**
 * Runs `body` with the engine's profiles going to a folder of their own, and reads the largest: time and
 * calls per run of each operator, the costliest first. The first run isn't counted.
 */
export async function profiled(body: (prefix: string) => Promise<void>): Promise<OperatorTime[]> {
  const folder = mkdtempSync(join(tmpdir(), "profile "));
  try {
    await body(join(folder, "profile"));
    const texts = readdirSync(folder).map((file) => readFileSync(join(folder, file), "utf8"));
    const largest = texts.reduce((a, b) => (b.length > a.length ? b : a), "[]");
    return operatorTimes(JSON.parse(largest) as ProfileEvent[]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function operatorTimes(events: readonly ProfileEvent[]): OperatorTime[] {
  const runs = events.filter(({ name }) => name === "model_run");
  const begin = runs.length > 1 ? runs[0].ts + runs[0].dur : 0;
  const count = Math.max(1, runs.length - 1);
  const totals = new Map<string, { time: number; calls: number }>();
  for (const { cat, name, ts, dur, args } of events) {
    if (cat !== "Node" || ts < begin || !name.endsWith("_kernel_time") || !args?.op_name) continue;
    const total = totals.get(args.op_name) ?? { time: 0, calls: 0 };
    total.time += dur;
    total.calls++;
    totals.set(args.op_name, total);
  }
  const all = [...totals.values()].reduce((sum, { time }) => sum + time, 0);
  return [...totals]
    .map(([operator, { time, calls }]) => ({
      operator,
      milliseconds: time / 1000 / count,
      share: time / all,
      calls: calls / count,
    }))
    .sort((a, b) => b.milliseconds - a.milliseconds);
}
