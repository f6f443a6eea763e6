import { type NdArray, ndarray } from "../array";
import { expected } from "../errors";
import type { Rng } from "../random";

/** @throws unless `p` is a probability. */
export function assertProbability(p: number): void {
  if (!(p >= 0 && p <= 1)) throw expected("a probability p from 0 to 1", `${p}`);
}

/** Which of `n` samples lose a part of their condition, each with probability p. */
export const drops = (n: number, p: number, rng: Rng): readonly boolean[] =>
  Array.from({ length: n }, () => rng.uniform() < p);

/** A copy of `[n, k]` whose dropped rows are filled with `value`. */
export function withoutRows({ shape, data }: NdArray, dropped: readonly boolean[], value: number): NdArray {
  return ndarray(
    shape,
    data.map((kept, e) => (dropped[Math.floor(e / shape[1])] ? value : kept)),
  );
}
