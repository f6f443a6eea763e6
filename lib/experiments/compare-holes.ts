import { expected } from "../errors";
import type { HoleMeasures } from "../metrics";
import type { Rng } from "../random";
import { bootstrapComparison, type Comparison, pairedComparison } from "../statistics";

/** A comparison of two models by one measure of their filled holes. */
export interface HoleComparison extends Comparison {
  /** The measure compared; `holeMeasureNames` has it in words. */
  readonly measure: HoleMeasureName;
}

/** The name of a measure of filled holes. */
export type HoleMeasureName = keyof HoleMeasures;

/** The measures in words, in the order in which they are compared. */
export const holeMeasureNames: Readonly<Record<HoleMeasureName, string>> = Object.freeze({
  error: "hole error",
  perceptual: "perceptual distance",
  classifier: "two-sample accuracy",
  edges: "edge patches' kernel distance",
  outliers: "outlier pixels",
  features: "kernel distance",
});

/**
 * Compares two models by everything that `holeMeasures` sees, each measure over images *and* training runs in
 * one interval: `pairedComparison` where a measure is a mean over images, `bootstrapComparison` where it is a
 * kernel distance. All runs must have filled the same holes of the same images.
 *
 * @example
 * const truth = (await mnist({ limit: { train: 1, test: 16 } })).test.x;
 * const keep = tiles({ grid: 8 }).draw({ n: 16, h: 32, w: 32 }, rng(0));
 * const network = await featureNetwork("mnist");
 * const blurred = (width: number) => gaussianBlur({ width })(truth);
 * const measure = (x: NdArray) => holeMeasures({ x, truth, keep, network, rng: rng(1) });
 * const [a, b] = [[await measure(blurred(1))], [await measure(blurred(3))]];
 * compareHoles({ a, b, rng: rng(2) }).map(({ measure, verdict }) => [measure, verdict]); // "a" by error
 * @throws when a model has no runs, or they are of different images.
 */
export function compareHoles({
  a,
  b,
  rng,
}: {
  readonly a: readonly HoleMeasures[];
  readonly b: readonly HoleMeasures[];
  readonly rng: Rng;
}): readonly HoleComparison[] {
  if (a.length === 0 || b.length === 0) {
    throw expected("at least one run of each model", `${a.length} and ${b.length}`);
  }
  const names = (Object.keys(holeMeasureNames) as HoleMeasureName[]).filter((name) =>
    [...a, ...b].every((run) => run[name]),
  );
  return names.map((measure) => {
    const images = (run: HoleMeasures) => run[measure]?.values ?? new Float64Array();
    if (measure !== "edges" && measure !== "features") {
      return { measure, ...pairedComparison({ a: a.map(images), b: b.map(images) }) };
    }
    const n = images(a[0]).length;
    for (const run of [...a, ...b]) {
      if (images(run).length !== n) {
        throw expected(`runs on the same ${n} images`, `${images(run).length} in one`);
      }
    }
    const compared = bootstrapComparison({
      a,
      b,
      n: { images: n },
      statistic: (run: HoleMeasures, rows) => run[measure].of(rows.images),
      replicates: 200,
      several: true,
      rng: rng.fork(measure),
    });
    return { measure, ...compared };
  });
}
