import { ndarray } from "../../array";
import { atBase, type Pairs } from "../../couplings/coupling";
import { inpainting } from "../../couplings/inpainting";
import { makeMask } from "../../couplings/masks/mask";
import { tiles } from "../../couplings/masks/tiles";
import { uncoupledInpainting } from "../../couplings/uncoupled-inpainting";
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

/**
 * The library's in-painting coupling with this hole: the start has noise in it, the picture elsewhere.
 * Without the coupling there is noise elsewhere, too; that in the hole is the same.
 */
export function holePairs({ shape, pixels, keep, seed }: Hole, uncoupled: boolean): Pairs {
  const mask = makeMask("drawn by hand", (values) => values.set(keep));
  const x = ndarray(shape, fromBytes(shape, pixels).data);
  const coupled = inpainting({ mask }).draw({ x }, rng(seed));
  if (!uncoupled) return coupled;
  const channels = shape[3];
  const pairs = uncoupledInpainting({ mask, channels }).draw({ x }, rng(seed).fork("elsewhere"));
  const inHole = (e: number) => keep[Math.floor(e / channels)] === 0;
  const start = Float32Array.from(pairs.x0.data, (noise, e) => (inHole(e) ? coupled.x0.data[e] : noise));
  return { ...pairs, x0: ndarray(shape, start) };
}

/** Fills a hole. */
export async function fillHole(
  work: Hole & { readonly model: string; readonly uncoupled: boolean; readonly solver: Solver },
  bench: Bench,
): Promise<Flow> {
  const b = await bench.velocity(work.model);
  return solveFlow(b, atBase(holePairs(work, work.uncoupled)), { solver: work.solver, bench });
}

/** A hole of tiles as in the paper: each of 8 × 8 tiles is in it with probability 0.3. */
export function tiledKeep(size: { readonly h: number; readonly w: number }, seed: number): Uint8Array {
  const { data } = tiles({ grid: 8, p: 0.3 }).draw({ n: 1, ...size }, rng(seed).fork("tiles"));
  return Uint8Array.from(data);
}
