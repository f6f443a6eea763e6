import type { NdArray } from "../../array";
import { averagePool, bicubicUp } from "../../couplings/corruptions/resize";
import { atBase, type Pairs } from "../../couplings/coupling";
import { superResolution } from "../../couplings/super-resolution";
import { fromBytes } from "../../data/pixels";
import { rng } from "../../random";
import { type Bench, type Flow, solveFlow } from "./flow";
import type { Solver } from "./solver";

/** A picture that is to be made small and enlarged again. */
export interface SmallPicture {
  /** `[1, h, w, c]` of the large picture. */
  readonly shape: readonly number[];
  readonly pixels: Uint8Array;
  readonly factor: number;
  /** Standard deviation of the noise on the enlarged picture. */
  readonly sigma: number;
  readonly seed: number;
}

export interface Sharpened extends Flow {
  /** The small picture, and the large one by cubic convolution. */
  readonly small: Float32Array;
  readonly bicubic: Float32Array;
}

/** The library's coupling for super-resolution: the start is the small picture enlarged, and noise. */
export function smallPairs({ shape, pixels, factor, sigma, seed }: SmallPicture): Pairs {
  const coupling = superResolution({ factor, channels: shape[3], sigma });
  return coupling.draw({ x: fromBytes(shape, pixels) }, rng(seed));
}

/** The small picture, and what cubic convolution makes of it. */
export function bicubicOf({ shape, pixels, factor }: Omit<SmallPicture, "sigma" | "seed">): {
  readonly small: NdArray;
  readonly large: NdArray;
} {
  const small = averagePool({ factor })(fromBytes(shape, pixels));
  return { small, large: bicubicUp({ factor })(small) };
}

/** Enlarges a small picture. */
export async function sharpen(
  work: SmallPicture & { readonly model: string; readonly solver: Solver },
  bench: Bench,
): Promise<Sharpened> {
  const b = await bench.velocity(work.model);
  const { small, large } = bicubicOf(work);
  const flow = await solveFlow(b, atBase(smallPairs(work)), { solver: work.solver, bench });
  return { ...flow, small: Float32Array.from(small.data), bicubic: Float32Array.from(large.data) };
}
