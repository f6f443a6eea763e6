import { assertShape, type NdArray, ndarray } from "../array";
import { type NearestRows, nearestRows } from "../statistics";
import type { MixtureCoupling } from "./gaussian-mixture";

/** For each point `[n, d]`, the mixture component whose target mean is nearest. */
export function nearestModes({ components, dimension: d, name }: MixtureCoupling, x: NdArray): NearestRows {
  assertShape(x, [-1, d], `points of "${name}"`);
  const means = Float64Array.from(components.flatMap(({ mean1 }) => [...mean1]));
  return nearestRows(x, ndarray([components.length, d], means));
}

/**
 * For each point `[n, d]`, the label of the mixture component whose target mean is nearest: in which mode of
 * the data a path has ended.
 *
 * @example
 * const coupling = threeModes({ pairing: "matched" });
 * const { x, labels } = coupling.targets(100, rng(0));
 * nearestLabels(coupling, x); // as labels: these modes are far apart
 */
export function nearestLabels(coupling: MixtureCoupling, x: NdArray): Int32Array {
  return nearestModes(coupling, x).rows.map((k) => coupling.components[k].label);
}
