import type { NdArray } from "../../array";

/**
 * The k rows of `table` nearest to row `row` of `x`, nearest first, by the mean squared difference over the
 * columns that `uses`; a row of equal distance comes in the table's order.
 */
export function nearestInTable(
  table: NdArray,
  x: NdArray,
  row: number,
  options: { readonly k: number; readonly uses?: (column: number) => boolean; readonly without?: number },
): Int32Array {
  const { k, uses = () => true, without } = options;
  const [n, d] = table.shape;
  const columns = Array.from({ length: d }, (_, c) => c).filter(uses);
  const distances = Float64Array.from({ length: n }, (_, i) => {
    if (i === without) return Number.POSITIVE_INFINITY;
    let sum = 0;
    for (const c of columns) sum += (table.data[i * d + c] - x.data[row * d + c]) ** 2;
    return sum;
  });
  return Int32Array.from({ length: n }, (_, i) => i)
    .sort((a, b) => distances[a] - distances[b] || a - b)
    .slice(0, k);
}
