/** P(Z ≤ x) for a standard normal Z, to about 1e-15: ½ + φ(x) (x + x³/3 + x⁵/(3·5) + …). */
export function normalCdf(x: number): number {
  if (Number.isNaN(x)) return x;
  if (x < -8) return 0;
  if (x > 8) return 1;
  let [sum, term] = [x, x];
  for (let k = 3; sum + term !== sum; k += 2) {
    term *= (x * x) / k;
    sum += term;
  }
  return Math.min(1, Math.max(0, 0.5 + (sum * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI)));
}

/** The x with P(Z ≤ x) = p, between −8 and 8, by bisection. */
export function normalQuantile(p: number): number {
  if (Number.isNaN(p)) return p;
  let [low, high] = [-8, 8];
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (normalCdf(middle) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
