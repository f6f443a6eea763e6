/** How many of the values, in ascending order, are below x; with `orEqual`, or equal to it. By bisection. */
export function countBelow(sorted: ArrayLike<number>, x: number, orEqual = false): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < x || (orEqual && sorted[middle] === x)) low = middle + 1;
    else high = middle;
  }
  return low;
}
