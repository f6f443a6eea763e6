import { type NdArray, sampleSize, zeros } from "../array";
import type { Condition } from "../conditions/condition";
import { conditionRows } from "../conditions/rows";
import type { PairMoments } from "../couplings/moments";
import { assertKnown } from "../errors";
import { boundMask } from "../fields/bound-mask";
import { bindField, type Field, makeField } from "../fields/field";
import { type AffineVelocity, affineVelocity, assertAffineFits } from "../interpolants/affine-velocity";
import type { Interpolant } from "../interpolants/interpolant";
import { meanOf } from "../statistics/mean";
import { elsewhere } from "./method-options";
import { type OdeOptions, solveOde } from "./ode";
import { type InitialState, knownToSolves, type Solution } from "./trajectory";

/** Options of {@link solveExponential}. */
export interface ExponentialOptions extends OdeOptions {
  /** The interpolant of the velocity's pairs. */
  readonly interpolant: Interpolant;
  /** Of the pairs: `pairMoments({ coupling, data, rng })`. They choose coordinates, and bias nothing. */
  readonly moments: PairMoments;
}

/** The least variance of an element of x0 or x1, as a share of their mean: coordinates need a width. */
const least = 1e-3;

/**
 * Solves the probability flow with its affine part integrated exactly, whatever the steps: an exponential
 * integrator, as those of DEIS (Zhang and Chen 2023) and DPM-Solver (Lu et al. 2022) are for diffusions. In
 * the coordinates of the Gaussian path with these moments, y = (x − E I_t) / √Var I_t element by element, the
 * flow is
 *
 *     dY = (b_t(x) − b_affine(x)) / √Var I_t dt,
 *
 * which a method solves; a Gaussian with independent elements is solved in one step. What ξ knows stays as it
 * is. The end, the path and what `onStep` is given are states of x; an adaptive method measures its errors
 * in y.
 *
 * @example
 * const moments = await pairMoments({ coupling, data, rng: rng(0) });
 * const method = adamsBashforth({ steps: 6 });
 * const { x, nfe } = await solveExponential(b, atBase(pairs), { interpolant, moments, method });
 * @throws as `solveOde`, and where the moments are of samples of another size.
 */
export async function solveExponential(
  b: Field,
  start: InitialState,
  given: ExponentialOptions,
): Promise<Omit<Solution, "action" | "actions">> {
  assertKnown(
    given,
    { ...knownToSolves, interpolant: true, moments: true, method: true },
    "solveExponential",
    { likely: true, elsewhere },
  );
  const { interpolant, moments, onStep, ...options } = given;
  const xi = start.xi ?? {};
  const affine = affineVelocity({ interpolant, moments: widened(moments) });
  const from = options.from ?? 0;
  assertAffineFits(affine.at(from), start.x);
  const coordinates = gaussianCoordinates(affine);
  const inside = coordinates.bind(xi);
  const solved = await solveOde(
    coordinates.velocity(b),
    { ...start, x: inside.toY(start.x, from) },
    {
      ...options,
      ...(onStep && {
        onStep: (progress) => {
          const { done, t, x: y } = progress;
          const { toX } = coordinates.bind(conditionRows(xi, done, done + y.shape[0]));
          onStep({ ...progress, x: toX(y, t) });
        },
      }),
    },
  );
  const { action: _, actions: __, ...rest } = solved;
  return Object.freeze({
    ...rest,
    x: inside.toX(solved.x, solved.times),
    path: Object.freeze(solved.path.map(({ t, x }) => Object.freeze({ t, x: inside.toX(x, t) }))),
  });
}

function widened(moments: PairMoments): PairMoments {
  const { variance0, variance1 } = moments;
  const all = [...variance0.data, ...variance1.data];
  const floor = least * (meanOf(all) || 1);
  const wide = ({ shape, data }: NdArray) => ({ shape, data: data.map((value) => Math.max(value, floor)) });
  return { ...moments, variance0: wide(variance0), variance1: wide(variance1) };
}

/** The coordinates y of a Gaussian path; where ξ.keep = 1, y = x. */
function gaussianCoordinates(affine: AffineVelocity) {
  const at = (t: number) => {
    const { alpha, beta, gamma } = affine.interpolant.at(t);
    const { mean0, mean1, variance0, variance1, covariance } = affine.moments;
    const size = mean0.data.length;
    const [mean, width] = [new Float64Array(size), new Float64Array(size)];
    for (let e = 0; e < size; e++) {
      mean[e] = alpha * mean0.data[e] + beta * mean1.data[e];
      const spread = alpha ** 2 * variance0.data[e] + 2 * alpha * beta * covariance.data[e];
      width[e] = Math.sqrt(Math.max(0, spread + beta ** 2 * variance1.data[e] + gamma ** 2));
    }
    return { mean, width };
  };
  const bind = (xi: Condition) => {
    const mask = boundMask(xi);
    const map = (from: NdArray, value: (e: number, k: number) => number): NdArray => {
      const out = zeros(from.shape, from);
      const size = affine.moments.mean0.data.length;
      for (let e = 0; e < out.data.length; e++) out.data[e] = value(e, e % size);
      mask(from)?.blend(from.data, out.data, out.data);
      return out;
    };
    return {
      /** At one time, or each sample at its own. */
      toX(y: NdArray, t: number | Float64Array) {
        const perSample = sampleSize(y);
        const timeOf = (e: number) => (typeof t === "number" ? t : t[e / perSample]);
        let now = timeOf(0);
        let path = at(now);
        return map(y, (e, k) => {
          if (e % perSample === 0 && timeOf(e) !== now) {
            now = timeOf(e);
            path = at(now);
          }
          return path.mean[k] + path.width[k] * y.data[e];
        });
      },
      toY(x: NdArray, t: number) {
        const { mean, width } = at(t);
        return map(x, (e, k) => (x.data[e] - mean[k]) / width[k]);
      },
    };
  };
  const velocity = (b: Field) =>
    makeField((xi) => {
      const bound = bindField(b, xi);
      const inside = bind(xi);
      return async (y, t) => {
        const x = inside.toX(y, t);
        const { data } = await bound(x, t);
        const { slope, offset } = affine.at(t);
        const { width } = at(t);
        const out = zeros(y.shape, y);
        for (let e = 0; e < out.data.length; e++) {
          const k = e % slope.length;
          out.data[e] = (data[e] - slope[k] * x.data[e] - offset[k]) / width[k];
        }
        return out;
      };
    });
  return { bind, velocity };
}
