import { join } from "node:path";
import { maskPart } from "../../lib/conditions";
import { atBase, inpainting, tiles } from "../../lib/couplings";
import { batchOf, emoji } from "../../lib/data";
import type { Named, Values } from "../../lib/engine";
import type { Workload } from "../../lib/experiments/workload";
import { saveSafetensors } from "../../lib/formats";
import { linear } from "../../lib/interpolants";
import { compactUnet, unet } from "../../lib/networks";
import { rng } from "../../lib/random";
import { dopri5, solveOde } from "../../lib/samplers";
import { adam, train } from "../../lib/training";
import type { Peer } from "./peer";
import type { Setting } from "./settings";
import { makeWork, peerCommand } from "./work";

/** What one side needed for training an in-painting model and filling images with it. */
export interface JobTime {
  /** Seconds; here with tracing and compiling. */
  readonly train: number;
  readonly sample: number;
  /** Evaluations of the velocity by Dormand and Prince's method, which chooses its own steps. */
  readonly evaluations: number;
  /** Mean loss of the last tenth of the steps. */
  readonly loss: number;
}

export interface JobOptions {
  readonly steps: number;
  readonly samples: number;
}

const fixed = { batch: 64, grid: 8, hole: 0.3, rtol: 1e-3, atol: 1e-3, rate: 1e-3 };

/** The network of the in-painting notebook. */
export function jobWork(): Workload {
  const network = unet({
    channels: 3,
    condition: { keep: maskPart() },
    dim: 32,
    headWidth: 16,
    ...compactUnet,
  });
  return makeWork({
    name: "in-painting",
    network,
    sample: [32, 32, 3],
    batch: fixed.batch,
    batches: 1,
    learningRate: fixed.rate,
  });
}

/** What was solved: the trained network, and where its flow began. */
export interface Flow {
  readonly work: Workload;
  readonly start: Named<Values>;
}

/** Trains for some steps on emoji with tiles cut out, then fills unseen ones. */
export async function jobHere(
  work: Workload,
  { steps, samples }: JobOptions,
): Promise<{ readonly time: JobTime; readonly flow: Flow }> {
  const data = await emoji({ size: 32 });
  const coupling = inpainting({ mask: tiles({ grid: fixed.grid, p: fixed.hole }) });
  const begin = performance.now();
  const trained = await train({
    data: data.train,
    coupling,
    interpolant: linear(),
    network: work.network,
    optimizer: adam({ learningRate: work.learningRate }),
    batch: fixed.batch,
    steps,
    seed: 1,
  });
  const middle = performance.now();
  const source = rng("job");
  const pairs = coupling.draw(batchOf(data.test, samples, source.fork("rows")), source.fork("holes"));
  const { nfe } = await solveOde(trained.field(), atBase(pairs), { method: dopri5(fixed) });
  const time = {
    train: (middle - begin) / 1000,
    sample: (performance.now() - middle) / 1000,
    evaluations: nfe,
    loss: meanOfEnd(trained.losses),
  };
  const start = { start: pairs.x0 as Values, keep: pairs.xi.keep as Values };
  return { time, flow: { work: { ...work, name: "filling", parameters: trained.parameters }, start } };
}

/** The same in PyTorch, in a fast setting: its own training, and the flow that was solved here. */
export async function jobThere(
  peer: Peer,
  work: Workload,
  options: JobOptions & {
    readonly folder: string;
    readonly setting: Setting;
    readonly flow: Flow;
  },
): Promise<JobTime> {
  const { folder, setting, steps, flow } = options;
  const { batch, grid, hole, rtol, atol } = fixed;
  const data = await emoji({ size: 32 });
  const images = join(folder, "images.safetensors");
  saveSafetensors(images, { images: data.train.x as Values });
  await peer.ask(peerCommand(work, folder));
  const trained = await peer.ask({ do: "job", setting, images, steps, batch, grid, hole, seed: 1 });
  const start = join(folder, "start.safetensors");
  saveSafetensors(start, flow.start);
  await peer.ask(peerCommand(flow.work, folder));
  const filled = await peer.ask({ do: "sample", setting, start, rtol, atol, values: false });
  return {
    train: trained.train as number,
    sample: filled.seconds as number,
    evaluations: filled.evaluations as number,
    loss: meanOfEnd(trained.losses as number[]),
  };
}

function meanOfEnd(losses: ArrayLike<number>): number {
  const last = Array.from(losses).slice(-Math.ceil(losses.length / 10));
  return last.reduce((sum, value) => sum + value, 0) / last.length;
}
