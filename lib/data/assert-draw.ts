import { expected } from "../errors";
import { assertRng, type Rng } from "../random";

/** @throws unless `n` points can be drawn by `rng`. */
export function assertDraw({ n, rng }: { readonly n: number; readonly rng: Rng }): void {
  if (!(Number.isSafeInteger(n) && n >= 0)) {
    throw expected("a whole number of points, 0 or more, as n", `${n}`);
  }
  assertRng(rng);
}
