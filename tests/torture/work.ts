import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { independent, inpainting, tiles } from "../../lib/couplings";
import { loadField } from "../../lib/fields";
import { linear } from "../../lib/interpolants";
import { mlp, unet } from "../../lib/networks";
import { rng } from "../../lib/random";
import { midpoint, solveOde } from "../../lib/samplers";
import { adam, type TrainOptions, train } from "../../lib/training";

/** A piece of work: what it comes to is the same each time. */
export interface Work {
  readonly kind: "mlp" | "unet" | "sampling";
  /** Of a training; of the network to sample from. */
  readonly file: string;
  /** Where the checksum goes. */
  readonly result: string;
  readonly steps: number;
  readonly learningRate?: number;
  /** How much faster than usual the clock goes by which checkpoints are written, every 30 seconds of it. */
  readonly haste?: number;
}

const plans = {
  mlp: (): Pick<TrainOptions, "data" | "coupling" | "network" | "batch"> => {
    const coupling = independent({ classes: 3 });
    const labels = Int32Array.from({ length: 60 }, (_, i) => i % 3);
    return {
      data: { x: rng(5).normals([60, 2]), labels },
      coupling,
      network: mlp({ dim: 2, width: 32, depth: 2, condition: coupling.condition }),
      batch: 32,
    };
  },
  unet: (): Pick<TrainOptions, "data" | "coupling" | "network" | "batch"> => {
    const coupling = inpainting({ mask: tiles({ grid: 2, p: 0.5 }) });
    return {
      data: { x: rng(6).normals([12, 8, 8, 1]) },
      coupling,
      network: unet({
        ...{ channels: 1, dim: 8, mults: [1, 2], blocksPerLevel: 1, heads: 2, headWidth: 4, groups: 2 },
        ...{ timeFeatures: 4, stem: 3, condition: coupling.condition },
      }),
      batch: 4,
    };
  },
};

const sumOf = (arrays: readonly ArrayBufferView[]) => {
  const hash = createHash("sha256");
  for (const { buffer, byteOffset, byteLength } of arrays) {
    hash.update(new Uint8Array(buffer, byteOffset, byteLength));
  }
  return hash.digest("hex");
};

const told = (line: string) => process.stdout.write(`${line}\n`);

const now = performance.now.bind(performance);

/** Does it, tells each step on standard output, and writes the checksum of its result to a file. */
export async function work({ kind, file, result, steps, learningRate = 1e-3, haste = 1 }: Work) {
  performance.now = () => haste * now();
  if (kind === "sampling") {
    const start = { x: rng(3).normals([64, 2]), xi: { labels: new Int32Array(64) } };
    const { x } = await solveOde(loadField(file), start, {
      method: midpoint({ steps }),
      onStep: (progress) => told(`step ${progress.step}`),
    });
    writeFileSync(result, sumOf([x.data]));
    return;
  }
  const { parameters, losses } = await train({
    ...plans[kind](),
    ...{ interpolant: linear(), optimizer: adam({ learningRate }), steps, seed: 3, checkpoint: file },
    onProgress: ({ step }) => void told(`step ${step}`),
  });
  writeFileSync(result, sumOf([...Object.values(parameters).map(({ data }) => data), losses]));
}
