import { type NdArray, zeros } from "../array";
import { atBase, type DirectCoupling } from "../couplings";
import type { NormalScores } from "../data";
import { type Divergence, type Field, type LogDensity, standardNormalLogDensity } from "../fields";
import type { Rng } from "../random";
import { logLikelihood, type Method, solveOde } from "../samplers";
import { arrived } from "../samplers/arrived";
import type { GaussianRows } from "../statistics";

/** Options of {@link drawCells}. */
export interface DrawCellsOptions {
  /** A velocity on normal scores, of a model of `coupling`. */
  readonly b: Field;
  /** `knownCells`, as the model was trained with. */
  readonly coupling: DirectCoupling;
  /** The normal scores of the rows that the model was trained on. */
  readonly scores: NormalScores;
  /** Rows `[n, d]` in their own units; cells in the hole may be anything finite. */
  readonly x: NdArray;
  /** 1 where a cell is known. */
  readonly keep: NdArray;
  /** How the flow is solved. */
  readonly method: Method;
  /** Source of the base's draws, and of ranks among equal values. */
  readonly rng: Rng;
}

/** What {@link drawCells} draws. */
export interface DrawnCells {
  /** Rows in their own units: known cells as given, the others drawn. */
  readonly x: NdArray;
  /** How many known cells the flow itself has changed, in normal scores: none, by a masked velocity. */
  readonly changed: number;
  /** Evaluations of the velocity per sample. */
  readonly nfe: number;
  /** Mean squared distance that rows moved, in normal scores. */
  readonly cost: number;
  /** Its upper bound ∫E|b_t(X_t)|² dt, in normal scores. */
  readonly action: number;
}

/**
 * Draws the unknown cells of rows by a flow on normal scores.
 * @throws as coupling and solver do, and where an adaptive method gives up before t = 1.
 */
export async function drawCells(options: DrawCellsOptions): Promise<DrawnCells> {
  const { b, coupling, scores, x, keep, method, rng } = options;
  const targets = { x: scores.forward(x, rng.fork("scores")), keep };
  const pairs = coupling.draw(targets, rng.fork("base"));
  const flow = arrived(await solveOde(b, atBase(pairs), { method }), "The flow that draws cells");
  const made = scores.backward(flow.x);
  const out = zeros(x.shape, x);
  let [changed, cost] = [0, 0];
  keep.data.forEach((known, e) => {
    out.data[e] = known === 1 ? x.data[e] : made.data[e];
    if (known === 1 && flow.x.data[e] !== pairs.x1.data[e]) changed++;
    cost += (flow.x.data[e] - pairs.x0.data[e]) ** 2 / x.shape[0];
  });
  return Object.freeze({ x: out, changed, nfe: flow.nfe, cost, action: flow.action });
}

/** How likely rows are under a flow, and how far it has to carry them. */
export interface RowLikelihood {
  /** log ρ_1 of each row of normal scores. */
  readonly logDensity: Float64Array;
  /** |x1 − x0|² of each row: the squared way back to the base. */
  readonly cost: Float64Array;
}

/**
 * The log density of whole rows of normal scores `[n, d]` under a flow whose base is N(0, I), or the
 * Gaussian of its coupling, and their transport cost. @throws as the solver does.
 */
export async function rowLikelihood(options: {
  readonly divergence: Divergence;
  readonly gaussian?: GaussianRows;
  readonly x1: NdArray;
  readonly method: Method;
}): Promise<RowLikelihood> {
  const { divergence, gaussian, x1, method } = options;
  const base: LogDensity = gaussian ? ({ x }) => gaussian.logDensity(x) : standardNormalLogDensity;
  const nothingKnown = { keep: zeros(x1.shape) };
  const { logDensity, x0 } = await logLikelihood({ divergence, x1, xi: nothingKnown, base, method });
  const d = x1.shape[1];
  const cost = new Float64Array(x1.shape[0]);
  x1.data.forEach((value, e) => {
    cost[Math.floor(e / d)] += (value - x0.data[e]) ** 2;
  });
  return Object.freeze({ logDensity, cost });
}
