import type { NdArray } from "../array";

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
