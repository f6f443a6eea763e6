import { assertFinite, expected } from "../errors";

/**
 * For each wanted value, the index of the value that is nearest to it.
 *
 * @example nearestValues([10, 30, 20], [12, 29]) // [0, 1]
 * @throws when there are no values, or one isn't finite.
 */
export function nearestValues(values: ArrayLike<number>, wanted: ArrayLike<number>): number[] {
  if (values.length === 0) throw expected("at least one value to choose from", "none");
  for (const numbers of [values, wanted]) assertFinite(numbers, "finite values");
  const order = Array.from({ length: values.length }, (_, i) => i).sort((i, j) => values[i] - values[j]);
  return Array.from(wanted, (value) => {
    let [low, high] = [0, order.length - 1]; // the first that is not below `value`, or the last
    while (low < high) {
      const middle = (low + high) >> 1;
      if (values[order[middle]] < value) low = middle + 1;
      else high = middle;
    }
    const before = order[Math.max(0, low - 1)];
    const after = order[low];
    return Math.abs(values[before] - value) < Math.abs(values[after] - value) ? before : after;
  });
}
