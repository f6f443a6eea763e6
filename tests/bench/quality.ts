import { join } from "node:path";
import { type NdArray, ndarray } from "../../lib/array";
import { conditionInputs } from "../../lib/conditions/parts";
import type { Values } from "../../lib/engine";
import { AbortError } from "../../lib/errors";
import type { Workload } from "../../lib/experiments/workload";
import { type Field, velocityFromRest } from "../../lib/fields";
import { saveSafetensors } from "../../lib/formats";
import { affineVelocity, linear } from "../../lib/interpolants";
import { compactUnet, unet } from "../../lib/networks";
import { restLoss, velocityLoss } from "../../lib/objectives";
import { rng } from "../../lib/random";
import { midpoint, solveOde } from "../../lib/samplers";
import { adam, muon, train } from "../../lib/training";
import type { Peer } from "./peer";
import type { QualityTask } from "./quality-tasks";
import { joulesSoFar, looks, type QualityTime, stopwatch } from "./quality-time";
import type { Setting } from "./settings";
import { makeWork, peerCommand } from "./work";

/** How a task is learned. The rate is constant, so that no length has to be known beforehand. */
export interface Recipe {
  readonly title: string;
  /** What the network learns. */
  readonly learned: "velocity" | "rest";
  /** Of Muon; without it Adam is taken. */
  readonly momentum?: number;
  readonly learningRate: number;
  readonly batch: number;
}

/** The paper's way, with a rate that suits so short a training, and that of `interpolants train`. */
export const recipes: readonly Recipe[] = [
  { title: "the paper's recipe", learned: "velocity", learningRate: 2e-3, batch: 32 },
  { title: "the box's recipe", learned: "rest", momentum: 0.9, learningRate: 5e-3, batch: 16 },
];

const ema = 0.99;

/** The network with initial weights of a seed, and the batches that probes of speed are made on. */
export function qualityWork(task: QualityTask, { batch, learningRate }: Recipe, seed: number): Workload {
  const sample = task.data.x.shape.slice(1);
  const network = unet({
    channels: sample[2],
    condition: task.coupling.condition,
    dim: 16,
    headWidth: 16,
    ...compactUnet,
  });
  const work = makeWork({ name: "quality", network, sample, batch, batches: 1, learningRate });
  return { ...work, parameters: network.init(rng(seed).fork("init")) };
}

/** Learns here until the samples are good enough, from the first trace of the network on. */
export async function qualityHere(task: QualityTask, recipe: Recipe, seed: number): Promise<QualityTime> {
  const { data, coupling, moments, start, solver, every, most } = task;
  const { network, parameters } = qualityWork(task, recipe, seed);
  const { learningRate, momentum } = recipe;
  const interpolant = linear();
  const affine = affineVelocity({ interpolant, moments });
  const rest = recipe.learned === "rest";
  const clock = stopwatch();
  const looked = looks(task);
  try {
    await train({
      data,
      coupling,
      interpolant,
      network: { ...network, init: () => parameters },
      objective: rest ? restLoss(affine) : velocityLoss(),
      optimizer: momentum === undefined ? adam({ learningRate }) : muon({ learningRate, momentum }),
      batch: recipe.batch,
      ema,
      steps: most,
      seed,
      async onProgress({ step, model }) {
        if (step % every !== 0) return undefined;
        clock.stop();
        const field: Field = await model();
        const b = rest ? velocityFromRest(field, affine) : field;
        const { x } = await solveOde(b, start, { method: midpoint(solver), batch: 32 });
        const done = looked.add({ steps: step, ...clock.read(), quality: await task.quality(x) });
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
  task: QualityTask,
  recipe: Recipe,
  seed: number,
  { folder, setting }: { readonly folder: string; readonly setting: Setting },
): Promise<QualityTime> {
  const { data, coupling, draws, moments, start, solver, every, most } = task;
  const path = (name: string) => join(folder, `${name}.safetensors`);
  const labels = data.labels && { labels: { shape: [data.labels.length], data: data.labels } };
  saveSafetensors(path("images"), { images: data.x as Values, ...labels });
  saveSafetensors(path("moments"), float32({ ...moments }));
  const xi = conditionInputs(start.xi, coupling.condition, start.x.shape[0]);
  saveSafetensors(path("start"), { start: start.x as Values, ...xi });
  const work = qualityWork(task, recipe, seed);
  await peer.ask(peerCommand(work, folder));
  const begin = performance.now();
  const { learningRate: rate, batch, momentum = null } = recipe;
  const files = [path("images"), recipe.learned === "rest" ? path("moments") : null];
  await peer.ask({ do: "learner", setting, files, draws, batch, rate, momentum, ema, seed });
  let seconds = (performance.now() - begin) / 1000;
  let cpuSeconds = 0;
  const joules = joulesSoFar();
  let looking = 0;
  const looked = looks(task);
  for (let steps = every; steps <= most; steps += every) {
    const spent = (await peer.ask({ do: "learn", steps: every })) as { seconds: number; cpu: number };
    seconds += spent.seconds;
    cpuSeconds += spent.cpu;
    const before = joulesSoFar();
    const used = joules !== undefined && before !== undefined ? before - joules - looking : undefined;
    const { values } = await peer.ask({ do: "flow", start: path("start"), ...solver });
    const quality = await task.quality(ndarray(start.x.shape, Float32Array.from(values as number[])));
    if (looked.add({ steps, seconds, cpuSeconds, joules: used, quality })) break;
    looking += (joulesSoFar() ?? 0) - (before ?? 0);
  }
  return looked.time();
}

const float32 = (arrays: Readonly<Record<string, NdArray>>) =>
  Object.fromEntries(
    Object.entries(arrays).map(([name, { shape, data }]) => [name, { shape, data: Float32Array.from(data) }]),
  );
