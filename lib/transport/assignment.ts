import { expected } from "../errors";

/**
 * The assignment of least total cost: row i goes to column `result[i]`, each column once. Shortest augmenting
 * paths with dual prices (Jonker and Volgenant, 1987); time grows as n³, about a second for n = 1000.
 * @param cost n × n in row-major order, finite: `cost[i * n + j]` is that of assigning row i to column j
 * @throws when there are not n × n costs, or one isn't finite.
 */
export function assign(cost: Float64Array, n: number): Int32Array {
  if (cost.length !== n * n) throw expected(`${n * n} costs for ${n} rows`, `${cost.length}`);
  if (!cost.every(Number.isFinite)) throw expected("finite costs", "one that is not");
  const rowOf = new Int32Array(n).fill(-1);
  const columnOf = new Int32Array(n).fill(-1);
  const rowPrice = new Float64Array(n);
  const columnPrice = new Float64Array(n);
  // In the search from one row: the least reduced cost at which each column is reached, and from which row.
  const distance = new Float64Array(n);
  const via = new Int32Array(n);
  const open = new Int32Array(n);

  for (let source = 0; source < n; source++) {
    distance.fill(Number.POSITIVE_INFINITY);
    for (let j = 0; j < n; j++) open[j] = j;
    let left = n;
    let row = source;
    let reached = 0;
    let sink = -1;
    while (sink < 0) {
      let best = 0;
      let least = Number.POSITIVE_INFINITY;
      for (let o = 0; o < left; o++) {
        const j = open[o];
        const through = reached + cost[row * n + j] - rowPrice[row] - columnPrice[j];
        if (through < distance[j]) {
          distance[j] = through;
          via[j] = row;
        }
        // Among equally near columns, a free one ends the search.
        if (distance[j] < least || (distance[j] === least && rowOf[j] < 0)) {
          least = distance[j];
          best = o;
        }
      }
      const column = open[best];
      // Closed columns are kept behind the open ones.
      open[best] = open[--left];
      open[left] = column;
      reached = least;
      if (rowOf[column] < 0) sink = column;
      else row = rowOf[column];
    }
    rowPrice[source] += reached;
    for (let o = left; o < n; o++) {
      const j = open[o];
      if (j === sink) continue;
      rowPrice[rowOf[j]] += reached - distance[j];
      columnPrice[j] -= reached - distance[j];
    }
    for (let column = sink; ; ) {
      const from = via[column];
      const previous = columnOf[from];
      rowOf[column] = from;
      columnOf[from] = column;
      if (from === source) break;
      column = previous;
    }
  }
  return columnOf;
}
