/**
 * The p-values of several tests, adjusted so that the chance of any false finding among all of them stays
 * below the threshold that they are compared with (Holm, 1979). Those that are NaN stay so and don't count.
 *
 * @example holm([0.01, 0.04, 0.03]); // [0.03, 0.06, 0.06]
 */
export function holm(pValues: readonly number[]): number[] {
  const order = pValues
    .map((p, index) => ({ p, index }))
    .filter(({ p }) => !Number.isNaN(p))
    .sort((a, b) => a.p - b.p);
  const adjusted = pValues.map(() => Number.NaN);
  let least = 0;
  order.forEach(({ p, index }, k) => {
    least = Math.max(least, Math.min(1, (order.length - k) * p));
    adjusted[index] = least;
  });
  return adjusted;
}
