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

/** The range of all channels together. */
export const wholeRange = (ranges: readonly Range[]): Range =>
  ranges.reduce((a, b) => ({ low: Math.min(a.low, b.low), high: Math.max(a.high, b.high) }));
