import { expected, UsageError } from "../errors";

/** A function of time in ordinary arithmetic, such as `(t) => Math.cos((Math.PI / 2) * t)`. */
export type Curve = (t: number) => number;

/** A curve on [0, 1] with its first two derivatives. */
export interface Smooth {
  readonly value: Curve;
  readonly derivative: Curve;
  readonly secondDerivative: Curve;
}

/**
 * The derivatives of a curve on [0, 1]: those of the polynomial through its values at Chebyshev points, whose
 * number is doubled (16 to 256) until the polynomial's coefficients have fallen to rounding error (Trefethen,
 * *Approximation Theory and Approximation Practice*, 2013). For smooth curves they are accurate to about
 * 1e-11.
 * @throws when a value is not a finite number, or the curve is not smooth enough: it has a kink, a jump or an
 * infinite derivative.
 */
export function smooth(curve: Curve, what: string, advice: string): Smooth {
  for (let degree = 16; degree <= 256; degree *= 2) {
    const series = chebyshev(curve, degree, what);
    const largest = Math.max(...series.map(Math.abs), Number.MIN_VALUE);
    const tail = Math.max(...series.slice(-degree / 4).map(Math.abs));
    if (tail > 1e-13 * largest || !passes(series, curve, 1e-11 * largest)) continue;
    while (series.length > 1 && Math.abs(series[series.length - 1]) < 2e-15 * largest) series.pop();
    const derivative = derivativeSeries(series);
    const secondDerivative = derivativeSeries(derivative);
    return {
      value: curve,
      derivative: (t) => evaluate(derivative, t),
      secondDerivative: (t) => evaluate(secondDerivative, t),
    };
  }
  throw new UsageError(
    `${what} is not smooth on [0, 1]: it has a kink, a jump, an infinite derivative or very fast oscillations, so its derivative cannot be computed from its values. ${advice}`,
  );
}

/** Coefficients of Σ c_k T_k(2t − 1) through the curve's values at degree + 1 points, the ends among them. */
function chebyshev(curve: Curve, degree: number, what: string): number[] {
  const values = Array.from({ length: degree + 1 }, (_, j) => {
    const t = Math.sin((Math.PI * (degree - j)) / (2 * degree)) ** 2;
    const value = curve(t);
    if (typeof value === "number" && Number.isFinite(value)) return j % degree === 0 ? value / 2 : value;
    throw expected(`a finite number from ${what} at t = ${t}`, `${value}`);
  });
  return values.map((_, k) => {
    const sum = values.reduce(
      (s, value, j) => s + value * Math.cos((Math.PI * ((j * k) % (2 * degree))) / degree),
      0,
    );
    return sum / (k % degree === 0 ? degree : degree / 2);
  });
}

const passes = (series: readonly number[], curve: Curve, tolerance: number) =>
  [0.1234, 0.3456, 0.5123, 0.7651, 0.9876].every(
    (t) => Math.abs(evaluate(series, t) - curve(t)) <= tolerance,
  );

/** The series of the derivative with respect to t. */
function derivativeSeries(series: readonly number[]): number[] {
  const out = new Array<number>(Math.max(series.length - 1, 1)).fill(0);
  for (let k = series.length - 1; k > 0; k--) out[k - 1] = (out[k + 1] ?? 0) + 4 * k * series[k];
  out[0] /= 2;
  return out;
}

/** Clenshaw's rule. */
function evaluate(series: readonly number[], t: number): number {
  const x = 2 * t - 1;
  let [next, afterNext] = [0, 0];
  for (let k = series.length - 1; k > 0; k--)
    [next, afterNext] = [series[k] + 2 * x * next - afterNext, next];
  return series[0] + x * next - afterNext;
}
