/**
 * One measurement that needs a process of its own, named by its arguments; prints JSON. Started by bench.ts.
 */
import { performance } from "node:perf_hooks";

const begin = performance.now();

async function peak(id: string, calls: number): Promise<object> {
  const { peakMemory, runner } = await import("./measure");
  const { rowOf } = await import("./rows");
  const row = rowOf(id);
  if (!row) throw new Error(`no row ${id}`);
  await runner(row)(calls);
  return { bytes: peakMemory() };
}

/** Seconds until the library is there, and until the first training step of the U-Net is done for one image. */
async function startup(): Promise<object> {
  await import("../../lib");
  const imported = performance.now();
  const { compile } = await import("../../lib/engine");
  const { referenceUnet, makeWork, trainOn } = await import("./work");
  const work = makeWork({
    name: "start",
    network: referenceUnet(),
    sample: [28, 28, 1],
    batch: 1,
    batches: 1,
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
  const { trainOn } = await import("./work");
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

async function main([task, ...args]: readonly string[]): Promise<void> {
  const tasks: Readonly<Record<string, () => Promise<object>>> = {
    peak: () => peak(args[0], Number(args[1])),
    startup,
    growth: () => growth(Number(args[0])),
  };
  console.log(JSON.stringify(await tasks[task]()));
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
