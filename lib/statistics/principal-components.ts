import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import { assertShape, type NdArray, ndarray, sampleSize, zeros } from "../array";
import { expected } from "../errors";
import { moments } from "./moments";

/** Options of {@link principalComponents}. */
export interface PrincipalComponentsOptions {
  /** Samples `[n, ...]` to find the components of; more than `count`. */
  readonly x: NdArray;
  /** How many components to keep. */
  readonly count: number;
  /** Whether the code has variance 1 along every component, over these samples. Default false. */
  readonly whiten?: boolean;
}

/** A linear code of samples in a few numbers, and its best linear inverse. */
export interface PrincipalComponents {
  /** Variances along the components, falling. */
  readonly variances: Float64Array;
  /** The share of the samples' whole variance that the components have. */
  readonly explained: number;
  /** Samples `[n, ...]` → `[n, count]`. */
  encode(x: NdArray): NdArray;
  /** Codes `[n, count]` → samples `[n, ...]`. */
  decode(code: NdArray): NdArray;
}

/**
 * Principal components (Pearson, 1901): the directions along which samples vary most, from the eigenvectors
 * of their covariance. A component's sign is the one that makes its largest entry positive. `decode` of
 * `encode` is the nearest point in the plane that they span. Time grows as n d² + d³.
 *
 * @example
 * const code = principalComponents({ x: data.x, count: 1 });
 * code.encode(data.x).shape; // [256, 1]
 * code.explained; // the share of the variance that one number keeps
 * @throws unless `count` is a whole number from 1 to the size of a sample and below their number; when
 * a number isn't finite, samples are of another size, or, to be whitened, don't vary along a component.
 */
export function principalComponents(options: PrincipalComponentsOptions): PrincipalComponents {
  const { x, count, whiten = false } = options;
  const [n, d] = [x.shape[0], sampleSize(x)];
  const most = Math.min(d, n - 1);
  if (!(Number.isInteger(count) && count >= 1 && count <= most)) {
    throw expected(`a whole number of components from 1 to ${most}`, `${count}`);
  }
  const odd = x.data.findIndex((value) => !Number.isFinite(value));
  if (odd >= 0) {
    throw expected(
      "samples of finite numbers to find the components of",
      `${x.data[odd]} in sample ${Math.floor(odd / d)}`,
    );
  }
  const { mean, covariance } = moments(ndarray([n, d], x.data));
  const found = new EigenvalueDecomposition(Matrix.from1DArray(d, d, covariance), { assumeSymmetric: true });
  const values = found.realEigenvalues;
  const order = values.map((_, k) => k).sort((a, b) => values[b] - values[a]);
  const kept = order.slice(0, count);
  const variances = Float64Array.from(kept, (k) => Math.max(0, values[k]));
  const total = values.reduce((sum, value) => sum + Math.max(0, value), 0);
  if (whiten && !(variances[count - 1] > 1e-12 * total)) {
    throw expected("samples that vary along every component that is whitened", "ones that do not");
  }
  const scales = variances.map((variance) => (whiten ? Math.sqrt(variance) : 1));
  // One row for each component.
  const directions = kept.map((k) => {
    const column = Float64Array.from(found.eigenvectorMatrix.getColumn(k));
    const largest = column.reduce((best, value) => (Math.abs(value) > Math.abs(best) ? value : best), 0);
    return column.map((value) => (largest < 0 ? -value : value));
  });
  return Object.freeze({
    variances,
    explained: total > 0 ? variances.reduce((sum, value) => sum + value, 0) / total : 1,
    encode(samples: NdArray) {
      assertShape(samples, [-1, ...x.shape.slice(1)], "samples to encode");
      const rows = samples.shape[0];
      const out = zeros([rows, count], samples);
      const row = new Float64Array(d);
      for (let i = 0; i < rows; i++) {
        for (let p = 0; p < d; p++) row[p] = samples.data[i * d + p] - mean[p];
        for (let k = 0; k < count; k++) {
          const direction = directions[k];
          let sum = 0;
          for (let p = 0; p < d; p++) sum += row[p] * direction[p];
          out.data[i * count + k] = sum / scales[k];
        }
      }
      return out;
    },
    decode(code: NdArray) {
      assertShape(code, [-1, count], "codes");
      const rows = code.shape[0];
      const out = zeros([rows, ...x.shape.slice(1)], code);
      const row = new Float64Array(d);
      for (let i = 0; i < rows; i++) {
        row.set(mean);
        for (let k = 0; k < count; k++) {
          const [direction, value] = [directions[k], code.data[i * count + k] * scales[k]];
          for (let p = 0; p < d; p++) row[p] += value * direction[p];
        }
        out.data.set(row, i * d);
      }
      return out;
    },
  });
}
