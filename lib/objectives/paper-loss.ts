import { assertShape, type NdArray } from "../array";

/**
 * The paper's quadratic loss E[|b|² − 2 İ·b] (L_b; with g and z in their place, L_g), summed over elements
 * and averaged over samples: a Monte Carlo estimate for draws at uniform times. At the minimum it is −E|b|²,
 * so that it can and should become negative.
 */
export function paperLoss(prediction: NdArray, target: NdArray): number {
  assertShape(target, prediction.shape, "the target, like the prediction,");
  let sum = 0;
  for (let i = 0; i < prediction.data.length; i++) {
    sum += prediction.data[i] * (prediction.data[i] - 2 * target.data[i]);
  }
  return sum / prediction.shape[0];
}
