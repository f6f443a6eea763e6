import { assertKnown, expected } from "../../errors";
import { assertTableau } from "./assert-tableau";
import type { EmbeddedTableau } from "./tableau";

/** How accurate an adaptive method must be; lib/samplers/controller.ts says how to choose tolerances. */
export interface AdaptiveOptions {
  /** Tolerance relative to |x|. Default 1e-3, for `dopri5` 1e-5. */
  readonly rtol?: number;
  /** Absolute tolerance, in the units of x. Same default as `rtol`. */
  readonly atol?: number;
  /** Largest number of steps tried, rejected ones included. Default 1000. */
  readonly maxSteps?: number;
  /** The shortest step, in time. Default 1e-6. */
  readonly minStep?: number;
  /** The first step, in time. Default: chosen from b, which costs one evaluation. */
  readonly firstStep?: number;
}

/** The names of these options. */
export const knownToAdaptive = {
  rtol: true,
  atol: true,
  maxSteps: true,
  minStep: true,
  firstStep: true,
} as const satisfies Record<keyof AdaptiveOptions, true>;

/** A Runge-Kutta method whose steps are as long as its estimated error allows. */
export interface AdaptiveMethod {
  /** Tells it from other kinds of methods. */
  readonly kind: "adaptive";
  /** The coefficients, with an embedded method for the error. */
  readonly tableau: EmbeddedTableau;
  /** Tolerance relative to |x|. */
  readonly rtol: number;
  /** Absolute tolerance, in the units of x. */
  readonly atol: number;
  /** Largest number of steps tried, rejected ones included. */
  readonly maxSteps: number;
  /** The shortest step, in time. */
  readonly minStep: number;
  /** The first step, in time; absent where it is chosen from b. */
  readonly firstStep?: number;
}

/**
 * The method with this tableau, which must estimate its error, and steps that keep the error within the
 * tolerances.
 * @throws unless the tolerances and steps are above 0, and the tableau is consistent: its weights sum to 1,
 * those inside a step to them, and those of the error to 0.
 *
 * @example
 * // Heun's method, with Euler's for its error.
 * const { tableau } = heun({ steps: 1 });
 * const method = adaptiveMethod({ ...tableau, error: [-1 / 2, 1 / 2] }, { rtol: 1e-2, atol: 1e-2 });
 * const { steps, rejected } = await solveOde(b, atBase(pairs), { method });
 */
export function adaptiveMethod(tableau: EmbeddedTableau, options: AdaptiveOptions = {}): AdaptiveMethod {
  assertKnown(options, knownToAdaptive, tableau.name, { likely: true });
  const { rtol = 1e-3, atol = 1e-3, maxSteps = 1000, minStep = 1e-6, firstStep } = options;
  if (!tableau.error) {
    throw expected(
      "a tableau with the weights of an error estimate",
      `${tableau.name}, which has none`,
      "Pass error: b − b̂ of an embedded method, or use fixedMethod.",
    );
  }
  assertTableau(tableau);
  if (!(rtol >= 0 && atol >= 0 && rtol + atol > 0)) {
    throw expected("tolerances of 0 or more, not both 0", `rtol ${rtol}, atol ${atol}`);
  }
  if (!(maxSteps > 0)) throw expected("maxSteps above 0", `${maxSteps}`);
  if (!(minStep > 0)) throw expected("a minStep above 0", `${minStep}`);
  if (firstStep !== undefined && !(firstStep > 0)) throw expected("a firstStep above 0", `${firstStep}`);
  return Object.freeze({
    kind: "adaptive",
    tableau,
    rtol,
    atol,
    maxSteps,
    minStep,
    ...(firstStep !== undefined && { firstStep }),
  });
}
