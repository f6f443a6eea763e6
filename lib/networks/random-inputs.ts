import { type NdArray, sizeOf } from "../array";
import type { Named, Values } from "../engine";
import type { Rng } from "../random";
import type { Network } from "./network";

/**
 * Inputs of a network, as the engine takes them, filled by chance: what it costs depends on their shapes alone.
 * @param sample shape of one sample, such as `[32, 32, 3]`
 */
export function randomInputs(
  { condition }: Network,
  { sample, batch, rng }: { readonly sample: readonly number[]; readonly batch: number; readonly rng: Rng },
): Named<Values> {
  const { classes, unlabelled, soft, embedding, unembedded, keep, imageChannels } = condition;
  const channels = (count: number) => [batch, ...sample.slice(0, -1), count];
  const normals = (shape: readonly number[]) => values(rng.normals(shape));
  const floats = (shape: readonly number[], draw: () => number): Values => ({
    shape,
    data: Float32Array.from({ length: sizeOf(shape) }, draw),
  });
  const label = () => (unlabelled ? rng.int((classes ?? 0) + 1) - 1 : rng.int(classes ?? 0));
  return {
    x: normals([batch, ...sample]),
    t: floats([batch], () => rng.uniform()),
    ...(classes && !soft && { labels: { shape: [batch], data: Int32Array.from({ length: batch }, label) } }),
    ...(classes && soft && { labelWeights: floats([batch, classes], () => rng.uniform() / classes) }),
    ...(embedding && { embedding: normals([batch, unembedded ? embedding + 1 : embedding]) }),
    ...(keep && { keep: floats(sample.length === 1 ? [batch, ...sample] : channels(1), () => rng.int(2)) }),
    ...(imageChannels && { image: normals(channels(imageChannels)) }),
  };
}

const values = ({ shape, data }: NdArray): Values => ({ shape, data: data as Float32Array });
