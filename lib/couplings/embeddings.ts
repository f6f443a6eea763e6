import { assertShape, type NdArray } from "../array";
import { expected } from "../errors";

/**
 * @param of what the embedding is for
 * @throws unless this is `[n, width]` of finite numbers; with `unembedded`, rows may be NaN throughout.
 */
export function assertEmbedding(
  embedding: NdArray,
  check: { readonly n: number; readonly width: number; readonly unembedded?: boolean },
  of: string,
): void {
  const { n, width, unembedded = false } = check;
  assertShape(embedding, [n, width], `an embedding${of}`);
  for (let i = 0; i < n; i++) {
    const row = embedding.data.subarray(i * width, (i + 1) * width);
    const bad = row.findIndex((value) => !Number.isFinite(value));
    if (bad < 0 || (unembedded && isMissing(row))) continue;
    throw expected(
      `finite numbers in an embedding${of}`,
      `${row[bad]} in row ${i}`,
      unembedded
        ? "A row that isn't known is NaN throughout."
        : "A row may be NaN, not known, only where embeddings may be missing: unembedded: true.",
    );
  }
}

/** Whether a row of an embedding says that it isn't known. */
export const isMissing = (row: NdArray["data"]): boolean => row.every((value) => Number.isNaN(value));
