import { expected } from "../errors";
import { assertCost, type CostMatrix, type TransportPlan } from "./plan";

/** Options of {@link sinkhorn}, and of the distances made of it. */
export interface ScalingOptions {
  /**
   * Weight ε > 0 of the entropy, in the units of the cost. A smaller one is closer to exact and takes more
   * iterations.
   */
  readonly epsilon: number;
  /**
   * Iterations stop when less mass than this is misplaced. Default 1e-6; 1e-3 is enough for training, and
   * faster.
   */
  readonly tolerance?: number;
  /** Maximum number of iterations, after which the plan carries a warning. Default 10,000. */
  readonly maxIterations?: number;
}

/**
 * Minimises Σ P C + ε KL(P | ab) + ρ₀ KL(P1 | a) + ρ₁ KL(Pᵀ1 | b) with uniform a, b, by scaling rows and
 * columns in turn (Chizat et al., 2018; ρ = ∞ is Sinkhorn's algorithm). Everything is computed in the log
 * domain, so that a small ε neither overflows nor underflows. The columns are scaled last.
 */
export function scale(
  cost: CostMatrix,
  { epsilon, tolerance = 1e-6, maxIterations = 10_000 }: ScalingOptions,
  penalty: { readonly base: number; readonly target: number },
): TransportPlan {
  assertCost(cost);
  const { rows, columns } = cost;
  const logRow = -Math.log(rows);
  const logColumn = -Math.log(columns);
  const damping = (rho: number) => (rho === Number.POSITIVE_INFINITY ? 1 : rho / (rho + epsilon));
  const [rowDamping, columnDamping] = [damping(penalty.base), damping(penalty.target)];
  // −C/ε, and its transpose, so that both passes read memory in order.
  const kernel = cost.data.map((value) => -value / epsilon);
  const transposed = new Float64Array(kernel.length);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) transposed[j * rows + i] = kernel[i * columns + j];
  }
  // Potentials over ε: P = ab exp(f + g − C/ε).
  const f = new Float64Array(rows);
  const g = new Float64Array(columns);

  let residual = Number.POSITIVE_INFINITY;
  let iteration = 0;
  for (; iteration < maxIterations && residual > tolerance; iteration++) {
    // The row sums before scaling say how far the last iteration was from convergence.
    residual = 0;
    for (let i = 0; i < rows; i++) {
      const sum = logSumExp(kernel, i * columns, g) + logColumn;
      const next = -rowDamping * sum;
      if (iteration > 0) residual += Math.exp(logRow) * Math.abs(Math.exp(f[i] + sum) - Math.exp(sum + next));
      f[i] = next;
    }
    if (iteration === 0) residual = Number.POSITIVE_INFINITY;
    for (let j = 0; j < columns; j++) g[j] = -columnDamping * (logSumExp(transposed, j * rows, f) + logRow);
  }

  const mass = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      mass[i * columns + j] = Math.exp(f[i] + g[j] + kernel[i * columns + j] + logRow + logColumn);
    }
  }
  return Object.freeze({
    rows,
    columns,
    mass,
    residual,
    ...(residual > tolerance && {
      warning:
        `The plan did not converge after ${maxIterations} iterations: ${residual.toExponential(1)} of the mass ` +
        `is misplaced. Raise epsilon (${epsilon}) or maxIterations, or use exact().`,
    }),
  });
}

/** @throws when an option is out of range. */
export function assertScaling({ epsilon, tolerance = 1, maxIterations = 1 }: ScalingOptions): void {
  if (!(epsilon > 0 && Number.isFinite(epsilon))) throw expected("an epsilon above 0", `${epsilon}`);
  if (!(tolerance > 0)) throw expected("a tolerance above 0", `${tolerance}`);
  if (!(Number.isInteger(maxIterations) && maxIterations > 0)) {
    throw expected("a whole number of iterations above 0", `${maxIterations}`);
  }
}

/** log Σ_k exp(values[from + k] + add[k]). */
function logSumExp(values: Float64Array, from: number, add: Float64Array): number {
  let greatest = Number.NEGATIVE_INFINITY;
  for (let k = 0; k < add.length; k++) greatest = Math.max(greatest, values[from + k] + add[k]);
  let sum = 0;
  for (let k = 0; k < add.length; k++) sum += Math.exp(values[from + k] + add[k] - greatest);
  return greatest + Math.log(sum);
}
