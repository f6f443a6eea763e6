/**
 * Times the reference networks here and in PyTorch, in turn in one run: `npm run bench -- --help`.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import type * as tf from "@tensorflow/tfjs";
import type { NdArray } from "../../lib/array";
import { environment } from "../../lib/cli/environment";
import { compile } from "../../lib/engine";
import { UsageError } from "../../lib/errors";
import { parameterCount } from "../../lib/networks";
import { rng } from "../../lib/random";
import { networkField } from "../../lib/training";
import { forwardFlops } from "./flops";
import { findPython, noPeer, type Peer, startPeer } from "./peer";
import { makeWork, peerCommand, referenceMlp, referenceUnet, trainOn, type Work } from "./work";

const help = `Times training steps and velocity evaluations, here and in PyTorch where python3 has it.

npm run bench -- [options]

  --json FILE   also write the results to FILE
  --quick       fewer repetitions: about a minute
  --help        this text

PyTorch's time is its best of NCHW and channels-last, with 1 and with 2 threads. All times are medians
of single calls, taken in turn. Close other programs first: the ratios are steadier than the times.`;

interface Case {
  readonly name: string;
  readonly work: Work;
  readonly kind: "train" | "velocity";
  /** Floating-point operations in matrix products and convolutions. */
  readonly flops: number;
  /** Calls in one turn. */
  readonly calls: number;
  /** The most that our time may be of PyTorch's. */
  readonly bar?: number;
}

interface Result {
  readonly name: string;
  readonly milliseconds: number;
  readonly gflops: number;
  /** Of the fastest matrix product measured in this run. */
  readonly shareOfPeak: number;
  readonly pytorch?: { readonly milliseconds: number; readonly variant: string; readonly ratio: number };
  readonly bar?: number;
}

interface Variant {
  readonly layout: "nchw" | "channels_last";
  readonly threads: number;
}

const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};

async function main(args: readonly string[]): Promise<number> {
  const options = parse(args);
  if (options.help) {
    console.log(help);
    return 0;
  }
  const rounds = options.quick ? 2 : 5;
  const { engine, versions, git, machine } = environment(resolve(__dirname, "../.."));
  const python = findPython();
  const peer = python ? await startPeer(python) : undefined;
  const folder = mkdtempSync(join(tmpdir(), "bench "));
  try {
    console.log(`${machine.cpu}, ${machine.cores} cores, ${machine.os}`);
    console.log(`Node ${versions.node}, onnxruntime ${versions["onnxruntime-node"]}, ENGINE=${engine}`);
    console.log(peer ? `PyTorch ${peer.about.torch}, Python ${peer.about.python}\n` : `${noPeer}\n`);

    const peak = await gemmPeak(options.quick ? 5 : 15);
    console.log(`Fastest matrix product of 1024 × 1024: ${peak.toFixed(0)} GFLOP/s\n`);
    const results: Result[] = [];
    for (const item of await cases(options.quick)) {
      results.push(await measure(item, { rounds, peer, folder, peak }));
      console.log(line(results[results.length - 1]));
    }
    if (options.json) {
      const record = {
        engine,
        versions,
        git,
        machine,
        pytorch: peer?.about ?? null,
        gemmPeakGflops: peak,
        results,
      };
      writeFileSync(options.json, `${JSON.stringify(record, undefined, 2)}\n`);
    }
    return 0;
  } finally {
    peer?.stop();
    rmSync(folder, { recursive: true });
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        json: { type: "string" },
        quick: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    }).values;
  } catch (error) {
    throw new UsageError(`${(error as Error).message.split("\n")[0]} See npm run bench -- --help.`);
  }
}

async function cases(quick = false): Promise<Case[]> {
  const batch = 64;
  const sample = [28, 28, 1];
  const unet = makeWork({ name: "U-Net", network: referenceUnet(), sample, batch, batches: 2, rate: 2e-4 });
  const mlp = makeWork({ name: "MLP", network: referenceMlp(), sample: [2], batch: 512, batches: 8 });
  const forward = batch * (await forwardFlops(unet.network, sample));
  const millions = (parameterCount(unet.network) / 1e6).toFixed(2);
  const size = `${millions} M, 28×28×1, batch ${batch}`;
  return [
    {
      name: `U-Net training step (${size})`,
      work: unet,
      kind: "train",
      flops: 3 * forward,
      calls: quick ? 3 : 6,
      bar: 1,
    },
    {
      name: `U-Net velocity (${size})`,
      work: unet,
      kind: "velocity",
      flops: forward,
      calls: quick ? 5 : 15,
      bar: 0.45,
    },
    {
      name: "MLP training step (3→256→256→256→2, batch 512)",
      work: mlp,
      kind: "train",
      flops: 3 * 512 * (await forwardFlops(mlp.network, [2])),
      calls: quick ? 100 : 300,
    },
  ];
}

async function measure(
  item: Case,
  around: { readonly rounds: number; readonly peer?: Peer; readonly folder: string; readonly peak: number },
): Promise<Result> {
  const { work, kind, calls } = item;
  const { rounds, peer, peak } = around;
  const ours = kind === "train" ? trainer(work) : evaluator(work);
  const variants = (["nchw", "channels_last"] as const)
    .filter((layout) => layout === "nchw" || work.network.name === "unet")
    .flatMap((layout) => [1, 2].map((threads): Variant => ({ layout, threads })));
  const theirs = async (variant: Variant) =>
    (await peer!.ask({ do: kind, runs: calls, ...variant })).seconds as number[];

  if (peer) {
    await peer.ask(peerCommand(work, around.folder));
    for (const variant of variants) await theirs(variant); // not counted: the first calls allocate
  }
  await ours(2);
  const here: number[] = [];
  const there = variants.map(() => [] as number[]);
  for (let round = 0; round < rounds; round++) {
    here.push(...(await ours(calls)));
    if (peer) for (const [i, variant] of variants.entries()) there[i].push(...(await theirs(variant)));
  }

  const seconds = median(here);
  const medians = there.map(median);
  const best = medians.indexOf(Math.min(...medians));
  const gflops = item.flops / seconds / 1e9;
  return {
    name: item.name,
    milliseconds: seconds * 1000,
    gflops,
    shareOfPeak: gflops / peak,
    ...(peer && {
      pytorch: {
        milliseconds: medians[best] * 1000,
        variant: `${variants[best].layout}, ${variants[best].threads} thread(s)`,
        ratio: seconds / medians[best],
      },
    }),
    bar: item.bar,
  };
}

/** Seconds of each of some training steps, after two that aren't counted. */
const trainer = (work: Work) => async (calls: number) => {
  const times: number[] = [];
  await trainOn(work, { steps: calls + 3, onProgress: () => times.push(performance.now()) });
  return times.slice(2).flatMap((time, i, all) => (i === 0 ? [] : [(time - all[i - 1]) / 1000]));
};

/** Seconds of each of some evaluations. */
function evaluator({ network, parameters, batches }: Work) {
  const field = networkField({ network, parameters });
  return async (calls: number) => {
    const times: number[] = [];
    for (let i = 0; i < calls; i++) {
      const { x } = batches[i % batches.length];
      const start = performance.now();
      await field({ x: x as NdArray, t: i / calls, xi: {} });
      times.push((performance.now() - start) / 1000);
    }
    return times;
  };
}

/** GFLOP/s of the fastest of some products of two 1024 × 1024 matrices, by the engine in use. */
async function gemmPeak(calls: number): Promise<number> {
  const n = 1024;
  const repeats = 4;
  const product = compile({
    name: "matrix product",
    program: ({ inputs: { a, b } }) => {
      let c = a as tf.Tensor;
      for (let i = 0; i < repeats; i++) c = c.matMul(b as tf.Tensor);
      return { outputs: { c: c.mean() } };
    },
  });
  const matrix = (seed: number) => {
    const { shape, data } = rng(seed).normals([n, n]);
    return { shape, data: Float32Array.from(data, (x) => x / Math.sqrt(n)) };
  };
  const inputs = { a: matrix(1), b: matrix(2) };
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i <= calls; i++) {
    const start = performance.now();
    await product.run(inputs);
    if (i > 0) best = Math.min(best, (performance.now() - start) / 1000);
  }
  await product.dispose();
  return (repeats * 2 * n ** 3) / best / 1e9;
}

function line({ name, milliseconds, gflops, shareOfPeak, pytorch, bar }: Result): string {
  const own = `${milliseconds.toFixed(1)} ms (${gflops.toFixed(0)} GFLOP/s, ${(100 * shareOfPeak).toFixed(0)} % of peak)`;
  if (!pytorch) return `${name}\n  here     ${own}`;
  const met = bar === undefined ? "" : `, at most ${bar} wanted: ${pytorch.ratio <= bar ? "met" : "NOT met"}`;
  return [
    name,
    `  here     ${own}`,
    `  PyTorch  ${pytorch.milliseconds.toFixed(1)} ms (${pytorch.variant})`,
    `  ratio    ${pytorch.ratio.toFixed(2)}${met}`,
  ].join("\n");
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error instanceof UsageError ? `bench: ${error.message}` : error);
    process.exitCode = 1;
  },
);
