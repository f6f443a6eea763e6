import { assertShape, type Floats, type NdArray, ndarray, sampleSize, zeros } from "../array";
import type { Condition } from "../conditions/condition";
import { expected } from "../errors";
import { boundMask } from "./bound-mask";
import { bindField, type Field, type FieldInput } from "./field";

/** A field and its divergence at the same (t, x, ξ). */
export interface DivergenceValue {
  /** b_t(x, ξ), of x's shape. */
  readonly value: NdArray;
  /** ∇·b_t of every sample, or its estimate vᵀ(∂b/∂x)v; length n. */
  readonly divergence: Float64Array;
  /** Evaluations of the field that this took; a gradient counts with its value as one. */
  readonly nfe: number;
}

/** A field and its divergence under a fixed condition; see `Divergence`. */
export type BoundDivergence = (x: NdArray, t: number, probe?: NdArray) => Promise<DivergenceValue>;

/**
 * A field together with its divergence. Without a `probe` the divergence is exact: the sum of ∂b_i/∂x_i over
 * the coordinates of a sample, those left out where ξ.keep = 1. With a probe v of x's shape it is vᵀ(∂b/∂x)v,
 * whose mean over v with E[vvᵀ] = I is the divergence (Hutchinson, 1989).
 */
export interface Divergence {
  (at: FieldInput, probe?: NdArray): Promise<DivergenceValue>;
  /** The same under a fixed condition, as along a trajectory; see `Field.on`. */
  on?(xi: Condition): BoundDivergence;
}

/**
 * Makes a divergence from a function that binds it to a condition.
 *
 * @example
 * const shrinking = makeDivergence(() => async (x) => ({
 *   value: ndarray(x.shape, x.data.map((value) => -value)),
 *   divergence: new Float64Array(x.shape[0]).fill(-x.shape[1]),
 *   nfe: 1,
 * }));
 * (await shrinking({ x: pairs.x0, t: 0.5, xi: {} })).divergence; // −2 for each point
 */
export function makeDivergence(on: (xi: Condition) => BoundDivergence): Divergence {
  return Object.freeze(
    Object.assign(async ({ x, t, xi }: FieldInput, probe?: NdArray) => on(xi)(x, t, probe), { on }),
  );
}

/**
 * Binds any divergence to a fixed condition.
 *
 * @example
 * const bound = bindDivergence(model.divergence(), pairs.xi);
 * (await bound(pairs.x0, 0.5)).divergence; // one number for each of the 16 points
 */
export function bindDivergence(divergence: Divergence, xi: Condition): BoundDivergence {
  return divergence.on?.(xi) ?? ((x, t, probe) => divergence({ x, t, xi }, probe));
}

/** Options of {@link fieldDivergence}. */
export interface FieldDivergenceOptions {
  /** Step of the differences, relative to |x| where that is above 1. Default 1e-5. */
  readonly step?: number;
}

/**
 * The divergence of any field by central differences in float64, for fields that compute in float64, such as
 * those of `exactFlow`: accurate to about 1e-9. 2d + 1 evaluations for d coordinates, three with a probe. For
 * a network, which computes in float32, use `networkDivergence`.
 *
 * @example
 * const divergence = fieldDivergence(({ x }) => ndarray(x.shape, x.data.map((value) => 3 * value)));
 * const found = await divergence({ x: ndarray([1, 2], [1, 2]), t: 0, xi: {} }); // found.divergence: 6
 */
export function fieldDivergence(b: Field, { step = 1e-5 }: FieldDivergenceOptions = {}): Divergence {
  if (!(step > 0 && step < 1)) throw expected("a step between 0 and 1", `${step}`);
  return makeDivergence((xi) => {
    const bound = bindField(b, xi);
    const mask = boundMask(xi);
    return async (x, t, probe) => {
      if (probe) assertShape(probe, x.shape, "a probe, like x,");
      const size = sampleSize(x);
      const n = x.shape[0];
      const at = double(x);
      const divergence = new Float64Array(n);
      const moved = double(x);
      const lengths = new Float64Array(n).fill(step);
      for (let e = 0; e < x.data.length; e++) {
        const i = Math.floor(e / size);
        lengths[i] = Math.max(lengths[i], step * Math.abs(x.data[e]));
      }
      let nfe = 0;
      const evaluate = async (input: NdArray): Promise<NdArray> => {
        nfe++;
        const value = await bound(input, t);
        assertShape(value, x.shape, "the values of the field, like x,");
        return value;
      };
      /** Adds direction · (b(x + h direction) − b(x − h direction)) / 2h. */
      const along = async (direction: (e: number) => number) => {
        // However long the direction, no coordinate moves further than a step.
        const reach = new Float64Array(n).fill(1);
        for (let e = 0; e < at.data.length; e++) {
          const i = Math.floor(e / size);
          reach[i] = Math.max(reach[i], Math.abs(direction(e)));
        }
        const h = lengths.map((length, i) => length / reach[i]);
        const ends: Floats[] = [];
        for (const sign of [1, -1]) {
          for (let e = 0; e < at.data.length; e++) {
            moved.data[e] = at.data[e] + sign * h[Math.floor(e / size)] * direction(e);
          }
          ends.push((await evaluate(moved)).data.slice());
        }
        for (let e = 0; e < at.data.length; e++) {
          const i = Math.floor(e / size);
          divergence[i] += (direction(e) * (ends[0][e] - ends[1][e])) / (2 * h[i]);
        }
      };

      const first = await evaluate(at);
      const value = ndarray(first.shape, first.data.slice());
      if (probe) await along((e) => probe.data[e]);
      else {
        const known = mask(x)?.known;
        for (let j = 0; j < size; j++) await along((e) => (e % size === j && known?.[e] !== 1 ? 1 : 0));
      }
      return { value, divergence, nfe };
    };
  });
}

function double(x: NdArray): NdArray {
  const out = zeros(x.shape, { shape: [0], data: new Float64Array(0) });
  out.data.set(x.data);
  return out;
}
