import { join } from "node:path";
import type { Named, Values } from "../../lib/engine";
import { makeWorkload, type Workload, type WorkloadOptions } from "../../lib/experiments/workload";
import { saveSafetensors } from "../../lib/formats";
import { mlp, unet } from "../../lib/networks";
import { rng } from "../../lib/random";

/** The paper's U-Net with 0.35 million parameters, for grey images of 28 × 28: 16 GFLOP forward for 64. */
export const referenceUnet = () =>
  unet({ channels: 1, dim: 32, mults: [1, 1], blocksPerLevel: 1, headWidth: 24, stem: 3 });

/** 3 → 256 → 256 → 256 → 2, the time being the third input. */
export const referenceMlp = () => mlp({ dim: 2, width: 256, depth: 3 });

/** A workload that is the same in every run, for the same name. */
export const makeWork = (options: Omit<WorkloadOptions, "rng">): Workload =>
  makeWorkload({ ...options, rng: rng("bench").fork(options.name) });

/** Writes what peer.py needs, and gives the command that loads it. */
export function peerCommand(work: Workload, folder: string): Record<string, unknown> {
  const weights = join(folder, `${work.name} weights.safetensors`);
  const batches = join(folder, `${work.name} batches.safetensors`);
  saveSafetensors(weights, work.parameters as unknown as Named<Values>);
  const given = work.batches.map(({ inputs: { input, target } }): Named<Values> => {
    const { x, t, xi } = input;
    return { x, t, ...xi, target };
  });
  saveSafetensors(
    batches,
    Object.fromEntries(
      Object.entries(given[0]).map(([key, { shape, data }]) => {
        const joined =
          data instanceof Int32Array
            ? new Int32Array(data.length * given.length)
            : new Float32Array(data.length * given.length);
        given.forEach((batch, i) => {
          joined.set(batch[key].data, i * data.length);
        });
        return [key, { shape: [given.length, ...shape], data: joined }];
      }),
    ),
  );
  const { name, options } = work.network;
  return { do: "load", network: { name, options }, weights, batches, rate: work.learningRate };
}
