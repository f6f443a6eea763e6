import { expected } from "../../errors";
import { assertCost, type CostMatrix } from "./plan";

/**
 * The weight w of condition-aware OT (C2OT, Cheng and Schwing, 2025) by a target ratio. Base draw i comes with the condition of
 * target i. Under the cost C + w D, with D the distances of conditions, base draw i is a *candidate* for target j where it
 * costs no more than the one that came with j: C_ij + w D_ij ≤ C_jj. Without w about half of all pairs are candidates; the
 * larger w is, the fewer, and the nearer their conditions. The result is the least w ≥ 0 with which at most the share
 * `ratio` of all n² pairs are.
 *
 * Found without a search: every pair with D_ij > 0 stops being a candidate at w_ij = (C_jj − C_ij) / D_ij, so w lies
 * just above one of these numbers. Pairs of equal conditions never stop; where they alone are more than the ratio, w is the least
 * with which no others are left.
 * @param cost n × n, C.
 * @param distance n × n, D ≥ 0.
 */
export function conditionWeight(cost: CostMatrix, distance: CostMatrix, ratio: number): number {
  assertCost(cost, { square: true });
  assertCost(distance, { square: true });
  const n = cost.rows;
  if (distance.rows !== n) throw expected(`distances of ${n} conditions`, `${distance.rows}`);
  if (!(ratio > 0 && ratio <= 1)) throw expected("a ratio above 0, at most 1", `${ratio}`);
  const limits = new Float64Array(n * n);
  let finite = 0;
  let always = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const gain = cost.data[j * n + j] - cost.data[i * n + j];
      const apart = distance.data[i * n + j];
      if (gain < 0) continue;
      if (apart > 0) limits[finite++] = gain / apart;
      else always++;
    }
  }
  const allowed = Math.max(0, Math.floor(ratio * n * n) - always);
  if (allowed >= finite) return 0;
  const sorted = limits.subarray(0, finite).sort();
  return sorted[finite - 1 - allowed] * (1 + 1e-9) + Number.MIN_VALUE;
}
