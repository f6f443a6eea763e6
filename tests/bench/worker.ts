/**
 * One measurement that needs a process of its own. Started by bench.ts.
 */
import { performance } from "node:perf_hooks";
import type { NdArray } from "../../lib/array";
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

/**
 * Seconds until the library is there; until the first training step of the U-Net is done for one image; and
 * for tracing and opening the models of a step and of a velocity, which is what the first call takes longer
 * than the second.
 */
async function startup(): Promise<Startup> {
  await import("../../lib");
  const imported = performance.now();
  const { compile } = await import("../../lib/engine");
  const { trainOn } = await import("../../lib/experiments/workload");
  const { networkField } = await import("../../lib/fields");
  const { referenceUnet, makeWork } = await import("./work");
  const work = makeWork({ name: "start", network: referenceUnet(), sample: [28, 28, 1], batch: 1 });
  const warm = compile({ name: "warm", program: ({ inputs }) => ({ outputs: { x: inputs.x } }) });
  const { x } = work.batches[0].inputs.input;
  await warm.run({ x }); // loads tfjs and onnxruntime
  await warm.dispose();
  const steps: number[] = [performance.now()];
  await trainOn(work, { steps: 2, onProgress: () => void steps.push(performance.now()) });
  const field = networkField(work);
  const calls: number[] = [performance.now()];
  for (let i = 0; i < 2; i++) {
    await field({ x: x as NdArray, t: 0.5, xi: {} });
    calls.push(performance.now());
  }
  const longer = ([start, first, second]: number[]) => (first - start - (second - first)) / 1000;
  return {
    import: (imported - begin) / 1000,
    firstStep: (steps[1] - steps[0]) / 1000,
    training: longer(steps),
    velocity: longer(calls),
  };
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

/** Milliseconds of an evaluation of the in-painting of emoji, for one picture: the median of `calls`. */
async function evaluation(calls: number): Promise<object> {
  const { emojiInpainting, pretrained } = await import("../../lib/experiments");
  const { rng } = await import("../../lib/random");
  const { b } = await pretrained(emojiInpainting);
  const x = rng(0).normals([1, 32, 32, 3]);
  const keep = { shape: [1, 32, 32, 1], data: new Float32Array(1024) };
  const spent: number[] = [];
  for (let k = 0; k < calls + 3; k++) {
    const from = performance.now();
    await b({ x, t: k / (calls + 3), xi: { keep } });
    spent.push(performance.now() - from);
  }
  return { milliseconds: spent.slice(3).sort((a, c) => a - c)[calls >> 1] };
}

/** Seconds. */
export interface Startup {
  readonly import: number;
  readonly firstStep: number;
  readonly training: number;
  readonly velocity: number;
}

/** What is to be measured. */
export type Task =
  | { readonly do: "peak"; readonly id: string; readonly calls: number }
  | { readonly do: "startup" }
  | { readonly do: "growth"; readonly steps: number }
  | { readonly do: "evaluation"; readonly calls: number };

answerParent((task: Task) => {
  if (task.do === "peak") return peak(task.id, task.calls);
  if (task.do === "evaluation") return evaluation(task.calls);
  return task.do === "startup" ? startup() : growth(task.steps);
});
