/**
 * Times networks here and in PyTorch, in turn in one run: `npm run bench -- --help`.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os, { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type * as tf from "@tensorflow/tfjs";
import { parseArguments } from "../../lib/cli/arguments";
import { environment } from "../../lib/cli/environment";
import { compile } from "../../lib/engine";
import { expected, UsageError } from "../../lib/errors";
import { inOwnProcess, type OwnProcessOptions } from "../../lib/experiments/own-process";
import type { Times } from "../../lib/experiments/repetitions";
import { timedCalls } from "../../lib/experiments/timed-calls";
import { forwardFlops } from "../../lib/networks";
import { rng } from "../../lib/random";
import { quantile } from "../../lib/statistics/quantile";
import { type JobTime, jobHere, jobThere, jobWork } from "./job";

import { pageTimes } from "./page";
import { findPython, noPeer, type Peer, startPeer } from "./peer";
import { unitsHere } from "./processor";
import { type OperatorTime, profiled } from "./profile";
import { qualityRow } from "./quality-row";
import { qualityTasks } from "./quality-tasks";
import { fullTitle, type Row, rows } from "./rows";
import {
  fastest,
  finalists,
  type PeerTimes,
  type Precision,
  type Probe,
  peerTimes,
  probed,
  type Setting,
  settingName,
} from "./settings";
import { peerCommand } from "./work";
import type { Startup, Task } from "./worker";

const extras = {
  job: "train an in-painting model for 300 steps and fill 256 images, here and in PyTorch",
  "quality-emoji": "from nothing to a stated hole error on unseen emoji, by two recipes, here and in PyTorch",
  "quality-digits": "the same to a stated share of digits that are read as those asked for",
  startup: "import of the library; tracing and opening the reference U-Net's models, and from the cache",
  growth: "memory over 5,000 steps of a small MLP",
  page: "the playground in Chromium: until it can be used; an evaluation there and by the native engine",
} as const;

const help = `Times training steps and velocity evaluations, here and in PyTorch where python3 has it.

npm run bench -- [options]

  --only TEXT     only what has TEXT in its name; may be given more than once
  --quick         fewer repetitions and a shorter job
  --threads N     N threads on both sides; default: the engine's default here, PyTorch's best of 1, 2, … cores
  --profile       time by operator of every row, not only of those that fall short
  --json FILE     also write the results to FILE
  --help          this text

Names:
${[...rows.map(({ id, title }) => [id, title]), ...Object.entries(extras)]
  .map(([id, title]) => `  ${id.padEnd(15)} ${title}`)
  .join("\n")}

PyTorch is timed in float32, which is what this engine computes in, and with bfloat16 autocast, each at its
best of NCHW and channels-last, of its numbers of threads (those of its products of matrices apart) and of two
kinds of attention, which a short probe finds. All times are medians of single calls, taken in turn; "cpu" is
that of all threads together, which other programs disturb less. Memory is the peak of a process that does
nothing else. Close other programs first.`;

const slowBlas =
  "NOT A FAIR COMPARISON: PyTorch's matrix products are far slower than this machine allows, as with " +
  "Debian's reference BLAS. Install OpenBLAS (apt install libopenblas0), or put its folder into " +
  "LD_LIBRARY_PATH.";

const noBfloat16 =
  "PyTorch has no bfloat16 arithmetic for this processor, so that it is timed in float32 only.";

interface Side {
  readonly milliseconds: number;
  readonly cpuMilliseconds: number;
  /** Peak of a process of its own. */
  readonly peakBytes: number;
}

interface PeerSide extends Side {
  readonly setting: Setting;
  /** Mean over the batches in the last steps; of training rows. */
  readonly loss?: number;
}

interface PeerResult {
  readonly float32: PeerSide;
  /** Nothing where PyTorch has no such arithmetic for the processor. */
  readonly bfloat16?: PeerSide;
  readonly fastest: Precision;
  /** Calls that each setting has had in all, in both precisions on the same batches. */
  readonly calls: number;
  readonly probes: readonly Probe[];
}

interface Result {
  readonly id: string;
  readonly title: string;
  readonly here: Side;
  readonly gflops: number;
  /** Of the fastest matrix product measured in this run. */
  readonly shareOfPeak: number;
  readonly pytorch?: PeerResult;
  /** How many times faster than PyTorch in float32. */
  readonly speedup?: number;
  /** The same against the faster of PyTorch's precisions. */
  readonly speedupOverFastest?: number;
  readonly wanted: { readonly speedup?: number; readonly share?: number };
  readonly operators?: readonly OperatorTime[];
}

interface Around {
  readonly quick: boolean;
  readonly profile: boolean;
  readonly threads?: number;
  readonly python?: string;
  readonly peer?: Peer;
  readonly precisions: readonly Precision[];
  readonly folder: string;
  /** GFLOP/s. */
  readonly peak: number;
}

async function main(args: readonly string[]): Promise<number> {
  const options = parseArguments(args, {
    only: { type: "string", multiple: true },
    quick: { type: "boolean" },
    threads: { type: "string" },
    profile: { type: "boolean" },
    json: { type: "string" },
    help: { type: "boolean", short: "h" },
  });
  if (options.help) {
    console.log(help);
    return 0;
  }
  if (options.threads) process.env.ENGINE_THREADS = options.threads;
  const chosen = choice(options.only);
  const { engine, versions, git, machine } = await environment(resolve(__dirname, "../.."));
  const python = findPython();
  const peer = python ? await startPeer(python) : undefined;
  const folder = mkdtempSync(join(tmpdir(), "bench "));
  try {
    const units = unitsHere();
    console.log(`${machine.cpu}${unitsText(units)}, ${machine.cores} cores, ${machine.os}`);
    console.log(`Node ${versions.node}, onnxruntime ${versions["onnxruntime-node"]}, ENGINE=${engine}`);
    console.log(
      peer ? `PyTorch ${peer.about.torch}, ${peer.about.blas}, Python ${peer.about.python}\n` : `${noPeer}\n`,
    );

    const peak = await gemmPeak(options.quick ? 5 : 15);
    const precisions: Precision[] = peer?.about.bfloat16 ? ["float32", "bfloat16"] : ["float32"];
    const peerPeaks: { [precision in Precision]?: number } = {};
    if (peer) {
      for (const precision of precisions)
        peerPeaks[precision] = await peerGemm(peer, precision, options.threads);
    }
    const theirs = Object.entries(peerPeaks).map(
      ([precision, value]) => `${value.toFixed(0)} in ${precision}`,
    );
    console.log(
      `Fastest matrix product of 1024 × 1024: ${peak.toFixed(0)} GFLOP/s` +
        `${theirs.length > 0 ? `; PyTorch's: ${theirs.join(", ")}` : ""}\n`,
    );
    if (peerPeaks.float32 !== undefined && peerPeaks.float32 < peak / 4) console.log(`${slowBlas}\n`);
    if (peer && !peer.about.bfloat16) console.log(`${noBfloat16}\n`);
    const around: Around = {
      quick: options.quick ?? false,
      profile: options.profile ?? false,
      threads: options.threads === undefined ? undefined : Number(options.threads),
      python,
      peer,
      precisions,
      folder,
      peak,
    };
    const results: Result[] = [];
    for (const row of rows.filter(({ id }) => chosen(id))) {
      results.push(await measure(row, around));
      console.log(text(results[results.length - 1]));
    }
    const job = chosen("job") ? await wholeJob(around) : undefined;
    const quality = [];
    for (const [id, task] of Object.entries(qualityTasks).filter(([id]) => chosen(id)))
      quality.push({ id, ...(await qualityRow(await task(), around)) });
    const startup = chosen("startup") ? await starts(folder) : undefined;
    const growth = chosen("growth") ? await grows(around.quick) : undefined;
    const page = chosen("page") ? await pageTimes(evaluation, around.quick ? 3 : 7) : undefined;
    if (options.json) {
      const about = {
        engine,
        versions,
        git,
        machine: { ...machine, units },
        pytorch: peer ? { ...peer.about, gemmPeakGflops: peerPeaks } : null,
        gemmPeakGflops: peak,
      };
      const record = { ...about, results, job, quality, startup, growth, page };
      writeFileSync(options.json, `${JSON.stringify(record, undefined, 2)}\n`);
    }
    return 0;
  } finally {
    peer?.stop();
    rmSync(folder, { recursive: true });
  }
}

/** Whether a name is asked for. */
function choice(only: readonly string[] | undefined): (id: string) => boolean {
  if (!only) return () => true;
  const names = [...rows.map(({ id }) => id), ...Object.keys(extras)];
  for (const part of only) {
    if (!names.some((name) => name.includes(part))) {
      throw expected(`--only with a part of one of ${names.join(", ")}`, `"${part}"`);
    }
  }
  return (id) => only.some((part) => id.includes(part));
}

async function measure(row: Row, around: Around): Promise<Result> {
  const { quick, peer, peak } = around;
  const work = row.work();
  const calls = row.calls[quick ? 1 : 0];
  const rounds = quick ? 2 : 5;
  const ours = timedCalls(work, row.kind);
  const load = peerCommand(work, around.folder);
  await peer?.ask(load);
  const tries = Math.ceil(calls / 3);
  const probes = peer ? await probed(peer, row.kind, { network: work.network.name, ...around }, tries) : [];
  await ours({ calls: 2 });
  const here: Times[] = [];
  const there = finalists(probes).map((setting) => ({ setting, turns: [] as PeerTimes[] }));
  for (let round = 0; round < rounds; round++) {
    here.push(await ours({ calls }));
    for (const { setting, turns } of there) turns.push(await peerTimes(peer!, row.kind, setting, calls));
  }

  const own = medians(here);
  const measured = there.map(({ setting, turns }) => ({ setting, turns, ...medians(turns) }));
  const side = async (precision: Precision): Promise<PeerSide | undefined> => {
    const best = fastest(measured, precision);
    if (!best) return undefined;
    const { turns, ...rest } = best;
    const alone = await startPeer(around.python!);
    await alone.ask(load);
    const peakBytes = (await peerTimes(alone, row.kind, best.setting, calls)).peak;
    alone.stop();
    const losses = turns[turns.length - 1].losses?.slice(-work.batches.length);
    return { ...rest, peakBytes, ...(losses && { loss: mean(losses) }) };
  };
  const best = fastest(measured);
  const pytorch: PeerResult | undefined = best && {
    float32: (await side("float32"))!,
    bfloat16: await side("bfloat16"),
    fastest: best.setting.precision,
    calls: 1 + tries + rounds * calls,
    probes,
  };
  const { shape } = work.batches[0].inputs.target;
  const forward = await forwardFlops(work.network, { sample: shape.slice(1), batch: shape[0] });
  const gflops = ((row.kind === "velocity" ? 1 : 3) * forward) / own.milliseconds / 1e6;
  const result: Result = {
    id: row.id,
    title: fullTitle(row),
    here: { ...own, peakBytes: (await worker<{ bytes: number }>({ do: "peak", id: row.id, calls })).bytes },
    gflops,
    shareOfPeak: gflops / peak,
    ...(pytorch && {
      pytorch,
      speedup: pytorch.float32.milliseconds / own.milliseconds,
      speedupOverFastest: pytorch[pytorch.fastest]!.milliseconds / own.milliseconds,
    }),
    wanted: { speedup: row.speedup, share: row.share },
  };
  if (!around.profile && !fallsShort(result)) return result;
  const operators = await profiled(async (prefix) => {
    await worker({ do: "peak", id: row.id, calls: 3 }, { ENGINE_PROFILE: prefix });
  });
  return { ...result, operators };
}

const median = (values: readonly number[]) => quantile(values, 0.5);

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

const medians = (turns: readonly Pick<Times, "seconds" | "cpu">[]) => ({
  milliseconds: 1000 * median(turns.flatMap(({ seconds }) => seconds)),
  cpuMilliseconds: 1000 * median(turns.flatMap(({ cpu }) => cpu)),
});

const fallsShort = ({ speedup, shareOfPeak, wanted }: Result): boolean =>
  (speedup !== undefined && speedup < (wanted.speedup ?? 0)) || shareOfPeak < (wanted.share ?? 0);

async function wholeJob(around: Around) {
  const { quick, peer, folder } = around;
  const options = quick ? { steps: 20, samples: 64 } : { steps: 300, samples: 256 };
  const work = jobWork();
  const title =
    `whole job: ${options.steps} training steps of an in-painting model, ` +
    `${options.samples} images filled`;
  const { time: here, flow } = await jobHere(work, options);
  const seconds = ({ train, sample }: { train: number; sample: number }) => train + sample;
  const line = (side: typeof here) =>
    `${seconds(side).toFixed(1)} s: ${side.train.toFixed(1)} training, ${side.sample.toFixed(1)} for ` +
    `${side.evaluations} evaluations; last losses ${side.loss.toFixed(3)}`;
  console.log(`${title}\n  here     ${line(here)}`);
  if (!peer) return { ...options, here };

  await peer.ask(peerCommand(work, folder));
  const probes = await probed(peer, "training step", { network: "unet", ...around }, 2);
  const float32 = fastest(probes, "float32")!;
  const there: (JobTime & { readonly setting: Setting })[] = [];
  for (const precision of around.precisions) {
    const { setting, milliseconds } = fastest(probes, precision)!;
    const name = `  PyTorch  ${precision}: `;
    if (milliseconds > 1.25 * float32.milliseconds) {
      const [step, least] = [milliseconds, float32.milliseconds].map((time) => time.toFixed(0));
      console.log(`${name}left out, since a step takes ${step} ms, in float32 ${least}`);
      continue;
    }
    const time = await jobThere(peer, work, { ...options, setting, folder, flow });
    there.push({ ...time, setting });
    console.log(`${name}${line(time)} (${settingName(setting)})`);
  }
  const [training, sampling] = (["train", "sample"] as const).map((part) =>
    there.reduce((least, one) => (one[part] < least[part] ? one : least)),
  );
  const speedup = seconds(there[0]) / seconds(here);
  const speedupOverFastest = (training.train + sampling.sample) / seconds(here);
  console.log(`  speed-up ${speedup.toFixed(2)} in float32 on both sides${verdict(speedup, 2)}`);
  if (there.length > 1) {
    console.log(
      `  speed-up ${speedupOverFastest.toFixed(2)} over PyTorch trained in ${training.setting.precision}, ` +
        `sampled in ${sampling.setting.precision}`,
    );
  }
  console.log();
  return { ...options, here, pytorch: there, probes, speedup, speedupOverFastest };
}

async function starts(folder: string) {
  const cold: Startup[] = [];
  const warm: Startup[] = [];
  for (let i = 0; i < 5; i++) {
    const start = () => worker<Startup>({ do: "startup" }, { ENGINE_CACHE: join(folder, `cache ${i}`) });
    cold.push(await start());
    warm.push(await start());
  }
  const line = (title: string, list: readonly Startup[], key: keyof Startup) => {
    const [median, low, high] = [0.5, 0, 1].map((q) =>
      quantile(
        list.map((start) => start[key]),
        q,
      ),
    );
    console.log(`  ${title.padEnd(62)} ${[median, low, high].map((x) => x.toFixed(2)).join(" s, ")} s`);
    return { median, low, high };
  };
  console.log("start: median, least and most of five");
  const times = {
    import: line("import of the library", cold, "import"),
    firstStep: line("first training step of the reference U-Net, 1 image", cold, "firstStep"),
    training: line("  of which tracing it and opening the model", cold, "training"),
    velocity: line("tracing its velocity and opening the model", cold, "velocity"),
    velocityFromCache: line("  the same with the model in the cache", warm, "velocity"),
  };
  console.log();
  return times;
}

async function grows(quick: boolean) {
  const steps = quick ? 1200 : 5000;
  const { early, late } = await worker<{ early: number; late: number }>({ do: "growth", steps });
  console.log(`memory in ${steps} steps of a small MLP`);
  console.log(`  after 100: ${megabytes(early)}; at the end: ${megabytes(late)}\n`);
  return { steps, early, late };
}

/** Milliseconds of an evaluation of the playground's model, for one picture on one thread. */
const evaluation = async () =>
  (await worker<{ milliseconds: number }>({ do: "evaluation", calls: 40 }, { ENGINE_THREADS: "1" }))
    .milliseconds;

/** What worker.ts measures, in a process of its own. */
const worker = <T>(task: Task, env: OwnProcessOptions["env"] = {}): Promise<T> =>
  inOwnProcess<T>(join(__dirname, "worker.ts"), task, { env, flags: ["--expose-gc"] });

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

/** GFLOP/s of PyTorch's fastest product of the same size. */
async function peerGemm(peer: Peer, precision: Precision, threads: string | undefined): Promise<number> {
  const most = threads ? Number(threads) : os.availableParallelism();
  return (await peer.ask({ do: "gemm", runs: 8, threads: most, precision })).gflops as number;
}

const megabytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(0)} MB`;

const verdict = (speedup: number, wanted?: number) =>
  wanted === undefined ? "" : `, at least ${wanted} wanted: ${speedup >= wanted ? "met" : "NOT met"}`;

/** What a processor has for products of matrices, in brackets. */
function unitsText(units: readonly string[]): string {
  if (units.length === 0) return "";
  const matrices = units.some((unit) => unit.startsWith("AMX")) ? "" : "; no AMX";
  return ` (${units.join(", ")}${matrices})`;
}

function text(result: Result): string {
  const { title, here, gflops, shareOfPeak, pytorch, wanted, operators } = result;
  const side = (name: string, of: Side, more: string) =>
    `  ${name.padEnd(16)} ${of.milliseconds.toFixed(1)} ms (cpu ${of.cpuMilliseconds.toFixed(1)}), ` +
    `${megabytes(of.peakBytes)}, ${more}`;
  const share = `${(100 * shareOfPeak).toFixed(0)} % of peak`;
  const goal = wanted.share === undefined ? "" : ` (${(100 * wanted.share).toFixed(0)} % wanted)`;
  const lines = [title, side("here", here, `${gflops.toFixed(0)} GFLOP/s, ${share}${goal}`)];
  if (pytorch) {
    const { float32, bfloat16 } = pytorch;
    const best = pytorch[pytorch.fastest]!;
    const over = (of: PeerSide) =>
      `  speed-up ${(of.milliseconds / here.milliseconds).toFixed(2)} ` +
      `(cpu ${(of.cpuMilliseconds / here.cpuMilliseconds).toFixed(2)})`;
    lines.push(side("PyTorch float32", float32, settingName(float32.setting)));
    if (bfloat16) lines.push(side("PyTorch bfloat16", bfloat16, settingName(bfloat16.setting)));
    lines.push(`${over(float32)} in float32 on both sides${verdict(result.speedup!, wanted.speedup)}`);
    if (bfloat16) {
      lines.push(`${over(best)} over PyTorch's best: ${pytorch.fastest}, ${settingName(best.setting)}`);
    }
    if (bfloat16?.loss !== undefined && float32.loss !== undefined) {
      const losses = `${float32.loss.toPrecision(5)} in float32, ${bfloat16.loss.toPrecision(5)} in bfloat16`;
      lines.push(`  PyTorch's loss after ${pytorch.calls} steps on the same batches: ${losses}`);
    }
  }
  for (const { operator, milliseconds, share, calls } of operators?.slice(0, 10) ?? []) {
    const percent = `${(100 * share).toFixed(1)} %`.padStart(7);
    lines.push(
      `    ${percent}  ${milliseconds.toFixed(1).padStart(7)} ms  ${operator} × ${calls.toFixed(0)}`,
    );
  }
  return `${lines.join("\n")}\n`;
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
