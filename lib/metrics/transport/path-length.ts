import { assertShape, type NdArray, sampleSize } from "../../array";
import { expected } from "../../errors";
import { type Estimate, estimateMean } from "../../statistics";

/** How long and how curved the paths of samples are; means over the samples. */
export interface PathLength {
  /** E ∫ |b_t(X_t)| dt, as the sum of the chords between saved states. */
  readonly length: Estimate;
  /** E |X₁ − X₀| between the first and the last saved state: no path is shorter. */
  readonly distance: Estimate;
  /** Mean length divided by mean distance: 1 for straight paths at any speed, infinite for loops. */
  readonly detour: number;
  /**
   * The total curvature ∫ κ ds in radians, as the sum of the angles between successive chords: 0 for a
   * straight path, π for a half circle. Pauses contribute no angle.
   */
  readonly turning: Estimate;
}

/**
 * Measures paths by their saved states: the `path` of a solution with `saveAt`, from its first time to
 * its last. Length and turning are those of the chords, too small by O(h²) for a smooth path saved at
 * intervals of h; the length is exact where Euler's method was used and each step saved. For every sample
 * distance² ≤ length² ≤ action.
 *
 * @example
 * const saveAt = [0, 0.25, 0.5, 0.75, 1];
 * const { path } = await solveOde(b, atBase(pairs), { method: euler({ steps: 8 }), saveAt });
 * pathLength(path).detour; // 1 where all paths are straight
 * @throws when there are fewer than two states, or no samples.
 */
export function pathLength(path: readonly { readonly x: NdArray }[]): PathLength {
  if (path.length < 2) {
    throw expected("two saved states or more", `${path.length}`, "Pass saveAt: [0, …, 1] to solveOde.");
  }
  const states = path.map(({ x }) => x);
  const [first] = states;
  for (const x of states) assertShape(x, first.shape, "every saved state");
  const [n, size] = [first.shape[0], sampleSize(first)];
  if (n === 0) throw expected("one sample or more", "none");
  const [lengths, distances, turnings] = [new Float64Array(n), new Float64Array(n), new Float64Array(n)];
  let chord = new Float64Array(size);
  let last = new Float64Array(size);
  for (let i = 0; i < n; i++) {
    let lastLength = 0;
    for (let k = 1; k < states.length; k++) {
      const length = difference(states[k - 1], states[k], i, chord);
      lengths[i] += length;
      if (length === 0) continue;
      if (lastLength > 0) turnings[i] += angle(last, chord, lastLength, length);
      [last, chord] = [chord, last];
      lastLength = length;
    }
    distances[i] = difference(first, states[states.length - 1], i, chord);
  }
  const [length, distance] = [estimateMean(lengths), estimateMean(distances)];
  return Object.freeze({
    length,
    distance,
    detour: length.value === distance.value ? 1 : length.value / distance.value,
    turning: estimateMean(turnings),
  });
}

/** Writes sample `i` of `b` minus that of `a`, and returns its length. */
function difference(a: NdArray, b: NdArray, i: number, out: Float64Array): number {
  let squared = 0;
  for (let k = 0, e = i * out.length; k < out.length; k++, e++) {
    out[k] = b.data[e] - a.data[e];
    squared += out[k] ** 2;
  }
  return Math.sqrt(squared);
}

/**
 * The angle between two vectors by Kahan's formula, accurate for small angles, where the arc cosine is not.
 */
function angle(a: Float64Array, b: Float64Array, lengthA: number, lengthB: number): number {
  let [apart, along] = [0, 0];
  for (let k = 0; k < a.length; k++) {
    const [u, v] = [a[k] / lengthA, b[k] / lengthB];
    apart += (u - v) ** 2;
    along += (u + v) ** 2;
  }
  return 2 * Math.atan2(Math.sqrt(apart), Math.sqrt(along));
}
