import { assertShape, type NdArray } from "../../array";
import { expected, UsageError } from "../../errors";

/** @throws unless these are features or points `[n, d]`, all finite, in `least` rows or more. */
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

/** @throws unless both sets of features have the same dimension. */
export function assertSameDimension(a: NdArray, b: NdArray): void {
  if (a.shape[1] !== b.shape[1]) {
    throw expected(
      "features of the same dimension on both sides",
      `${a.shape[1]} and ${b.shape[1]}`,
      "Take both from the same network.",
    );
  }
}
