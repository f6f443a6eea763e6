import { assign } from "./assignment";
import { assertCost, type CostMatrix, type OtSolver } from "./plan";

/**
 * The plan of least cost between equally many base draws and targets. One of the solutions is a permutation
 * (Birkhoff), which `assign` finds in O(n³) time. This is minibatch OT as in Pooladian et al. (2023), and
 * OT-CFM of Tong et al. (2024).
 */
export function exact(): OtSolver {
  return Object.freeze({
    name: "exact",
    balanced: true,
    solve(cost: CostMatrix) {
      assertCost(cost, { square: true });
      const n = cost.rows;
      const to = assign(cost.data, n);
      const mass = new Float64Array(n * n);
      for (let i = 0; i < n; i++) mass[i * n + to[i]] = 1 / n;
      return Object.freeze({ rows: n, columns: n, mass, residual: 0 });
    },
  });
}
