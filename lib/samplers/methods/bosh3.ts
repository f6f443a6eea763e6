import { type AdaptiveMethod, type AdaptiveOptions, adaptiveMethod } from "./adaptive-method";
import type { EmbeddedTableau } from "./tableau";

/** Bogacki and Shampine (1989); dense output of order 3 by Hermite's cubic through both ends. */
const tableau: EmbeddedTableau = {
  name: "bosh3",
  order: 3,
  c: [0, 1 / 2, 3 / 4, 1],
  a: [[], [1 / 2], [0, 3 / 4], [2 / 9, 1 / 3, 4 / 9]],
  b: [2 / 9, 1 / 3, 4 / 9, 0],
  error: [-5 / 72, 1 / 12, 1 / 9, -1 / 8],
  dense: [
    [1, -4 / 3, 5 / 9],
    [0, 1, -2 / 3],
    [0, 4 / 3, -8 / 9],
    [0, -1, 1],
  ],
};

/**
 * The adaptive Bogacki-Shampine method: order 3 with an estimate of order 2. Its fourth and last stage is the
 * first of the next step, so it takes three evaluations per step tried and one or two to begin.
 *
 * Cheaper than `dopri5` where 1e-3, the default of both tolerances, is enough; dearer below about 1e-4.
 *
 * @example const { x, nfe } = await solveOde(b, atBase(pairs), { method: bosh3({ rtol: 1e-2 }) });
 */
export function bosh3(options: AdaptiveOptions = {}): AdaptiveMethod {
  return adaptiveMethod(tableau, options);
}
