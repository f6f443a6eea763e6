import type { NdArray } from "../array";
import { atBase, type Pairs, type Start } from "../couplings/coupling";
import type { Field } from "../fields/field";
import { copiedShare, exactW2, keptPairs, precisionRecall } from "../metrics";
import { euler, type Method, solveOde } from "../samplers";
import { arrived } from "../samplers/arrived";

/** Options of {@link couplingEffects}. */
export interface CouplingEffectsOptions {
  /** The velocity of the flow, trained or exact. */
  readonly b: Field;
  /** Where sampling starts, as a user starts. */
  readonly start: Start;
  /** Draws of the coupling that b was trained on, for unseen targets. */
  readonly pairs: Pairs;
  /** Unseen data `[n, d]`, as many as there are starts. */
  readonly target: NdArray;
  /** Of what b was trained on, `[m, d]`, for the share of copies. */
  readonly train: NdArray;
  /** The accurate method, with which a few Euler steps are compared. */
  readonly method: Method;
  /** The number of Euler steps that count as few. Default 4. */
  readonly few?: number;
}

/** What a coupling has done to the samples of a flow. */
export interface CouplingEffects {
  /** Exact W₂² between samples and data, by the accurate method. */
  readonly distance: number;
  /** The same after `few` Euler steps. */
  readonly distanceInFew: number;
  /** The share of the data that the samples cover: `precisionRecall`. */
  readonly recall: number;
  /** The same after `few` Euler steps. */
  readonly recallInFew: number;
  /** `keptPairs`, from the x0 of the pairs. */
  readonly kept: number;
  /** The same after `few` Euler steps. */
  readonly keptInFew: number;
  /** `copiedShare` of the samples. */
  readonly copied: number;
  /** ∫E|b_t(X_t)|² dt along the flow, by the accurate method. */
  readonly action: number;
  /** Evaluations of the velocity per sample, by the accurate method. */
  readonly nfe: number;
  /** The samples by the accurate method, `[n, d]`. */
  readonly samples: NdArray;
}

/**
 * Fidelity, diversity, fidelity to the pair and memorising of a flow of points, by an accurate method and in
 * few Euler steps.
 *
 * @example
 * const effects = await couplingEffects({
 *   b,
 *   start: pairs,
 *   pairs,
 *   target: take(data, 16).x,
 *   train: data.x,
 *   method: midpoint({ steps: 5 }),
 * });
 * effects.kept; // beside effects.recall: the mean answer keeps pairs best, and covers least
 * @throws as `solveOde`, and where an adaptive method gives up before t = 1.
 */
export async function couplingEffects(options: CouplingEffectsOptions): Promise<CouplingEffects> {
  const { b, start, pairs, target, train, method, few = 4 } = options;
  const solve = async (from: Start, by: Method) => arrived(await solveOde(b, atBase(from), { method: by }));
  const [fine, coarse] = [await solve(start, method), await solve(start, euler({ steps: few }))];
  const own =
    start === pairs
      ? [fine, coarse]
      : [await solve(pairs, method), await solve(pairs, euler({ steps: few }))];
  const recallOf = (generated: NdArray) => precisionRecall({ real: target, generated }).recall;
  const keptOf = (ends: NdArray) => keptPairs({ ends, targets: pairs.x1 });
  return Object.freeze({
    distance: exactW2(fine.x, target) ** 2,
    distanceInFew: exactW2(coarse.x, target) ** 2,
    recall: recallOf(fine.x),
    recallInFew: recallOf(coarse.x),
    kept: keptOf(own[0].x),
    keptInFew: keptOf(own[1].x),
    copied: copiedShare({ generated: fine.x, train }),
    action: fine.action,
    nfe: fine.nfe,
    samples: fine.x,
  });
}
