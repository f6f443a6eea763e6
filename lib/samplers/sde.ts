import { type NdArray, ndarray } from "../array";
import { assertKnown, expected, throwIfStopped } from "../errors";
import { type Field, makeField } from "../fields/field";
import { baseFromVelocity, dataFromVelocity } from "../fields/predictions";
import { denoiserFromScore } from "../fields/score";
import type { Interpolant } from "../interpolants/interpolant";
import { assertRng, type Rng } from "../random";
import { derivativeOf, velocityAdvice } from "./derivative";
import { elsewhere } from "./method-options";
import { assertMethod } from "./methods/assert-method";
import type { StochasticMethod } from "./methods/stochastic-method";
import { addSquares } from "./moving";
import { sdeStep, type WriteDrift } from "./sde-step";
import { type Epsilon, type SdeFields, type SdeTerms, sdeTerms } from "./sde-terms";
import { nodesBetween } from "./time-grid";
import {
  type Batch,
  type BatchSolver,
  checkedProblem,
  type InitialState,
  knownToSolves,
  type Solution,
  type SolveOptions,
  solveInBatches,
} from "./trajectory";

/**
 * What the last step does.
 * - `"flow"`: a step of the probability flow, ε = 0: no noise, no score at the end, and the law is kept.
 * - `"noise"`: a step like every other, for fields that are finite at the end, too.
 * - `"mean"`: an Euler step of the equation without its noise, so that none is left in the result; its law is
 *   narrower.
 * - `"tweedie"`: the expected end, E[x1 | X_t] (backwards E[x0 | X_t]), from the velocity and the score.
 * - `"none"`: no step; the result is the state where it would begin, and its time is the result's `t`.
 */
export type LastStep = "flow" | "noise" | "mean" | "tweedie" | "none";

const LAST_STEPS: readonly string[] = ["flow", "noise", "mean", "tweedie", "none"] satisfies LastStep[];

export interface SdeOptions extends SolveOptions {
  /** `eulerMaruyama({ steps })` or `stochasticHeun({ steps })`. */
  readonly method: StochasticMethod;
  /**
   * ε_t ≥ 0, how much noise is added and removed: a number, or a function of t. 0 is the probability flow. In
   * terms of a denoiser the drift has ε_t / γ_t, so where γ is small take ε_t proportional to it:
   * `(t) => interpolant.at(t).gamma`.
   */
  readonly epsilon: Epsilon;
  /** Source of the noise: sample i's depends on its seed and i alone, whatever the batches. */
  readonly rng: Rng;
  /** Default `"flow"`. */
  readonly lastStep?: LastStep;
  /** The interpolant, for `lastStep: "tweedie"` where the fields do not hold it. */
  readonly interpolant?: Interpolant;
}

/**
 * Solves the stochastic equations of Cor. 3.1, whose law at every time is that of the probability flow for
 * any ε_t ≥ 0 if both fields are exact, and otherwise is pulled towards that of the score:
 *
 *     forwards     dX = (b + ε_t s) dt + √(2ε_t) dW    from t = 0 to 1
 *     backwards    dX = (b − ε_t s) dt + √(2ε_t) dW    from t = 1 to 0
 *
 * with the score s = ∇ log ρ_t, or −g / γ_t from the denoiser g. Where ξ.keep = 1 neither drift nor noise
 * moves a value, so known pixels come out bit for bit as they went in. Where ε_t = 0 the score is not
 * evaluated.
 *
 * At the ends s = −g / γ is 0 / 0. With a denoiser, a step that touches a time at which γ = 0 < ε is a step
 * of the probability flow, which keeps the law as well.
 *
 * `saveAt` reads states inside a step from a Brownian bridge between its ends. Velocity and score count one
 * evaluation each in `nfe`; `action` is ∫ E|b_t(X_t)|² dt as in Prop. 3.1, since X_t has the flow's law.
 *
 * From a point, `{ drifts }` gives the drift itself in one evaluation, for any ε; the first step, in which
 * the law is still a point, is then taken with the drifts' own ε and its noise, and `action` is NaN.
 * Backwards they give b − ε s just as well, down to any time above 0; at 0 the state is the point itself,
 * where the score is infinite.
 * @throws when a field gives values that are not finite, with the time, or of another shape, a state isn't
 * finite, or drifts are to be solved backwards to t = 0; AbortError if the solve is stopped.
 *
 * @example
 * const coupling = threeModes({ pairing: "matched" });
 * const { velocity, score } = exactFlow({ coupling, interpolant: linear({ gamma: brownian() }) });
 * const pairs = coupling.draw(coupling.targets(100, rng(1)), rng(2));
 * const { x } = await solveSde({ b: velocity, s: score }, atBase(pairs), {
 *   method: stochasticHeun({ steps: 50 }),
 *   epsilon: 0.5,
 *   rng: rng(3),
 * });
 */
export async function solveSde(
  fields: SdeFields,
  start: InitialState,
  options: SdeOptions,
): Promise<Solution> {
  assertMethod(options?.method, "solveSde");
  assertRng(options.rng);
  assertKnown(options, known, "solveSde", { likely: true, elsewhere });
  const { method, rng, lastStep = "flow", onStep, signal } = options;
  const problem = checkedProblem(start, options);
  const { from, to, direction, times } = problem;
  const terms = sdeTerms(fields, options.epsilon);
  if (!LAST_STEPS.includes(lastStep)) {
    throw expected(`one of ${LAST_STEPS.join(", ")} as lastStep`, `"${lastStep}"`);
  }
  const prediction =
    lastStep === "tweedie" ? endPrediction(fields, options.interpolant, direction) : undefined;
  const bridged = times.length > 0;
  const lastKind: StepKind = lastStep === "noise" || lastStep === "mean" ? lastStep : "flow";
  const every = nodesBetween(method, from, to);
  const nodes = lastStep === "none" ? every.subarray(0, method.steps) : every;
  if (nodes.length === 1) throw expected('2 or more steps with lastStep "none"', "1");
  if (terms.drifts && nodes[nodes.length - 1] === 0) {
    throw expected(
      "a time above 0 as the end of drifts that are solved backwards",
      "0",
      "There the state is the point x0, which ξ names.",
    );
  }

  return solveInBatches(problem, onStep, (batch) =>
    batchSolver(batch, { terms, method, rng, direction, nodes, lastKind, prediction, bridged, signal }),
  );
}

const known = {
  ...knownToSolves,
  ...{ method: true, epsilon: true, rng: true, lastStep: true, interpolant: true },
} as const satisfies Partial<Record<keyof SdeOptions, true>>;

interface Settings {
  readonly terms: SdeTerms;
  readonly method: StochasticMethod;
  readonly rng: Rng;
  readonly direction: number;
  /** The ends of the steps that are taken. */
  readonly nodes: Float64Array;
  readonly lastKind: StepKind;
  /** What the last step jumps to instead. */
  readonly prediction: Prediction | undefined;
  /** Whether states inside steps are to be saved. */
  readonly bridged: boolean;
  readonly signal: AbortSignal | undefined;
}

type StepKind = "noise" | "flow" | "mean";

function batchSolver({ first, last, ...batch }: Batch, settings: Settings): BatchSolver {
  const { terms, method, rng, direction, nodes, lastKind, prediction, bridged, signal } = settings;
  const { xi, moving } = batch;
  const sourcesOf = (key: string) => Array.from({ length: last - first }, (_, i) => rng.fork(key, first + i));
  const step = sdeStep(batch, {
    stages: method.tableau.b.length,
    sources: sourcesOf("noise"),
    bridges: bridged ? sourcesOf("bridge") : [],
  });
  const { drifts } = terms;
  const velocity = derivativeOf(terms.b, { xi, moving, name: "velocity", advice: velocityAdvice });
  const score = derivativeOf(terms.s, { xi, moving, name: "score", advice: scoreAdvice });
  const s = new Float64Array(batch.x.data.length);
  // Of drifts alone the velocity, and so the action, is not known.
  const action = new Float64Array(last - first).fill(drifts ? Number.NaN : 0);
  let nfe = 0;

  /** The drift that `drifts` give for an ε that changes from stage to stage, negative backwards. */
  let present = 0;
  const whole =
    drifts &&
    derivativeOf(
      makeField((given) => {
        const bound = drifts.on(given);
        return (x, t) => bound(x, t, present);
      }),
      { xi, moving, name: "drift", advice: velocityAdvice },
    );

  /** b, of which |b|² over the duration counts in the action. */
  const writeVelocity = async (x: NdArray, t: number, duration: number, out: Float64Array) => {
    nfe++;
    await velocity(x, t, out);
    addSquares(moving, out, duration, action);
  };

  /** Makes b forwards b + ε s, backwards b − ε s. */
  const addScore = async (x: NdArray, t: number, epsilon: number, b: Float64Array) => {
    nfe++;
    await score(x, t, s);
    for (let i = 0; i < moving.count; i++) {
      const e = moving.hole ? moving.hole[i] : i;
      b[e] += direction * epsilon * s[e];
    }
  };

  const takeStep = async (t: number, h: number, kind: StepKind) => {
    const tableau = kind === "mean" ? eulerStep : method.tableau;
    const times = tableau.c.map((c) => t + c * h);
    let epsilons = times.map(terms.epsilon);
    const hasNoScore = times.some((time, i) => epsilons[i] > 0 && terms.scoreIsUndefined(time));
    if (kind === "flow" || hasNoScore) epsilons = epsilons.map(() => 0);
    // At a point there is one drift only.
    if (drifts) epsilons = epsilons.map((epsilon, i) => (times[i] === 0 ? drifts.own(0) : epsilon));
    // √(2ε) dW over the step is N(0, 2 ∫ ε dt).
    let variance = 0;
    if (kind === "noise" || (drifts && t === 0 && kind === "flow")) {
      tableau.b.forEach((weight, i) => {
        variance += 2 * Math.abs(h) * weight * epsilons[i];
      });
    }
    const drift: WriteDrift = async (x, time, stage, out) => {
      if (whole) {
        nfe++;
        present = direction * epsilons[stage];
        return whole(x, time, out);
      }
      await writeVelocity(x, time, Math.abs(h) * tableau.b[stage], out);
      if (epsilons[stage] > 0) await addScore(x, time, epsilons[stage], out);
    };
    await step.compute({ tableau, t, h, variance, drift });
  };

  const jumpToPrediction = async ({ of, nfe: others }: Prediction, t: number, h: number) => {
    const b = new Float64Array(s.length);
    const measured: Field = async ({ x }) => {
      await writeVelocity(x, t, Math.abs(h), b);
      return ndarray(x.shape, b);
    };
    const end = derivativeOf(of(measured), { xi, moving, name: "prediction", advice: velocityAdvice });
    nfe += others;
    await end(step.x, t, s);
    step.jump(s);
  };

  return {
    step,
    action,
    nfe: () => nfe,
    async run(accept) {
      for (let i = 0; i < nodes.length - 1; i++) {
        throwIfStopped(signal, "The solver");
        const [t, end] = [nodes[i], nodes[i + 1]];
        const isLast = i === method.steps - 1;
        if (isLast && prediction) await jumpToPrediction(prediction, t, end - t);
        else await takeStep(t, end - t, isLast ? lastKind : "noise");
        accept(t, end);
      }
      return { t: nodes[nodes.length - 1], rejected: 0 };
    },
  };
}

const eulerStep = { c: [0], a: [[]], b: [1], noise: [0] };

const scoreAdvice =
  "Where the score is infinite, take an epsilon that is 0 there, begin or end the interval inside, or give " +
  "the denoiser with its interpolant instead.";

/** E[x1 | I_t], or E[x0 | I_t], as a function of the velocity. */
interface Prediction {
  of(b: Field): Field;
  /** Evaluations besides that of the velocity. */
  readonly nfe: number;
}

/** The expected end in this direction. @throws when no interpolant is known. */
function endPrediction(fields: SdeFields, given: Interpolant | undefined, direction: number): Prediction {
  if ("drifts" in fields) {
    throw expected('another lastStep than "tweedie" for drifts', '"tweedie"', 'Take "flow" or "noise".');
  }
  const interpolant = "g" in fields ? fields.interpolant : given;
  if (!interpolant) {
    throw expected(
      'the interpolant for lastStep "tweedie"',
      "none",
      "Pass interpolant, or take another lastStep.",
    );
  }
  const latent = interpolant.hasLatent;
  const g = "g" in fields ? fields.g : latent ? denoiserFromScore(fields.s, { interpolant }) : undefined;
  const predict = direction > 0 ? dataFromVelocity : baseFromVelocity;
  return { of: (b) => predict(b, { interpolant, ...(g && { g }) }), nfe: latent ? 1 : 0 };
}
