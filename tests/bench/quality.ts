import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type NdArray, ndarray } from "../../lib/array";
import { atBase, inpainting, type PairMoments, pairMoments, tiles } from "../../lib/couplings";
import { emoji, type Samples, take } from "../../lib/data";
import type { Values } from "../../lib/engine";
import { AbortError, expected } from "../../lib/errors";
import { knownPixels } from "../../lib/experiments/inpainting";
import type { Workload } from "../../lib/experiments/workload";
import { type Field, velocityFromRest } from "../../lib/fields";
import { saveSafetensors } from "../../lib/formats";
import { affineVelocity, linear } from "../../lib/interpolants";
import { holeError } from "../../lib/metrics";
import { compactUnet, unet } from "../../lib/networks";
import { restLoss, velocityLoss } from "../../lib/objectives";
import { rng } from "../../lib/random";
import { midpoint, solveOde } from "../../lib/samplers";
import { adam, muon, train } from "../../lib/training";
import type { Peer } from "./peer";
import type { Setting } from "./settings";
import { makeWork, peerCommand } from "./work";

/** How in-painting is learned. The rate is constant, so that no length has to be known beforehand. */
export interface Recipe {
  readonly title: string;
  /** What the network learns. */
  readonly learned: "velocity" | "rest";
  readonly optimizer: "adam" | "muon";
  readonly learningRate: number;
  readonly batch: number;
}

/** The paper's way, with a rate that suits so short a training, and that of the models in datasets/models. */
export const recipes: readonly Recipe[] = [
  { title: "the paper's recipe", learned: "velocity", optimizer: "adam", learningRate: 2e-3, batch: 32 },
  { title: "the box's recipe", learned: "rest", optimizer: "muon", learningRate: 5e-3, batch: 16 },
];

/** What is learned from, what is filled, and how good is good enough. */
export interface QualityTask {
  readonly images: Samples;
  readonly moments: PairMoments;
  /** Unseen images with noise in their holes. */
  readonly held: ReturnType<ReturnType<typeof inpainting>["draw"]>;
  /** The hole error at which the clock stops. */
  readonly target: number;
  /** Steps between two looks at the hole error, and at most. */
  readonly every: number;
  readonly most: number;
}

/** What a training took until its holes were filled well enough. Looking is not counted. */
export interface QualityTime {
  readonly seconds: number;
  /** Of all threads together. */
  readonly cpuSeconds: number;
  /** Of the whole processor, where the machine tells. */
  readonly joules?: number;
  readonly steps: number;
  /** Steps, and the hole error after them. */
  readonly errors: readonly (readonly [steps: number, error: number])[];
}

const coupling = inpainting({ mask: tiles({ grid: 8, p: 0.3 }) });
const ema = 0.99;
const solver = { steps: 6 };

/** Emoji, of which those that are filled are held out by name. */
export async function qualityTask(
  options: Pick<QualityTask, "target" | "every" | "most">,
): Promise<QualityTask> {
  const { train: images, validation } = await emoji({ size: 32, split: { validation: 0.1, apart: 0.01 } });
  const held = coupling.draw(take({ x: validation!.x }, 96), rng("held"));
  const moments = await pairMoments({ coupling, data: { x: images.x }, draws: 4096, rng: rng("moments") });
  return { images: { x: images.x }, moments, held, ...options };
}

/** The network with initial weights of a seed, and the batches that probes of speed are made on. */
export function qualityWork({ batch, learningRate }: Recipe, seed: number): Workload {
  const network = unet({
    channels: 3,
    condition: coupling.condition,
    dim: 16,
    headWidth: 16,
    ...compactUnet,
  });
  const work = makeWork({ name: "quality", network, sample: [32, 32, 3], batch, batches: 1, learningRate });
  return { ...work, parameters: network.init(rng(seed).fork("init")) };
}

/** Learns here until the holes are filled well enough, from the first trace of the network on. */
export async function qualityHere(recipe: Recipe, seed: number, task: QualityTask): Promise<QualityTime> {
  const { images, moments, every, most } = task;
  const { network, parameters } = qualityWork(recipe, seed);
  const interpolant = linear();
  const affine = affineVelocity({ interpolant, moments });
  const rest = recipe.learned === "rest";
  const clock = stopwatch();
  const looked = looks(task);
  try {
    await train({
      data: images,
      coupling,
      interpolant,
      network: { ...network, init: () => parameters },
      objective: rest ? restLoss(affine) : velocityLoss(),
      optimizer: { adam, muon }[recipe.optimizer]({ learningRate: recipe.learningRate }),
      batch: recipe.batch,
      ema,
      steps: most,
      seed,
      async onProgress({ step, model }) {
        if (step % every !== 0) return undefined;
        clock.stop();
        const field: Field = await model();
        const b = rest ? velocityFromRest(field, affine) : field;
        const { x } = await solveOde(b, atBase(task.held), { method: midpoint(solver), batch: 32 });
        const done = looked.add({ step, ...clock.read() }, x);
        clock.start();
        return done ? "stop" : undefined;
      },
    });
  } catch (error) {
    if (!(error instanceof AbortError)) throw error;
  }
  return looked.time();
}

/** The same in PyTorch, from the same weights, with its own draws. */
export async function qualityThere(
  peer: Peer,
  recipe: Recipe,
  seed: number,
  task: QualityTask & { readonly folder: string; readonly setting: Setting },
): Promise<QualityTime> {
  const { folder, setting, images, moments, held, every, most } = task;
  const path = (name: string) => join(folder, `${name}.safetensors`);
  saveSafetensors(path("images"), { images: images.x as Values });
  saveSafetensors(path("moments"), float32({ ...moments }));
  saveSafetensors(path("held"), { start: held.x0 as Values, keep: held.xi.keep as Values });
  const work = qualityWork(recipe, seed);
  await peer.ask(peerCommand(work, folder));
  const begin = performance.now();
  const { optimizer, learningRate: rate, batch } = recipe;
  const files = [path("images"), recipe.learned === "rest" ? path("moments") : null];
  const draws = { batch, grid: 8, hole: 0.3, seed };
  await peer.ask({ do: "learner", setting, files, rate, optimizer, ema, ...draws });
  let seconds = (performance.now() - begin) / 1000;
  let cpuSeconds = 0;
  const joules = joulesSoFar();
  let looking = 0;
  const looked = looks(task);
  for (let step = every; step <= most; step += every) {
    const spent = (await peer.ask({ do: "learn", steps: every })) as { seconds: number; cpu: number };
    seconds += spent.seconds;
    cpuSeconds += spent.cpu;
    const before = joulesSoFar();
    const used = joules !== undefined && before !== undefined ? before - joules - looking : undefined;
    const { values } = await peer.ask({ do: "fill", start: path("held"), ...solver });
    const x = ndarray(held.x1.shape, Float32Array.from(values as number[]));
    if (looked.add({ step, seconds, cpuSeconds, joules: used }, x)) break;
    looking += (joulesSoFar() ?? 0) - (before ?? 0);
  }
  return looked.time();
}

interface Look extends Omit<QualityTime, "steps" | "errors"> {
  readonly step: number;
}

/** Keeps the hole errors of a training, and says when they are low enough. */
function looks({ held, target, most }: QualityTask) {
  const kept: (Look & { readonly error: number })[] = [];
  return {
    add(look: Look, x: NdArray): boolean {
      const error = holeError({ x, truth: held.x1, keep: knownPixels(held.xi) }).mse.value;
      kept.push({ ...look, error });
      return error <= target;
    },
    /** At the target, on the straight line between the last two looks. */
    time(): QualityTime {
      const last = kept[kept.length - 1];
      if (!(last?.error <= target)) {
        throw expected(`a hole error of ${target} within ${most} steps`, `${last?.error}`);
      }
      const before = kept[kept.length - 2] ?? {
        step: 0,
        seconds: 0,
        cpuSeconds: 0,
        joules: 0,
        error: last.error,
      };
      const share = before.error > last.error ? (before.error - target) / (before.error - last.error) : 1;
      const between = (a: number, b: number) => a + share * (b - a);
      return {
        seconds: between(before.seconds, last.seconds),
        cpuSeconds: between(before.cpuSeconds, last.cpuSeconds),
        joules: last.joules === undefined ? undefined : between(before.joules ?? 0, last.joules),
        steps: Math.round(between(before.step, last.step)),
        errors: kept.map(({ step, error }) => [step, error] as const),
      };
    },
  };
}

/** Seconds, processor time and energy while it runs. */
function stopwatch() {
  const now = () => {
    const { user, system } = process.cpuUsage();
    return { seconds: performance.now() / 1000, cpuSeconds: (user + system) / 1e6, joules: joulesSoFar() };
  };
  const spent = { seconds: 0, cpuSeconds: 0, joules: 0 };
  let from = now();
  return {
    start() {
      from = now();
    },
    stop() {
      const to = now();
      spent.seconds += to.seconds - from.seconds;
      spent.cpuSeconds += to.cpuSeconds - from.cpuSeconds;
      spent.joules += (to.joules ?? 0) - (from.joules ?? 0);
    },
    read: (): Omit<Look, "step"> => ({
      ...spent,
      joules: from.joules === undefined ? undefined : spent.joules,
    }),
  };
}

/** What the processor has used since it was switched on, by Linux's counter, where it can be read. */
function joulesSoFar(): number | undefined {
  try {
    return Number(readFileSync("/sys/class/powercap/intel-rapl:0/energy_uj", "utf8")) / 1e6;
  } catch {
    return undefined;
  }
}

const float32 = (arrays: Readonly<Record<string, NdArray>>) =>
  Object.fromEntries(
    Object.entries(arrays).map(([name, { shape, data }]) => [name, { shape, data: Float32Array.from(data) }]),
  );
