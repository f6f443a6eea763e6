import { assertShape, type NdArray, sampleSize } from "../../array";
import { expected } from "../../errors";

/**
 * How far a flow keeps the pairs that it was trained with: 1 − E|X₁ − x1|² / E|x1 − x1′|², where path i
 * starts at the x0 of pair i and ends at row i of `ends`, x1 is that pair's target, and x1′ that of an
 * independent pair. 1 where every path ends at its own target, 0 where it ends no nearer to it than to any
 * other.
 *
 * Where x0 leaves several answers open, samples of the true law of x1 given x0 score the share of the
 * variance of x1 that x0 explains, and less diverse ones score higher: the mean answer scores most. So read
 * it beside a measure of diversity.
 *
 * @example keptPairs({ ends: pairs.x1, targets: pairs.x1 }); // 1
 * @throws when shapes differ, there are fewer than two pairs, or targets don't vary.
 */
export function keptPairs({ ends, targets }: Readonly<Record<"ends" | "targets", NdArray>>): number {
  assertShape(ends, targets.shape, "ends, like the targets,");
  const [n, size] = [targets.shape[0], sampleSize(targets)];
  if (n < 2) throw expected("two pairs or more", `${n}`);
  let [missed, variance] = [0, 0];
  for (let j = 0; j < size; j++) {
    let mean = 0;
    for (let i = 0; i < n; i++) mean += targets.data[i * size + j] / n;
    for (let i = 0; i < n; i++) {
      const e = i * size + j;
      variance += (targets.data[e] - mean) ** 2 / (n - 1);
      missed += (ends.data[e] - targets.data[e]) ** 2 / n;
    }
  }
  if (!(variance > 0)) throw expected("targets that vary", "constant ones");
  return 1 - missed / (2 * variance);
}
