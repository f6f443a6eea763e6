import type { NdArray } from "../../array";
import { atBase } from "../../couplings/coupling";
import type { Drifts } from "../../fields/drifts-from-point";
import type { Field } from "../../fields/field";
import type { Rng } from "../../random";
import { euler, type Method, type SdeOptions, solveOde, solveSde } from "../../samplers";
import { arrived } from "../../samplers/arrived";

/** Draws one next state for each of these present ones, `[n, ...]`. */
export type Forecaster = (present: NdArray, rng: Rng) => Promise<NdArray>;

/** Tomorrow is as today. */
export const persistence: Forecaster = async (present) => present;

/**
 * A forecast that starts at the present state: the stochastic equation of `driftsFromPoint`, learned with
 * `paired({ conditionOnX0 })` and `driftLoss`.
 *
 * @example
 * const drifts = driftsFromPoint(({ x }) => x, { interpolant: linear({ gamma: wiener() }) });
 * const forecaster = fromPresent(drifts, { method: eulerMaruyama({ steps: 5 }), epsilon: drifts.own });
 * const next = await forecaster(data.x, rng(0)); // one draw for each state
 */
export function fromPresent(
  drifts: Drifts,
  options: Pick<SdeOptions, "method" | "epsilon" | "lastStep" | "batch">,
): Forecaster {
  return async (present, rng) =>
    (await solveSde({ drifts }, { x: present, xi: { image: present } }, { ...options, rng })).x;
}

/**
 * A forecast that starts at noise and is shown the present state: the flow of a velocity learned with
 * `uncoupledPaired`. A forecast throws where an adaptive method gives up before t = 1.
 */
export function fromNoise(
  b: Field,
  options: { readonly method: Method; readonly batch?: number },
): Forecaster {
  return async (present, rng) => {
    const start = atBase({ x0: rng.normals(present.shape), xi: { image: present } });
    return arrived(await solveOde(b, start, options), "The flow that forecasts").x;
  };
}

/** The mean of what may come, by a velocity learned with `regression`: the same answer at every draw. */
export function fromRegression(b: Field, { batch }: { readonly batch?: number } = {}): Forecaster {
  return async (present) => {
    const start = atBase({ x0: present, xi: { image: present } });
    return (await solveOde(b, start, { method: euler({ steps: 1 }), batch })).x;
  };
}
