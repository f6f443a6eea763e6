/**
 * One measurement that needs a process of its own. Started by bench.ts.
 */
import { performance } from "node:perf_hooks";
import { answerParent } from "../../lib/experiments/own-process";

const begin = performance.now();

async function peak(id: string, calls: number): Promise<object> {
  const { peakMemory } = await import("../../lib/experiments/peak-memory");
  const { timedCalls } = await import("../../lib/experiments/timed-calls");
  const { rowOf } = await import("./rows");
  const row = rowOf(id);
  if (!row) throw new Error(`no row ${id}`);
  await timedCalls(row.work(), row.kind)({ calls });
  return { bytes: peakMemory() };
}

/** Seconds until the library is there, and until the first training step of the U-Net is done for one image. */
async function startup(): Promise<object> {
  await import("../../lib");
  const imported = performance.now();
  const { compile } = await import("../../lib/engine");
  const { trainOn } = await import("../../lib/experiments/workload");
  const { referenceUnet, makeWork } = await import("./work");
  const work = makeWork({
    name: "start",
    network: referenceUnet(),
    sample: [28, 28, 1],
    batch: 1,
  });
  const warm = compile({ name: "warm", program: ({ inputs }) => ({ outputs: { x: inputs.x } }) });
  await warm.run({ x: work.batches[0].x }); // loads tfjs and onnxruntime
  await warm.dispose();
  const start = performance.now();
  let first = Number.NaN;
  await trainOn(work, {
    steps: 1,
    onProgress: () => {
      first = (performance.now() - start) / 1000;
    },
  });
  return { import: (imported - begin) / 1000, first };
}

/** Memory in use after the first hundred steps and after the last hundred of `steps`. */
async function growth(steps: number): Promise<object> {
  const { trainOn } = await import("../../lib/experiments/workload");
  const { smallMlpWork } = await import("./rows");
  const early: number[] = [];
  const late: number[] = [];
  let step = 0;
  await trainOn(smallMlpWork(), {
    steps,
    onProgress() {
      step++;
      if (step % 10 !== 0) return;
      globalThis.gc?.();
      const { rss } = process.memoryUsage();
      if (step > 100 && step <= 600) early.push(rss);
      if (step > steps - 500) late.push(rss);
    },
  });
  return { early: Math.max(...early), late: Math.max(...late) };
}

/** What is to be measured. */
export type Task =
  | { readonly do: "peak"; readonly id: string; readonly calls: number }
  | { readonly do: "startup" }
  | { readonly do: "growth"; readonly steps: number };

answerParent((task: Task) => {
  if (task.do === "peak") return peak(task.id, task.calls);
  return task.do === "startup" ? startup() : growth(task.steps);
});
