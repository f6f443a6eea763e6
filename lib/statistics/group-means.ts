import { expected } from "../errors";

/**
 * The mean of the values of each group, groups in order of first appearance: independent units where
 * values of one group hang together, such as rows of one recipe.
 *
 * @example groupMeans([1, 3, 10], [7, 7, 2]); // 2, 10
 * @throws unless there is a group for each value.
 */
export function groupMeans(values: ArrayLike<number>, groups: ArrayLike<number>): Float64Array {
  if (values.length !== groups.length) throw expected(`${values.length} groups`, `${groups.length}`);
  const sums = new Map<number, { sum: number; n: number }>();
  for (let i = 0; i < values.length; i++) {
    const { sum, n } = sums.get(groups[i]) ?? { sum: 0, n: 0 };
    sums.set(groups[i], { sum: sum + values[i], n: n + 1 });
  }
  return Float64Array.from(sums.values(), ({ sum, n }) => sum / n);
}
