import type { NdArray } from "../../../lib/array";
import { independent, labelDropout } from "../../../lib/couplings";
import { checksum } from "../../../lib/formats/checksum";
import { linear } from "../../../lib/interpolants";
import { mlp } from "../../../lib/networks";
import { rng } from "../../../lib/random";
import { adam, cosine, type TrainOptions } from "../../../lib/training";

export const points = rng(5).normals([12, 2]);
export const labels = Int32Array.from({ length: 12 }, (_, i) => i % 3);
export const coupling = labelDropout(independent({ classes: 3 }), { p: 0.5 });
export const network = (condition = coupling.condition) => mlp({ dim: 2, width: 6, depth: 1, condition });

/** A short training of a small network. */
export function options(changes: Partial<TrainOptions> = {}): TrainOptions {
  return {
    data: { x: points, labels },
    coupling,
    interpolant: linear(),
    network: network(),
    optimizer: adam({ learningRate: 1e-3, schedule: cosine({ steps: 8 }) }),
    steps: 8,
    batch: 4,
    seed: 3,
    engine: "cpu",
    keepAs: "tiny",
    ...changes,
  };
}

/** Tells results apart to the bit. */
export const sumOf = (model: {
  readonly parameters: Readonly<Record<string, NdArray>>;
  readonly losses: Float32Array;
}) =>
  checksum({
    ...Object.fromEntries(
      Object.entries(model.parameters).map(([name, { shape, data }]) => [
        name,
        { shape, data: data as Float32Array },
      ]),
    ),
    losses: { shape: [model.losses.length], data: model.losses },
  });
