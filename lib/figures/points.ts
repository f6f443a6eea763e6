import { assertShape, type NdArray } from "../array";
import { described, expected } from "../errors";

/** One column of the first `limit` points of `[n, 2]`. */
export function columnOf(points: NdArray, column: 0 | 1, limit = points.shape[0]): Float64Array {
  return Float64Array.from(
    { length: Math.min(limit, points.shape[0]) },
    (_, i) => points.data[2 * i + column],
  );
}

/** @throws unless it is an array of points in the plane. */
export function assertPlanar(points: NdArray, what: string): void {
  if (!points?.shape) throw expected(`${what}, [n, 2]`, described(points));
  assertShape(points, [-1, 2], what);
}

/**
 * The square that holds these points, but for those that lie far outside the middle 99 % on an axis: by over
 * a third of its width.
 */
export function squareAround(arrays: readonly NdArray[]): { x: [number, number]; y: [number, number] } {
  const spans = ([0, 1] as const).map((column) => {
    const values = arrays
      .flatMap((points) => Array.from(columnOf(points, column)))
      .filter(Number.isFinite)
      .sort((a, b) => a - b);
    const at = (q: number) => values[Math.round(q * (values.length - 1))] ?? 0;
    const [low, high] = [at(0.005), at(0.995)];
    const [least, most] = [low - (high - low) / 3, high + (high - low) / 3];
    const [from, to] = [Math.max(at(0), least), Math.min(at(1), most)];
    return { middle: (from + to) / 2, half: (to - from) / 2 };
  });
  const half = (Math.max(...spans.map((span) => span.half)) || 1) * 1.08;
  const [x, y] = spans.map(({ middle }): [number, number] => [middle - half, middle + half]);
  return { x, y };
}

/** @throws unless it is a whole number of points, or paths, to draw. */
export function assertLimit(name: string, limit: number, least = 1): void {
  if (!(Number.isInteger(limit) && limit >= least)) {
    throw expected(`a whole number of ${least} or more as ${name}`, `${limit}`);
  }
}
