import { sizeOf } from "../array";
import type { Named, Tree, Values } from "../engine";
import { mapTree } from "../engine/tree";
import { expected } from "../errors";

/** @throws unless `chunk`, where given, is a whole number above 0. */
export function assertChunk(chunk: number | undefined): void {
  if (chunk !== undefined && !(Number.isInteger(chunk) && chunk >= 1)) {
    throw expected("a chunk of 1 sample or more", `${chunk}`);
  }
}

/**
 * Runs a compiled program on `n` samples at time `t`, at most `chunk` at once: 16 images or 4096 points where that is
 * undefined. Smaller numbers are filled up to a power of two, so that few compiled models serve all numbers of samples.
 * @param take is told of each chunk's outputs, whose first `count` rows are of the samples from `start` on.
 */
export async function runInChunks(
  compiled: { run(inputs: never): Promise<unknown> },
  inputs: Tree<Values> & { readonly x: Values },
  { t, chunk }: { readonly t: number; readonly chunk?: number },
  take: (outputs: Named<Values>, start: number, count: number) => void,
): Promise<void> {
  if (!Number.isFinite(t)) throw expected("a finite time t", `${t}`);
  const { shape } = inputs.x;
  const n = shape[0];
  const most = chunk ?? (shape.length === 2 ? 4096 : 16);
  for (let start = 0; start < n; start += most) {
    const count = Math.min(most, n - start);
    const padded = Math.min(most, 2 ** Math.ceil(Math.log2(count)));
    const rows = mapTree(inputs, (values) => paddedRows(values, start, count, padded));
    const times: Values = { shape: [padded], data: new Float32Array(padded).fill(t) };
    take((await compiled.run({ ...rows, t: times } as never)) as Named<Values>, start, count);
  }
}

/** Rows `start` to `start + count`, the last one repeated until there are `padded`. */
function paddedRows(values: Values, start: number, count: number, padded: number): Values {
  const size = sizeOf(values.shape.slice(1));
  const rows = values.data.subarray(start * size, (start + count) * size);
  const shape = [padded, ...values.shape.slice(1)];
  if (count === padded) return { shape, data: rows.slice() };
  const data = rows instanceof Int32Array ? new Int32Array(padded * size) : new Float32Array(padded * size);
  data.set(rows);
  for (let row = count; row < padded; row++) data.copyWithin(row * size, (count - 1) * size, count * size);
  return { shape, data };
}
