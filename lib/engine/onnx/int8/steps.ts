/** How numbers become bytes: x ≈ scale · (byte − zero). */
export interface Steps {
  readonly scale: number;
  readonly zero: number;
}

/** Between which numbers a channel lies, 0 being one of them. */
export interface Range {
  readonly low: number;
  readonly high: number;
}

/** The largest byte. */
const most = 255;

/** The finest steps that reach both ends of a range. */
export function finestSteps({ low, high }: Range): Steps {
  const scale = (high - low) / most || 1;
  return { scale, zero: Math.round(-low / scale) };
}

/**
 * For each channel the finest steps that reach both ends of its range, with one zero for all: the one for
 * which the sum over channels of weight · scale² is least.
 */
export function finestStepsWithOneZero(
  ranges: readonly Range[],
  weights: ArrayLike<number>,
): readonly Steps[] {
  const stepsFor = (zero: number) =>
    ranges.map(({ low, high }): Steps => {
      const down = low < 0 ? -low / zero : 0;
      const up = high > 0 ? high / (most - zero) : 0;
      return { scale: Math.max(down, up) || 1, zero };
    });
  const cost = (steps: readonly Steps[]) =>
    steps.reduce((sum, { scale }, c) => sum + weights[c] * scale ** 2, 0);
  const all = Array.from({ length: most + 1 }, (_, zero) => stepsFor(zero));
  return all.reduce((a, b) => (cost(b) < cost(a) ? b : a));
}
