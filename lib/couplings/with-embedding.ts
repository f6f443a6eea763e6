import type { NdArray } from "../array";
import { assertEmbedding, embeddingPart } from "../conditions/embedding";
import { assertWithout } from "../conditions/part";
import type { Samples } from "../data/samples";
import { assertKnown, expected } from "../errors";
import type { Coupling } from "./coupling";
import { recondition } from "./recondition";

/** Options of {@link withEmbedding}. */
export interface WithEmbeddingOptions {
  /** Length k of the vectors. */
  readonly width: number;
  /**
   * The vectors `[n, k]` of targets, such as a condition computed from the points. Default: their
   * `embedding`.
   */
  readonly of?: (targets: Samples) => NdArray;
  /** Whether some rows may be NaN throughout (unknown). Default false. */
  readonly missing?: boolean;
}

/**
 * Conditions the velocity on one vector per sample: measurements, process settings, text features. Scale them
 * to a size of about 1 first. The draws (x0, x1) stay the same. `start` takes the vectors from the request.
 *
 * @example
 * const height = ({ x }: Samples) =>
 *   ndarray([x.shape[0], 1], Float32Array.from(x.data).filter((_, e) => e % 2 === 1));
 * const coupling = withEmbedding(independent(), { width: 1, of: height });
 * @throws if the coupling has an embedding already; drawing throws if it is missing, of the wrong shape or
 * not finite.
 */
export function withEmbedding<C extends Coupling>(coupling: C, options: WithEmbeddingOptions): C {
  assertKnown(options, { width: true, of: true, missing: true }, "withEmbedding");
  const { width, of = ({ embedding }) => embedding, missing = false }: Settings = options;
  if (!(Number.isInteger(width) && width > 0)) throw expected("a whole width above 0", `${width}`);
  assertWithout(coupling, ["embedding"]);
  const name = `${coupling.name}, with embedding`;
  const checked = (embedding: NdArray | undefined, n: number) => {
    if (!embedding) {
      throw expected(
        `an embedding [${n}, ${width}] for the coupling "${name}"`,
        "none",
        "Give the samples or the request an embedding, or compute one: of: (targets) => ….",
      );
    }
    assertEmbedding(embedding, { n, width, missing }, ` for the coupling "${name}"`);
    return { embedding };
  };
  return recondition(coupling, {
    name,
    condition: { ...coupling.condition, embedding: embeddingPart({ width, missing }) },
    draw: (xi, targets) => ({ ...xi, ...checked(of(targets), targets.x.shape[0]) }),
    start: (xi, { shape, embedding }) => ({ ...xi, ...checked(embedding, shape[0]) }),
  });
}

type Settings = Omit<WithEmbeddingOptions, "of"> & { of?: (targets: Samples) => NdArray | undefined };
