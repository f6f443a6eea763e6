/**
 * Weight of the old average at a step, counted from 0: min(`ema`, (1 + step) / (10 + step)). The rising part
 * keeps the first values of the parameters out of the average of a short run: after k steps it reaches back
 * over about the last tenth of them, until `ema` is reached (at step 9000 − 1 for 0.999).
 */
export function averageWeight(ema: number, step: number): number {
  return Math.min(ema, (1 + step) / (10 + step));
}
