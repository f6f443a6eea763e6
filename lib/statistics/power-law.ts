import type { ConfidenceInterval } from "./bootstrap";
import type { Estimate } from "./estimate";
import { assertFittable, assertIndependent, type Variables } from "./fittable";
import { dampedStep, dependentColumns, fitError, leastSquares } from "./least-squares";
import { assertLevel, type IntervalLevel } from "./level";

/** Options of {@link powerLaw}. */
export interface PowerLawOptions<K extends string> {
  /** The values of each variable at all points, by the variable's name; above 0. */
  readonly x: Variables<K>;
  /** Measured values, above 0. */
  readonly y: readonly number[];
  /**
   * Whether y may have a constant part c ≥ 0, such as the fixed overhead of a call. Fitting it takes one more
   * point. Default false.
   */
  readonly offset?: boolean;
}

/** A fitted law y = c + b Π x^p. */
export interface PowerLaw<K extends string> {
  /** p of each variable, with its 95 % interval. */
  readonly exponents: Readonly<Record<K, Estimate & Pick<ConfidenceInterval, "low" | "high">>>;
  /** b. */
  readonly factor: number;
  /** c; 0 where none was asked for or the points show none. */
  readonly offset: number;
  /** Standard deviation of ln y about the law. */
  readonly scatter: number;
  /**
   * The law at other values, with its interval at the given level (default 0.95). Measured values scatter
   * more.
   */
  at(x: Readonly<Record<K, number>>, options?: IntervalLevel): ConfidenceInterval;
}

/**
 * Fits a power law y = c + b Π x^p in one or more variables by least squares of ln y, so that each point
 * counts by its relative error. Without offset this is linear regression of ln y on ln x; with one, the
 * Levenberg-Marquardt method from several starting points. Standard errors and intervals (Student's t) are
 * those of the model linearised at its optimum. They say how well the points agree with the law, not whether
 * the law holds beyond them.
 *
 * @example
 * const law = powerLaw({ x: { steps: [1000, 2000, 4000, 8000] }, y: [0.8, 0.57, 0.4, 0.28] });
 * law.exponents.steps; // { value: -0.505, standardError: 0.004, low: -0.524, high: -0.487 }
 * law.at({ steps: 16000 }); // { value: 0.198, low: 0.191, high: 0.205, level: 0.95 }
 * @throws when values are not above 0, a variable is constant or follows from others (proportional ones do),
 * or there are no more points than unknowns.
 */
export function powerLaw<const K extends string>({ x, y, offset = false }: PowerLawOptions<K>): PowerLaw<K> {
  const names = Object.keys(x) as K[];
  assertFittable(x, y, names.length + (offset ? 2 : 1));
  // Centred logarithms, so that b and p are not nearly collinear.
  const centres = names.map((name) => x[name].reduce((sum, value) => sum + Math.log(value), 0) / y.length);
  const terms = (value: (name: K) => number) => [
    1,
    ...names.map((name, k) => Math.log(value(name)) - centres[k]),
  ];
  const rows = y.map((_, i) => terms((name) => x[name][i]));
  assertIndependent(rows, names);
  const fit = (offset && withOffset(rows, y)) || { c: 0, beta: leastSquares(rows, y.map(Math.log)) };
  const { beta, c } = fit;

  const jacobian = rows.map((row) => derivatives(row, fit));
  const error = fitError(jacobian, residuals(rows, y, fit));
  const exponents = names.map((name, k) => {
    const value = beta[k + 1];
    const half = error.halfWidth(
      jacobian[0].map((_, j) => (j === k + 1 ? 1 : 0)),
      0.95,
    );
    const standardError = error.standardErrors[k + 1];
    return [name, Object.freeze({ value, standardError, low: value - half, high: value + half })];
  });
  return Object.freeze({
    exponents: Object.freeze(Object.fromEntries(exponents) as PowerLaw<K>["exponents"]),
    factor: Math.exp(centres.reduce((sum, centre, k) => sum - centre * beta[k + 1], beta[0])),
    offset: c,
    scatter: error.scatter,
    at(point: Readonly<Record<K, number>>, { level = 0.95 } = {}) {
      assertLevel(level);
      const row = terms((name) => point[name]);
      const value = predicted(row, fit);
      const width = Math.exp(error.halfWidth(derivatives(row, fit), level));
      return Object.freeze({ value, low: value / width, high: value * width, level });
    },
  });
}

interface Fit {
  readonly c: number;
  /** ln b at the centre, and the exponents. */
  readonly beta: readonly number[];
}

type Row = readonly number[];

const growing = (row: Row, { beta }: Fit) => Math.exp(row.reduce((sum, term, k) => sum + term * beta[k], 0));

const predicted = (row: Row, fit: Fit) => fit.c + growing(row, fit);

const residuals = (rows: readonly Row[], y: readonly number[], fit: Fit) =>
  y.map((value, i) => Math.log(value / predicted(rows[i], fit)));

/** The derivatives of ln y with respect to beta, and to c where it isn't 0. */
function derivatives(row: Row, fit: Fit): number[] {
  const part = growing(row, fit);
  const whole = fit.c + part;
  return [...row.map((term) => (term * part) / whole), ...(fit.c === 0 ? [] : [1 / whole])];
}

/** The best fit with c > 0, or nothing where c = 0 fits no worse. */
function withOffset(rows: readonly Row[], y: readonly number[]): Fit | undefined {
  const least = y.reduce((a, b) => Math.min(a, b));
  const ends = [0.05, 0.3, 0.6, 0.9].map((share) => {
    const rest = y.map((value) => Math.log(value - share * least));
    return descend(rows, y, { c: share * least, beta: leastSquares(rows, rest) });
  });
  const { fit } = ends.reduce((best, end) => (end.squares < best.squares ? end : best));
  // Where y hardly varies with x, the constant part can't be told from the rest.
  const apart = dependentColumns(rows.map((row) => derivatives(row, fit))).length === 0;
  return fit.c > 1e-6 * least && apart ? fit : undefined;
}

function descend(rows: readonly Row[], y: readonly number[], start: Fit) {
  const squaresOf = (fit: Fit) => {
    const sum = residuals(rows, y, fit).reduce((total, value) => total + value * value, 0);
    return Number.isFinite(sum) ? sum : Number.POSITIVE_INFINITY; // with c < 0 there may be no logarithm
  };
  let fit = start;
  let squares = squaresOf(fit);
  let damping = 1e-3;
  for (let step = 0; step < 200 && damping < 1e12; step++) {
    const jacobian = rows.map((row) => derivatives(row, fit));
    const change = dampedStep(jacobian, residuals(rows, y, fit), damping);
    const next = {
      c: fit.c + (change.at(-1) as number),
      beta: fit.beta.map((value, k) => value + change[k]),
    };
    const after = squaresOf(next);
    if (after < squares) [fit, squares, damping] = [next, after, damping / 10];
    else damping *= 10;
  }
  return { fit, squares };
}
