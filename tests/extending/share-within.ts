import { assertShape, type Estimate, estimateMean, type NdArray } from "../../lib";

/**
 * A metric of one's own: the share of points `[n, d]` that lie within `radius` of the nearest of `centres`
 * `[k, d]`.
 */
export function shareWithin(
  points: NdArray,
  { centres, radius }: { readonly centres: NdArray; readonly radius: number },
): Estimate {
  const [n, d] = points.shape;
  assertShape(centres, [-1, d], "centres, points of the same dimension,");
  const hits = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < centres.shape[0]; k++) {
      let squared = 0;
      for (let j = 0; j < d; j++) squared += (points.data[i * d + j] - centres.data[k * d + j]) ** 2;
      if (squared <= radius * radius) hits[i] = 1;
    }
  }
  return estimateMean(hits);
}
