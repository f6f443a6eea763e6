import type { NdArray } from "../array";
import { atBase, type Pairs, type Start } from "../couplings/coupling";
import type { Field } from "../fields/field";
import type { Interpolant } from "../interpolants/interpolant";
import { exactW2, pathBound, straightness, transportCost } from "../metrics";
import { euler, type OdeOptions, type Solution, solveOde } from "../samplers";
import { arrived } from "../samplers/arrived";

/** Options of {@link measurePoints}. */
export interface PointsOptions extends Omit<OdeOptions, "from" | "to"> {
  /** The velocity of the flow, trained or exact. */
  readonly b: Field;
  /** Where sampling starts: draws of the base as a user gets them, and the conditions that are asked for. */
  readonly start: Start;
  /** Data to compare with, as many points as there are starts; under conditions, one target of each. */
  readonly target: NdArray;
  /** Draws of the coupling, for the bound. */
  readonly pairs: Pick<Pairs, "x0" | "x1">;
  /** The interpolant of the bound. */
  readonly interpolant: Interpolant;
}

/** What a flow of points does, and how far its ends are from the data. */
export interface PointsResult {
  /** Where the points started. */
  readonly start: NdArray;
  /** Where they went. */
  readonly flow: Solution;
  /**
   * W₂² between the ends and the data, exact for these points. Two sets of n draws of one density are
   * not at distance 0 either: quote that as the floor.
   */
  readonly w2Squared: number;
  /** The same after one Euler step. */
  readonly oneStepW2Squared: number;
  /** E|X₁ − x0|², the mean squared distance from start to end. */
  readonly cost: number;
  /** ∫E|b_t(X_t)|² dt along the flow: at least the cost. */
  readonly action: number;
  /** ∫E|İ_t|² dt of the coupling: at least the action if b is its exact velocity. */
  readonly bound: number;
  /** ∫E|b − (X₁ − x0)|² dt over the action: 0 for straight paths at constant speed, below 1 always. */
  readonly bend: number;
  /** Evaluations of the velocity per sample. */
  readonly nfe: number;
}

/**
 * Samples with a method and with one Euler step, and measures distances, the transport ladder and
 * straightness.
 *
 * @example
 * const result = await measurePoints({
 *   b,
 *   start: pairs,
 *   target: take(data, 16).x,
 *   pairs,
 *   interpolant,
 *   method: midpoint({ steps: 5 }),
 * });
 * result.w2Squared; // against result.oneStepW2Squared: what further steps gain
 * @throws as `solveOde`, and where an adaptive method gives up before t = 1.
 */
export async function measurePoints(options: PointsOptions): Promise<PointsResult> {
  const { b, start, target, pairs, interpolant, ...solve } = options;
  const initial = atBase(start);
  const flow = arrived(await solveOde(b, initial, solve), "The flow whose points are measured");
  const oneStep = await solveOde(b, initial, { method: euler({ steps: 1 }) });
  return Object.freeze({
    start: initial.x,
    flow,
    w2Squared: exactW2(flow.x, target) ** 2,
    oneStepW2Squared: exactW2(oneStep.x, target) ** 2,
    cost: transportCost(initial.x, flow.x).value,
    action: flow.action,
    bound: pathBound({ pairs, interpolant }).value,
    bend: straightness(initial, flow).value / flow.action,
    nfe: flow.nfe,
  });
}
