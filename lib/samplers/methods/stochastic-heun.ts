import type { StepOptions } from "../time-grid";
import { type StochasticMethod, stochasticMethod } from "./stochastic-method";
import type { StochasticTableau } from "./tableau";

const tableau: StochasticTableau = {
  name: "stochastic Heun",
  order: 2,
  c: [0, 1],
  a: [[], [1]],
  b: [1 / 2, 1 / 2],
  noise: [0, 1],
};

/**
 * Heun's method with the same noise in both stages: weak order 2, since the noise does not depend on the
 * state (Kloeden and Platen, Numerical Solution of SDEs, section 15.1). Two evaluations per step of the
 * velocity and of the score.
 *
 * @example
 * const interpolant = linear({ gamma: brownian() });
 * const flow = exactFlow({ coupling: threeModes({ pairing: "matched" }), interpolant });
 * const { x } = await solveSde(
 *   { b: flow.velocity, g: flow.denoiser, interpolant },
 *   { x: ndarray([1, 2], [-6, 0]) },
 *   { method: stochasticHeun({ steps: 50 }), epsilon: (t) => interpolant.at(t).gamma, rng: rng(1) },
 * );
 */
export function stochasticHeun(options: StepOptions): StochasticMethod {
  return stochasticMethod(tableau, options);
}
