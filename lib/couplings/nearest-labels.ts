import { assertShape, type NdArray } from "../array";
import type { MixtureCoupling } from "./gaussian-mixture";

/**
 * For each point `[n, d]`, the label of the mixture component whose target mean is nearest: in which mode of
 * the data a path has ended.
 *
 * @example
 * const coupling = threeModes({ pairing: "matched" });
 * const { x, labels } = coupling.targets(100, rng(0));
 * nearestLabels(coupling, x); // as labels: these modes are far apart
 */
export function nearestLabels({ components, dimension: d, name }: MixtureCoupling, x: NdArray): Int32Array {
  assertShape(x, [-1, d], `points for "${name}"`);
  return Int32Array.from({ length: x.shape[0] }, (_, i) => {
    const squares = components.map(({ mean1 }) =>
      mean1.reduce((sum, value, j) => sum + (x.data[i * d + j] - value) ** 2, 0),
    );
    return components[squares.indexOf(Math.min(...squares))].label;
  });
}
