import { assertFinite, expected } from "../errors";

/**
 * E Var(y | x) of pairs (x, y): neighbours in x differ in y by twice its variance, squared and on average
 * (Rice, 1984). It needs many pairs, so that the mean of y hardly changes from one x to the next.
 *
 * @example
 * const x = Array.from({ length: 10_000 }, (_, i) => i / 10_000);
 * const noise = rng(0).normals([10_000]).data;
 * conditionalVariance(x.map((value, i) => Math.sin(value) + 0.1 * noise[i]), x); // 0.01, nearly
 * @throws when there are not as many x as y, fewer than 2, or one isn't finite.
 */
export function conditionalVariance(y: ArrayLike<number>, x: ArrayLike<number>): number {
  if (x.length !== y.length || y.length < 2) {
    throw expected("as many x as y, 2 or more", `${x.length} and ${y.length}`);
  }
  for (const values of [x, y]) assertFinite(values, "finite x and y");
  const order = Array.from({ length: x.length }, (_, i) => i).sort((i, j) => x[i] - x[j]);
  let sum = 0;
  for (let k = 1; k < order.length; k++) sum += (y[order[k]] - y[order[k - 1]]) ** 2 / 2;
  return sum / (order.length - 1);
}
