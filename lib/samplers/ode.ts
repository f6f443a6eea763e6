import { assertKnown, throwIfStopped } from "../errors";
import type { Field } from "../fields/field";
import { errorNorm, firstStep, piController } from "./controller";
import { elsewhere } from "./method-options";
import type { MultistepMethod } from "./methods/adams-bashforth";
import type { AdaptiveMethod } from "./methods/adaptive-method";
import { assertMethod } from "./methods/assert-method";
import type { FixedMethod } from "./methods/fixed-method";
import { type MultistepStep, multistepStep } from "./multistep";
import { type OdeStep, odeStep } from "./ode-step";
import { nodesBetween } from "./time-grid";
import {
  type BatchSolver,
  checkedProblem,
  type InitialState,
  knownToSolves,
  type Outcome,
  type Problem,
  type Solution,
  type SolveOptions,
  solveInBatches,
} from "./trajectory";

/** A Runge-Kutta or multistep method and its steps. */
export type Method = FixedMethod | AdaptiveMethod | MultistepMethod;

export interface OdeOptions extends SolveOptions {
  /**
   * `euler({ steps })`, `midpoint`, `heun`, `rk4` or `adamsBashforth`; with adaptive steps, `bosh3` or
   * `dopri5({ rtol, atol })`; or one of your own, made by `fixedMethod` or `adaptiveMethod`.
   */
  readonly method: Method;
}

/**
 * Solves the probability flow dX = b_t(X, ξ) dt (Cor. 3.1), forwards or backwards in time.
 *
 * Where ξ.keep = 1 nothing moves, whatever b says there (section 4.1): known pixels come out bit for bit as
 * they went in. The state has the number format of `start.x`: float64 in, float64 out.
 *
 * An adaptive method that reaches `minStep` or `maxSteps` returns the last state and a warning.
 * @throws when the field gives values that are not finite or of another shape, or a state isn't finite;
 * AbortError if the solve is stopped.
 *
 * @example
 * const { x, nfe } = await solveOde(b, atBase(pairs), { method: dopri5({ rtol: 1e-3, atol: 1e-3 }) });
 * const back = await solveOde(b, atData(pairs), { method: rk4({ steps: 20 }), from: 1, to: 0 });
 */
export async function solveOde(b: Field, start: InitialState, options: OdeOptions): Promise<Solution> {
  assertMethod(options?.method, "solveOde");
  assertKnown(options, { ...knownToSolves, method: true }, "solveOde", { likely: true, elsewhere });
  const { method, onStep, signal } = options;
  const problem = checkedProblem(start, options);
  return solveInBatches(problem, onStep, (batch) => {
    if (method.kind === "multistep") {
      const step = multistepStep(b, batch);
      const run: BatchSolver["run"] = (accept) => stepsBetween({ step, method, problem, accept, signal });
      return { step, action: step.action, nfe: () => step.nfe, run };
    }
    const step = odeStep(b, batch, method.tableau);
    return {
      step,
      action: step.action,
      nfe: () => step.nfe,
      run: (accept) =>
        method.kind === "fixed"
          ? stepsBetween({ step, method, problem, accept, signal })
          : adaptiveSteps({ step, method, problem, accept, signal }),
    };
  });
}

interface Run<M extends Method, S extends OdeStep | MultistepStep = OdeStep> {
  readonly step: S;
  readonly method: M;
  readonly problem: Problem;
  readonly accept: Parameters<BatchSolver["run"]>[0];
  readonly signal: AbortSignal | undefined;
}

async function stepsBetween({
  step,
  method,
  problem,
  accept,
  signal,
}: Run<FixedMethod | MultistepMethod, OdeStep | MultistepStep>): Promise<Outcome> {
  const { from, to } = problem;
  const nodes = nodesBetween(method, from, to);
  for (let i = 0; i < method.steps; i++) {
    throwIfStopped(signal, "The solver");
    const [t, end] = [nodes[i], nodes[i + 1]];
    await step.compute(t, end - t);
    accept(t, end);
  }
  return { t: to, rejected: 0 };
}

async function adaptiveSteps({
  step,
  method,
  problem,
  accept,
  signal,
}: Run<AdaptiveMethod>): Promise<Outcome> {
  const { maxSteps, minStep, tableau } = method;
  const { from, to, direction } = problem;
  const errors = new Float64Array(step.x.data.length);
  const nextLength = piController(tableau.order);
  let t = from;
  let length = Math.max(method.firstStep ?? (await firstStep(step, method, t, to - t)), minStep);
  let tried = 0;
  let rejected = 0;
  while (t !== to) {
    throwIfStopped(signal, "The solver");
    if (tried >= maxSteps) {
      const warning =
        `stopped at t = ${t} after ${maxSteps} steps, the most allowed. ` +
        "Raise maxSteps or the tolerances.";
      return { t, rejected, warning };
    }
    // A remainder hardly longer than the step is taken whole, so that no sliver is left at the end.
    const isLast = length * 1.001 >= Math.abs(to - t);
    const end = isLast ? to : t + direction * length;
    const h = end - t;
    await step.compute(t, h);
    tried++;
    step.writeError(tableau.error, errors);
    const error = errorNorm(step, method, { values: errors, a: step.x.data, b: step.next.data });
    length = nextLength(Math.abs(h), error);
    if (error <= 1) {
      accept(t, end);
      t = end;
      length = Math.max(length, minStep);
      continue;
    }
    rejected++;
    if (length < minStep) {
      const warning =
        `stopped at t = ${t}: the error asks for a step of ${length.toExponential(1)}, below the least of ` +
        `${minStep}. The field may be infinite or jump there; else raise the tolerances or lower minStep.`;
      return { t, rejected, warning };
    }
  }
  return { t, rejected };
}
