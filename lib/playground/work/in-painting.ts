import { ndarray } from "../../array";
import { atBase, type Pairs } from "../../couplings/coupling";
import { inpainting } from "../../couplings/inpainting";
import { makeMask } from "../../couplings/masks/mask";
import { tiles } from "../../couplings/masks/tiles";
import { fromBytes } from "../../data/pixels";
import { rng } from "../../random";
import { type Bench, type Flow, solveFlow } from "./flow";
import type { Solver } from "./solver";

/** A picture with a hole that is to be filled. */
export interface Hole {
  /** `[1, h, w, c]` */
  readonly shape: readonly number[];
  /** The picture's pixels, 0 to 255. */
  readonly pixels: Uint8Array;
  /** 1 where a pixel is known, 0 in the hole: `[h, w]`. */
  readonly keep: Uint8Array;
  readonly seed: number;
}

/** The library's in-painting coupling with this hole: the start has noise in it, the picture elsewhere. */
export function holePairs({ shape, pixels, keep, seed }: Hole): Pairs {
  const drawn = makeMask("drawn by hand", (mask) => mask.set(keep));
  const x = fromBytes(shape, pixels);
  return inpainting({ mask: drawn }).draw({ x: ndarray(shape, x.data) }, rng(seed));
}

/** Fills a hole. */
export async function fillHole(
  work: Hole & { readonly model: string; readonly solver: Solver },
  bench: Bench,
): Promise<Flow> {
  const b = await bench.velocity(work.model);
  return solveFlow(b, atBase(holePairs(work)), { solver: work.solver, bench });
}

/** A hole of tiles as in the paper: each of 8 × 8 tiles is in it with probability 0.3. */
export function tiledKeep(size: { readonly h: number; readonly w: number }, seed: number): Uint8Array {
  const { data } = tiles({ grid: 8, p: 0.3 }).draw({ n: 1, ...size }, rng(seed).fork("tiles"));
  return Uint8Array.from(data);
}
