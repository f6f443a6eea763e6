import { expected } from "../../errors";
import { bosh3, dopri5, euler, heun, type Method, midpoint, rk4 } from "../../samplers";
import type { Given, OptionSpecs } from "./command-options";

const adaptive = { dopri5, bosh3 } as const;
const fixed = { euler, midpoint, heun, rk4 } as const;

/** The options that choose a solver. */
export const solverSpecs = {
  solver: {
    type: "text",
    value: "NAME",
    choices: [...Object.keys(adaptive), ...Object.keys(fixed)],
    help: "dopri5 (default) or bosh3, whose steps adapt; euler, midpoint, heun or rk4",
  },
  tolerance: {
    type: "number",
    value: "ERROR",
    range: [1e-9, 1],
    help: "of dopri5 and bosh3: the error of a step, relative and absolute (default: 0.001)",
  },
  steps: { type: "whole", value: "N", help: "of the others: how many (default: 20)" },
} as const satisfies OptionSpecs;

/** A solver, and how a record names it. */
export interface Solver {
  readonly method: Method;
  readonly settings: Readonly<Record<string, string | number>>;
}

/** The solver asked for. @throws UsageError when a solver doesn't take what was given. */
export function solverOf({ solver = "dopri5", tolerance, steps }: Given<typeof solverSpecs>): Solver {
  if (Object.hasOwn(adaptive, solver)) {
    if (steps !== undefined) {
      throw expected(
        "--tolerance for a solver whose steps adapt",
        `--steps ${steps}`,
        "Or choose --solver heun.",
      );
    }
    const error = tolerance ?? 1e-3;
    const method = adaptive[solver as keyof typeof adaptive]({ rtol: error, atol: error });
    return { method, settings: { solver, tolerance: error } };
  }
  if (tolerance !== undefined) throw expected(`--steps for --solver ${solver}`, `--tolerance ${tolerance}`);
  const count = steps ?? 20;
  const method = fixed[solver as keyof typeof fixed]({ steps: count });
  return { method, settings: { solver, steps: count } };
}
