import { readFileSync } from "node:fs";
import type { NdArray } from "../../lib/array";
import { networkField } from "../../lib/training";
import type { Row } from "./rows";
import { trainOn, type Work } from "./work";

/** Times of single calls. */
export interface Times {
  /** By the clock. */
  readonly seconds: readonly number[];
  /** Of all threads together. */
  readonly cpu: readonly number[];
}

/** Runs a row here for a number of calls. */
export function runner({ kind, work }: Row): (calls: number) => Promise<Times> {
  return kind === "train" ? trainer(work()) : evaluator(work());
}

/** Training steps, after two that aren't counted. */
const trainer = (work: Work) => async (calls: number) => {
  const clock = stopwatch();
  await trainOn(work, { steps: calls + 2, onProgress: clock.tick });
  return { seconds: clock.seconds.slice(1), cpu: clock.cpu.slice(1) };
};

function evaluator({ network, parameters, batches }: Work) {
  const field = networkField({ network, parameters });
  return async (calls: number) => {
    const clock = stopwatch();
    clock.tick();
    for (let i = 0; i < calls; i++) {
      const { x, keep } = batches[i % batches.length];
      await field({
        x: x as NdArray,
        t: (i + 0.5) / calls,
        xi: { ...(keep && { keep: keep as NdArray }) },
      });
      clock.tick();
    }
    return clock;
  };
}

/** Collects the times between ticks. */
function stopwatch(): Times & { readonly tick: () => void } {
  const seconds: number[] = [];
  const cpu: number[] = [];
  let last: { readonly at: number; readonly used: NodeJS.CpuUsage } | undefined;
  return {
    seconds,
    cpu,
    tick() {
      const at = performance.now();
      const used = process.cpuUsage();
      if (last) {
        seconds.push((at - last.at) / 1000);
        cpu.push((used.user + used.system - last.used.user - last.used.system) / 1e6);
      }
      last = { at, used };
    },
  };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The most memory, in bytes, that this process has had in use. */
export function peakMemory(): number {
  // What Node reports may be the peak of the process that started this one.
  try {
    const [, kilobytes] = /^VmHWM:\s*(\d+) kB/m.exec(readFileSync("/proc/self/status", "utf8")) ?? [];
    if (kilobytes) return Number(kilobytes) * 1024;
  } catch {
    // Not Linux.
  }
  return process.resourceUsage().maxRSS * 1024;
}
