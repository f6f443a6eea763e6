import { assertShape, type NdArray, ndarray } from "../array";
import { assertKnown, expected } from "../errors";
import type { Condition } from "./condition";
import { flag, floatInput, present, wholeOption } from "./options";
import type { EmbeddingPart, PartKind } from "./part";

/** Options of {@link embeddingPart}. */
export interface EmbeddingPartOptions {
  /** Length k of the vectors. */
  readonly width: number;
  /**
   * Whether rows may be missing (all NaN). The network then also learns to do without them. Default false.
   */
  readonly missing?: boolean;
}

/**
 * The part ξ.embedding: one vector per sample. Where rows may be missing, networks get an indicator as one
 * more number.
 */
export function embeddingPart(options: EmbeddingPartOptions): EmbeddingPart {
  assertKnown(options, { width: true, missing: true }, "embeddingPart", { likely: true });
  const { width, missing = false } = options;
  return Object.freeze({
    kind: "embedding",
    width: wholeOption("condition.embedding.width", width),
    ...flag("missing", missing),
    withMissing: () => embeddingPart({ width, missing: true }),
    entry: () => ({ into: "vector" as const, width: missing ? width + 1 : width }),
    input(xi: Condition, n: number) {
      const embedding = present(xi.embedding, "embedding");
      assertEmbedding(embedding, { n, width, missing }, " for the network");
      return floatInput(missing ? withIndicator(embedding) : embedding);
    },
    example: (n, _sample, rng) => rng.normals([n, width]),
  } satisfies EmbeddingPart);
}

export const embeddingKind: PartKind<EmbeddingPart> = Object.freeze({
  name: "embedding",
  make: (options: unknown) => embeddingPart(options as EmbeddingPartOptions),
  missingValue: Number.NaN,
});

/**
 * @param of what the embedding is for, with a leading space
 * @throws unless this is an array `[n, width]` of finite numbers; with `missing`, whole rows may be NaN.
 */
export function assertEmbedding(
  embedding: NdArray,
  check: { readonly n: number; readonly width: number; readonly missing?: boolean },
  of: string,
): void {
  const { n, width, missing = false } = check;
  assertShape(embedding, [n, width], `an embedding${of}`);
  for (let i = 0; i < n; i++) {
    const row = embedding.data.subarray(i * width, (i + 1) * width);
    const bad = row.findIndex((value) => !Number.isFinite(value));
    if (bad < 0 || (missing && isMissing(row))) continue;
    throw expected(
      `finite numbers in an embedding${of}`,
      `${row[bad]} in row ${i}`,
      missing
        ? "An unknown row must be NaN throughout."
        : "Rows of NaN (unknown) are allowed only where embeddings may be missing: missing: true.",
    );
  }
}

/** Whether a row of an embedding is unknown: NaN throughout. */
const isMissing = (row: NdArray["data"]): boolean => row.every((value) => Number.isNaN(value));

/** Appends an indicator to each row: 1, or 0 for an unknown row, whose NaNs become 0. */
function withIndicator({ shape: [n, width], data }: NdArray): NdArray {
  const out = new Float32Array(n * (width + 1));
  for (let i = 0; i < n; i++) {
    const row = data.subarray(i * width, (i + 1) * width);
    if (isMissing(row)) continue;
    out.set(row, i * (width + 1));
    out[i * (width + 1) + width] = 1;
  }
  return ndarray([n, width + 1], out);
}
