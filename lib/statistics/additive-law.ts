import type { ConfidenceInterval } from "./bootstrap";
import type { Estimate } from "./estimate";
import { assertFittable, assertIndependent, type Variables } from "./fittable";
import { fitError, leastSquares } from "./least-squares";
import { assertLevel, type IntervalLevel } from "./level";

/** Options of {@link additiveLaw}. */
export interface AdditiveLawOptions<K extends string> {
  /** The size of each part at all points, by the part's name; above 0. */
  readonly x: Variables<K>;
  /** Measured values, above 0. */
  readonly y: readonly number[];
}

/** A fitted law y = c + Σ a x. */
export interface AdditiveLaw<K extends string> {
  /** a of each part: what one unit of it adds. */
  readonly perUnit: Readonly<Record<K, Estimate>>;
  /** c. */
  readonly constant: Estimate;
  /** Standard deviation of the relative error of the law. */
  readonly scatter: number;
  /** The law at other sizes, with its interval at the given level (default 0.95). */
  at(x: Readonly<Record<K, number>>, options?: IntervalLevel): ConfidenceInterval;
}

/**
 * Fits y = c + Σ a x, a sum of parts proportional to known sizes, such as memory for parameters and memory
 * for activations, by least squares of the relative errors. Standard errors and intervals are those of linear
 * regression (Student's t).
 *
 * @throws when values are not above 0, a part is constant or follows from others (proportional ones do), or
 * there are no more points than unknowns.
 */
export function additiveLaw<const K extends string>({ x, y }: AdditiveLawOptions<K>): AdditiveLaw<K> {
  const names = Object.keys(x) as K[];
  assertFittable(x, y, names.length + 1);
  const rows = y.map((value, i) => [1, ...names.map((name) => x[name][i])].map((part) => part / value));
  assertIndependent(rows, names);
  const beta = leastSquares(
    rows,
    y.map(() => 1),
  );
  const product = (row: readonly number[]) => row.reduce((sum, part, k) => sum + part * beta[k], 0);
  const error = fitError(
    rows,
    rows.map((row) => 1 - product(row)),
  );
  const estimate = (k: number): Estimate =>
    Object.freeze({ value: beta[k], standardError: error.standardErrors[k] });
  return Object.freeze({
    perUnit: Object.freeze(
      Object.fromEntries(names.map((name, k) => [name, estimate(k + 1)])) as Record<K, Estimate>,
    ),
    constant: estimate(0),
    scatter: error.scatter,
    at(point: Readonly<Record<K, number>>, { level = 0.95 } = {}) {
      assertLevel(level);
      const row = [1, ...names.map((name) => point[name])];
      const value = product(row);
      const half = error.halfWidth(row, level);
      return Object.freeze({ value, low: value - half, high: value + half, level });
    },
  });
}
