import { assertShape, type NdArray } from "../../array";
import { assign, squaredDistances } from "../../transport";
import { assertPointSets } from "./point-sets";

/**
 * The 2-Wasserstein distance between two sets with equally many points, by optimal assignment: the square
 * root of the least mean squared distance. Time grows as n³ and memory as n²; above a few thousand points use
 * `slicedW2`.
 *
 * @example exactW2(pairs.x0, pairs.x1); // at most Math.sqrt(transportCost(pairs.x0, pairs.x1).value)
 * @throws when the sets differ in shape, are empty, or a number isn't finite.
 */
export function exactW2(a: NdArray, b: NdArray): number {
  assertShape(b, a.shape, "the second set, like the first,");
  assertPointSets(a, b);
  const n = a.shape[0];
  const cost = squaredDistances(a, b).data;
  const to = assign(cost, n);
  let total = 0;
  for (let i = 0; i < n; i++) total += cost[i * n + to[i]];
  return Math.sqrt(total / n);
}
