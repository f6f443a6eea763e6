import { expected } from "../errors";
import { assign } from "./assignment";
import { assertCost, type CostMatrix, type OtSolver } from "./plan";

/**
 * Partial transport (Figalli, 2010): only a share of the mass is moved, chosen so that the cost is least. Of
 * n base draws and n targets, k = round(share × n) are matched, at least 1; the rest, the most expensive
 * ones, get no mass.
 *
 * Solved exactly, as an assignment with n − k dummy points on either side that absorb the rest (Chapel et
 * al., 2020).
 *
 * A batch sampled from this plan leaves out far targets and far base draws *systematically*: the flow learns
 * a data density without its outliers and, worse, from a base unlike the one that sampling starts from.
 */
export function partial({ share }: { readonly share: number }): OtSolver {
  if (!(share > 0 && share <= 1)) throw expected("a share of mass above 0, at most 1", `${share}`);
  return Object.freeze({
    name: `partial, ${share} of the mass`,
    balanced: false,
    solve(cost: CostMatrix) {
      assertCost(cost, { square: true });
      const n = cost.rows;
      const pairs = Math.max(1, Math.round(share * n));
      const stay = n - pairs;
      const size = n + stay;
      const { least, greatest } = range(cost.data);
      // Costs start at 0. Two dummies must never be matched: more than `pairs` real points would then be.
      const extended = new Float64Array(size * size);
      for (let i = 0; i < size; i++) {
        for (let j = 0; j < size; j++) {
          if (i < n && j < n) extended[i * size + j] = cost.data[i * n + j] - least;
          else if (i >= n && j >= n) extended[i * size + j] = 2 * (greatest - least) + 1;
        }
      }
      const to = assign(extended, size);
      const mass = new Float64Array(n * n);
      for (let i = 0; i < n; i++) if (to[i] < n) mass[i * n + to[i]] = 1 / n;
      return Object.freeze({ rows: n, columns: n, mass, residual: 0 });
    },
  });
}

function range(values: Float64Array) {
  let least = Number.POSITIVE_INFINITY;
  let greatest = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    least = Math.min(least, value);
    greatest = Math.max(greatest, value);
  }
  return { least, greatest };
}
