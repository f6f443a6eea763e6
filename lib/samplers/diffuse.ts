import { type NdArray, sampleSize, sliceRows, zeros } from "../array";
import { conditionRows } from "../conditions/rows";
import type { Start } from "../couplings/coupling";
import { expected } from "../errors";
import type { Interpolant } from "../interpolants/interpolant";
import type { Rng } from "../random";
import { type DiffusionFields, diffusion, type Epsilon, endPrediction } from "./diffusion";
import type { IntegrateOptions, Integration } from "./integrate";
import { problem } from "./problem";
import type { StochasticMethod } from "./stochastic-method";
import { nodesBetween } from "./time-grid";
import { walker } from "./walker";

/**
 * What the last step does.
 * - `"flow"`: a step of the probability flow, ε = 0: no noise, no score at the end, and the law is kept.
 * - `"noise"`: a step like every other, for fields that are finite at the end, too.
 * - `"mean"`: an Euler step of the equation without its noise, so that none is left in the result; its law is narrower.
 * - `"tweedie"`: the expected end, E[x1 | X_t] (backwards E[x0 | X_t]), from the velocity and the score.
 * - `"none"`: no step; the result is the state where it would begin, and its time is the result's `t`.
 */
export type LastStep = "flow" | "noise" | "mean" | "tweedie" | "none";

export interface DiffuseOptions extends Omit<IntegrateOptions, "method"> {
  /** `eulerMaruyama({ steps })` or `stochasticHeun({ steps })`. */
  readonly method: StochasticMethod;
  /**
   * ε_t ≥ 0, how much noise is added and taken away: a number, or a function of t. 0 is the probability flow. In terms of a
   * denoiser the drift has ε_t / γ_t, so where γ is small take ε_t proportional to it: `(t) => interpolant.at(t).gamma`.
   */
  readonly epsilon: Epsilon;
  /** Source of the noise: sample i's is decided by its seed and i alone, whatever the batches. */
  readonly rng: Rng;
  /** Default `"flow"`. */
  readonly lastStep?: LastStep;
  /** The interpolant, for `lastStep: "tweedie"` where the fields do not hold it. */
  readonly interpolant?: Interpolant;
}

/**
 * Solves the stochastic equations of Cor. 3.1, whose law at every time is that of the probability flow for any ε_t ≥ 0 if
 * both fields are exact, and otherwise is pulled towards that of the score:
 *
 *     forwards     dX = (b + ε_t s) dt + √(2ε_t) dW    from t = 0 to 1
 *     backwards    dX = (b − ε_t s) dt + √(2ε_t) dW    from t = 1 to 0
 *
 * with the score s = ∇ log ρ_t, or −g / γ_t from the denoiser g. Where ξ.keep = 1 neither drift nor noise moves a value, so known
 * pixels come out bit for bit as they went in. Where ε_t = 0 the score is not asked for.
 *
 * At the ends s = −g / γ is 0 / 0. With a denoiser, a step that touches a time at which γ = 0 < ε is a step of
 * the probability flow, which keeps the law as well.
 *
 * `saveAt` reads states inside a step from a Brownian bridge between its ends. Velocity and score count one evaluation
 * each in `nfe`; `action` is ∫ E|b_t(X_t)|² dt as in Prop. 3.1, since X_t has the flow's law.
 * @throws when a field gives values that are not finite, with the time, or of another shape.
 */
export async function diffuse(
  fields: DiffusionFields,
  start: Start | { readonly x0: NdArray },
  options: DiffuseOptions,
): Promise<Integration> {
  const { method, rng, lastStep = "flow", onStep, signal } = options;
  const { begin, xi, from, to, ahead, batch, times } = problem(start, options);
  const equation = diffusion(fields, options.epsilon);
  if (!LAST_STEPS.includes(lastStep)) {
    throw expected(`one of ${LAST_STEPS.join(", ")} as lastStep`, `"${lastStep}"`);
  }
  const prediction = lastStep === "tweedie" ? endPrediction(fields, options.interpolant, ahead) : undefined;
  const every = nodesBetween(method, from, to);
  const nodes = lastStep === "none" ? every.subarray(0, method.steps) : every;
  const steps = nodes.length - 1;
  if (steps === 0) throw expected('2 or more steps with lastStep "none"', "1");
  const reached = nodes[steps];
  const kind = lastStep === "noise" || lastStep === "mean" ? lastStep : "flow";

  const n = begin.shape[0];
  const size = sampleSize(begin);
  const final = zeros(begin.shape, begin);
  const path = times
    .filter((t) => (t - reached) * ahead <= 0)
    .map((t) => ({ t, x: zeros(begin.shape, begin) }));
  const actions = new Float64Array(n);
  let nfe = 0;

  for (let first = 0; first < n; first += batch) {
    const last = Math.min(first + batch, n);
    const part = walker({
      equation,
      tableau: method.tableau,
      start: sliceRows(begin, first, last),
      xi: conditionRows(xi, first, last),
      sources: Array.from({ length: last - first }, (_, i) => rng.fork("noise", first + i)),
      bridges: Array.from({ length: path.length ? last - first : 0 }, (_, i) =>
        rng.fork("bridge", first + i),
      ),
    });
    const save = (at: number) => path[at].x.data.subarray(first * size, last * size);
    let saved = 0;
    for (; saved < path.length && path[saved].t === from; saved++) save(saved).set(part.x.data);
    for (let step = 0; step < steps; step++) {
      signal?.throwIfAborted();
      const [t, end] = [nodes[step], nodes[step + 1]];
      const isLast = step === method.steps - 1;
      if (isLast && prediction) await part.predict(prediction, t, end - t);
      else await part.step(t, end - t, isLast ? kind : "noise");
      for (; saved < path.length && (path[saved].t - end) * ahead <= 0; saved++) {
        part.writeBridge(path[saved].t === end ? 1 : (path[saved].t - t) / (end - t), save(saved));
      }
      part.accept();
      onStep?.({ t: end, steps: step + 1, nfe: part.nfe, done: first, samples: n, x: part.x });
    }
    final.data.set(part.x.data, first * size);
    actions.set(part.action, first);
    nfe += (part.nfe * (last - first)) / n;
  }

  return Object.freeze({
    x0: ahead > 0 ? begin : final,
    x1: ahead > 0 ? final : begin,
    t: reached,
    nfe,
    steps,
    rejected: 0,
    path: Object.freeze(path.map((at) => Object.freeze(at))),
    action: actions.reduce((sum, value) => sum + value, 0) / n,
    actions,
    warnings: Object.freeze([]),
  });
}

const LAST_STEPS: readonly string[] = ["flow", "noise", "mean", "tweedie", "none"] satisfies LastStep[];
