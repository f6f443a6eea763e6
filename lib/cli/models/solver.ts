import { adamsBashforth, bosh3, dopri5, euler, heun, type Method, midpoint, rk4 } from "../../samplers";
import type { Given } from "./command-options";
import { checkSolver, type solverSpecs } from "./specs";

const adaptive = { dopri5, bosh3 } as const;
const fixed = { euler, midpoint, heun, rk4, "adams-bashforth": adamsBashforth } as const;

/** A solver, and how a record names it. */
export interface Solver {
  readonly method: Method;
  readonly settings: Readonly<Record<string, string | number>>;
}

/** The solver asked for. @throws as `checkSolver` does. */
export function solverOf(given: Given<typeof solverSpecs>): Solver {
  checkSolver(given);
  const { solver = "dopri5", tolerance = 1e-3, steps = 20 } = given;
  if (Object.hasOwn(adaptive, solver)) {
    const method = adaptive[solver as keyof typeof adaptive]({ rtol: tolerance, atol: tolerance });
    return { method, settings: { solver, tolerance } };
  }
  return { method: fixed[solver as keyof typeof fixed]({ steps }), settings: { solver, steps } };
}
