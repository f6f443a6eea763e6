import { assertShape, type NdArray } from "../array";
import { expected, UsageError } from "../errors";

/**
 * Checks features or points `[n, d]`: the shape, that there are at least `least` rows, and that all are finite.
 */
export function assertFeatures(features: NdArray, least: number, what: string): void {
  assertShape(features, [-1, -1], what);
  const [n, d] = features.shape;
  if (n < least) throw expected(`at least ${least} ${what}`, `${n}`);
  const { data } = features;
  for (let i = 0; i < data.length; i++) {
    if (!Number.isFinite(data[i])) {
      throw new UsageError(
        `Expected finite ${what}, but row ${Math.floor(i / d)} holds ${data[i]} in column ${i % d}. ` +
          "Look for a sampler or a training run that diverged.",
      );
    }
  }
}

/** Checks that two sets of features have the same dimension. */
export function assertSameDimension(a: NdArray, b: NdArray): void {
  if (a.shape[1] !== b.shape[1]) {
    throw expected(
      "features of one dimension on both sides",
      `${a.shape[1]} and ${b.shape[1]}`,
      "Take both from the same network.",
    );
  }
}

/** Mean `[d]` and unbiased covariance `[d, d]` (row-major) of the rows of `[n, d]`, in float64. */
export function moments({ shape: [n, d], data }: NdArray): {
  readonly mean: Float64Array;
  readonly covariance: Float64Array;
} {
  const mean = new Float64Array(d);
  for (let i = 0; i < n; i++) for (let j = 0; j < d; j++) mean[j] += data[i * d + j] / n;
  const covariance = new Float64Array(d * d);
  const row = new Float64Array(d);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < d; j++) row[j] = data[i * d + j] - mean[j];
    for (let j = 0; j < d; j++) {
      const scaled = row[j] / (n - 1);
      for (let k = 0; k <= j; k++) covariance[j * d + k] += scaled * row[k];
    }
  }
  for (let j = 0; j < d; j++) for (let k = 0; k < j; k++) covariance[k * d + j] = covariance[j * d + k];
  return { mean, covariance };
}
