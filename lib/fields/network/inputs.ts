import type { NdArray } from "../../array";
import type { Condition } from "../../conditions/condition";
import { type ConditionInputs, conditionInputs } from "../../conditions/parts";
import type { Values } from "../../engine";
import { assertChunk, type Chunk, chunkRows, chunksOf } from "../../engine/chunks";
import { expected } from "../../errors";
import type { Network } from "../../networks/network";

/** A network's inputs for one chunk of the samples. */
export interface ChunkInputs extends Chunk {
  readonly input: { readonly x: Values; readonly t: Values; readonly xi: ConditionInputs };
}

export interface BoundInputsOptions {
  readonly network: Network;
  /** Largest number of samples in a chunk. Default 16 images or 4096 points. */
  readonly chunk?: number;
}

/** How far the time of a solver's last stage may be beyond the end. */
const rounding = 1e-6;

/**
 * A network's inputs under a fixed condition. ξ is checked, copied and cut for the first x, and again only
 * when the number of samples changes. x is cut without a copy where it is float32 and the chunk is whole.
 * @throws (what is returned) when t is not in [0, 1], or ξ isn't what the network was built for.
 */
export function boundInputs(
  { network, chunk }: BoundInputsOptions,
  xi: Condition,
): (x: NdArray, t: number) => readonly ChunkInputs[] {
  assertChunk(chunk);
  let cut:
    | { readonly n: number; readonly most: number; readonly chunks: readonly CutCondition[] }
    | undefined;
  return (x, t) => {
    if (!(t >= -rounding && t <= 1 + rounding)) throw expected("a finite time t from 0 to 1", `${t}`);
    const n = x.shape[0];
    const most = chunk ?? (x.shape.length === 2 ? 4096 : 16);
    if (cut?.n !== n || cut.most !== most) {
      // Before the chunks are padded, so that an error has the shape that was given.
      network.check?.(x.shape);
      const parts = conditionInputs(xi, network.condition, n);
      const shapes = Object.entries(parts).map(([name, { shape }]) => [name, shape] as const);
      network.check?.(x.shape, Object.fromEntries(shapes));
      cut = { n, most, chunks: cutCondition(parts, chunksOf(n, most)) };
    }
    const all = floatView(x);
    return cut.chunks.map((part) => ({
      ...part,
      input: {
        x: chunkRows(all, part),
        t: { shape: [part.size], data: new Float32Array(part.size).fill(t) },
        xi: part.xi,
      },
    }));
  };
}

/** The array as the engine takes it: a copy only where it is float64. */
export function floatView({ shape, data }: NdArray) {
  return { shape, data: data instanceof Float32Array ? data : Float32Array.from(data) };
}

interface CutCondition extends Chunk {
  readonly xi: ConditionInputs;
}

function cutCondition(inputs: ConditionInputs, chunks: readonly Chunk[]): readonly CutCondition[] {
  const parts = Object.entries(inputs);
  return chunks.map((chunk) => ({
    ...chunk,
    xi: Object.fromEntries(parts.map(([name, values]) => [name, chunkRows(values, chunk)])),
  }));
}
