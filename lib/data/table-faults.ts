import { type NdArray, zeros } from "../array";
import { choose, expected } from "../errors";
import { assertRng, type Rng } from "../random";

/** What can be wrong with a row of a table. */
export type TableFault =
  /** One cell has the value of another row: a mistaken note, whose value is as usual. */
  | "swapped"
  /** One cell is a third too high, or a quarter too low: a gauge out of true. A cell of 0 is never taken. */
  | "gauge"
  /** The last column, the outcome, is 40 % too low: something else was wrong. */
  | "outcome";

/**
 * Rows `[n, d]` with a fault in each, of which there were none before.
 *
 * @example tableFaults(ndarray([1, 2], [10, 20]), { fault: "outcome", rng: rng(0) }).data; // 10, 12
 * @throws when the fault isn't known, or there are fewer than two rows to swap.
 */
export function tableFaults(
  x: NdArray,
  { fault, rng }: { readonly fault: TableFault; readonly rng: Rng },
): NdArray {
  assertRng(rng);
  const [n, d] = x.shape;
  const out = zeros(x.shape, x);
  out.data.set(x.data);
  const plant = choose("the fault", fault, {
    swapped: (i: number) => {
      const differing = (column: number) =>
        Array.from({ length: n }, (_, other) => other).filter(
          (other) => x.data[other * d + column] !== x.data[i * d + column],
        );
      const columns = Array.from(rng.permutation(d)).filter((column) => differing(column).length > 0);
      if (columns.length === 0) throw expected("rows that differ, to swap cells between", "equal rows");
      const others = differing(columns[0]);
      out.data[i * d + columns[0]] = x.data[others[rng.int(others.length)] * d + columns[0]];
    },
    gauge: (i: number) => {
      const columns = Array.from(rng.permutation(d)).filter((column) => x.data[i * d + column] !== 0);
      if (columns.length > 0) out.data[i * d + columns[0]] *= rng.uniform() < 0.5 ? 4 / 3 : 3 / 4;
    },
    outcome: (i: number) => {
      out.data[i * d + d - 1] *= 0.6;
    },
  });
  for (let i = 0; i < n; i++) plant(i);
  return out;
}
