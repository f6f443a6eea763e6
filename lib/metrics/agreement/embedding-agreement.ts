import { CholeskyDecomposition, Matrix } from "ml-matrix";
import { assertShape, type NdArray, ndarray } from "../../array";
import type { Samples } from "../../data/samples";
import { assertKnown, expected } from "../../errors";
import { moments } from "../../statistics/moments";
import { assertFeatures } from "../features/assert-features";
import type { FeatureNetwork } from "../features/feature-network";

/** Predicts conditions `[n, k]` from samples `[n, ...]`: a formula, or a fit by `ridgeReader`. */
export type ConditionReader = (x: NdArray) => NdArray | Promise<NdArray>;

/** How far the conditions predicted from samples are from the samples' own ξ. */
export interface ReadingError {
  /** Root mean squared error of each component, in the units of ξ. */
  readonly rmse: readonly number[];
  /**
   * R² = 1 − mean squared error / variance of that component over these samples; null where the variance is
   * 0.
   */
  readonly r2: readonly (number | null)[];
  /** R² with errors and variances summed over the components; null where all are constant. */
  readonly explained: number | null;
  /**
   * Mean cosine between the prediction and ξ, for embeddings whose direction carries the meaning. A
   * prediction of 0 counts as 0; null where k = 1 or a ξ is 0.
   */
  readonly cosine: number | null;
}

export interface EmbeddingAgreement extends ReadingError {
  /** The floor: the reader's own error on real samples. A generator's error below it is meaningless. */
  readonly real: ReadingError;
}

/** Options of {@link embeddingAgreement}. */
export interface EmbeddingAgreementOptions {
  /** Reads ξ from a sample, as it was fitted to real ones. */
  readonly read: ConditionReader;
  /** Samples from a model, with the requested ξ `[n, k]` as `embedding`. */
  readonly generated: Samples;
  /** Real samples that the reader wasn't fitted to, with their own ξ `[m, k]` as `embedding`. */
  readonly real: Samples;
}

/**
 * How closely samples match the requested continuous condition, next to the score of real samples; for
 * classes use `conditionAgreement`. Compare `rmse` where the requested ξ are spread differently from the real
 * ones, since R² is relative to that spread.
 *
 * @example
 * const generated = { x: pairs.x0, embedding: pairs.x1 }; // what was made, and what was asked for
 * const real = { x: data.x, embedding: data.x };
 * const found = await embeddingAgreement({ read: (x) => x, generated, real });
 * [found.rmse, found.real.rmse]; // the second is [0, 0]
 * @throws when an embedding is missing, isn't finite, or doesn't fit the samples or the prediction.
 */
export async function embeddingAgreement(options: EmbeddingAgreementOptions): Promise<EmbeddingAgreement> {
  assertKnown(options, { read: true, generated: true, real: true }, "embeddingAgreement", { likely: true });
  const { read, generated, real } = options;
  const asked = conditionsOf(generated, "generated samples");
  const own = conditionsOf(real, "real samples");
  if (asked.shape[1] !== own.shape[1]) {
    throw expected(
      "embeddings of the same length for generated and real samples",
      `${asked.shape[1]} and ${own.shape[1]}`,
    );
  }
  const error = async ({ x }: Samples, xi: NdArray, whose: string) => {
    const seen = await read(x);
    assertShape(seen, xi.shape, `conditions read from ${whose}`);
    assertFeatures(seen, 1, `conditions read from ${whose}`);
    return readingError(seen, xi);
  };
  const found = await error(generated, asked, "generated samples");
  return Object.freeze({ ...found, real: await error(real, own, "real samples") });
}

/** Options of {@link ridgeReader}. */
export interface RidgeReaderOptions {
  /** Computes the features; for points that serve as features themselves, `{ features: async (x) => x }`. */
  readonly network: Pick<FeatureNetwork, "features">;
  /** Real samples with their ξ `[n, k]` as `embedding`: the training split. */
  readonly train: Samples;
  /** λ as a fraction of the features' mean variance. Default 1e-3. */
  readonly penalty?: number;
}

/**
 * Fits ξ ≈ a + Wf to a network's features f of real samples by ridge regression (Hoerl and Kennard, 1970): W
 * = Cov(ξ, f) (Cov(f) + λI)⁻¹, in float64, with an unpenalised intercept a. Time grows as n d² + d³.
 *
 * @example
 * const identity = { features: async (x: NdArray) => x }; // points that serve as features
 * const read = await ridgeReader({ network: identity, train: { x: data.x, embedding: data.x } });
 * await read(pairs.x1); // nearly pairs.x1
 * @throws when there are fewer than two samples, an embedding is missing or isn't finite, or the features
 * don't vary.
 */
export async function ridgeReader(options: RidgeReaderOptions): Promise<ConditionReader> {
  assertKnown(options, { network: true, train: true, penalty: true }, "ridgeReader", { likely: true });
  const { network, train, penalty = 1e-3 } = options;
  if (!(penalty > 0 && penalty < Number.POSITIVE_INFINITY)) throw expected("a penalty above 0", `${penalty}`);
  const xi = conditionsOf(train, "training samples");
  const features = await featuresOf(network, train.x);
  assertFeatures(features, 2, "features of training samples");
  const [[n, d], k] = [features.shape, xi.shape[1]];

  if (features.data.every((value, e) => value === features.data[e % d])) {
    throw expected("features that vary, to read conditions from", "the same for all training samples");
  }

  const { mean, covariance } = moments(features);
  const centre = columnMeans(xi);
  const cross = new Float64Array(d * k);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < d; j++) {
      const scaled = (features.data[i * d + j] - mean[j]) / (n - 1);
      for (let c = 0; c < k; c++) cross[j * k + c] += scaled * (xi.data[i * k + c] - centre[c]);
    }
  }
  const penalised = Matrix.from1DArray(d, d, covariance);
  const lambda = (penalty * penalised.trace()) / d;
  for (let j = 0; j < d; j++) penalised.set(j, j, penalised.get(j, j) + lambda);
  const weights = new CholeskyDecomposition(penalised).solve(Matrix.from1DArray(d, k, cross)).to1DArray();

  return async (x) => {
    const seen = await featuresOf(network, x);
    assertShape(seen, [-1, d], "features to read conditions from");
    const out = new Float64Array(seen.shape[0] * k);
    for (let e = 0; e < out.length; e++) {
      const [i, c] = [Math.floor(e / k), e % k];
      out[e] = centre[c];
      for (let j = 0; j < d; j++) out[e] += (seen.data[i * d + j] - mean[j]) * weights[j * k + c];
    }
    return ndarray([seen.shape[0], k], out);
  };
}

async function featuresOf(network: Pick<FeatureNetwork, "features">, x: NdArray): Promise<NdArray> {
  const features = await network.features(x);
  assertShape(features, [x.shape[0], -1], "features, one row per sample,");
  return features;
}

function conditionsOf({ x, embedding }: Samples, whose: string): NdArray {
  const n = x.shape[0];
  if (!embedding || n === 0) {
    throw expected(`at least one condition as embedding of ${whose}`, embedding ? "no samples" : "none");
  }
  assertShape(embedding, [n, -1], `embedding of ${whose}`);
  const bad = embedding.data.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    throw expected(
      `finite conditions of ${whose}`,
      `${embedding.data[bad]} in row ${Math.floor(bad / embedding.shape[1])}`,
      "Leave out samples whose condition is unknown.",
    );
  }
  return embedding;
}

function readingError(seen: NdArray, xi: NdArray): ReadingError {
  const [n, k] = xi.shape;
  const centre = columnMeans(xi);
  const [errors, variances] = [new Float64Array(k), new Float64Array(k)];
  let [cosines, directed] = [0, k > 1];
  for (let i = 0; i < n; i++) {
    let [product, ours, theirs] = [0, 0, 0];
    for (let c = 0; c < k; c++) {
      const [read, own] = [seen.data[i * k + c], xi.data[i * k + c]];
      errors[c] += (read - own) ** 2 / n;
      variances[c] += (own - centre[c]) ** 2 / n;
      product += read * own;
      ours += read ** 2;
      theirs += own ** 2;
    }
    if (theirs === 0) directed = false;
    if (ours > 0) cosines += product / Math.sqrt(ours * theirs) / n;
  }
  const share = (error: number, variance: number) => (variance > 0 ? 1 - error / variance : null);
  const sum = (values: Float64Array) => values.reduce((total, value) => total + value, 0);
  return Object.freeze({
    rmse: Object.freeze(Array.from(errors, Math.sqrt)),
    r2: Object.freeze(Array.from(errors, (error, c) => share(error, variances[c]))),
    explained: share(sum(errors), sum(variances)),
    cosine: directed ? cosines : null,
  });
}

/** Differences from the first row are averaged, so that a constant column has exactly its value as mean. */
function columnMeans({ shape: [n, k], data }: NdArray): Float64Array {
  const means = Float64Array.from(data.subarray(0, k));
  for (let e = 0; e < data.length; e++) means[e % k] += (data[e] - data[e % k]) / n;
  return means;
}
