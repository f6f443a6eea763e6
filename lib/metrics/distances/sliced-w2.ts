import { assertShape, type NdArray, sampleSize } from "../../array";
import { assertKnown, expected } from "../../errors";
import { assertRng, type Rng } from "../../random";
import { assertPointSets } from "./point-sets";

/** Options of {@link slicedW2}. */
export interface SlicedW2Options {
  /** Number of directions; the standard error falls as one over its square root. Default 256. */
  readonly projections?: number;
  /** Source of the directions. */
  readonly rng: Rng;
}

/**
 * The sliced 2-Wasserstein distance between two sets of points, not necessarily of the same size: the root of
 * the mean, over random directions, of the squared W₂ between the projections, which sorting gives exactly.
 *
 * @example slicedW2(pairs.x0, pairs.x1, { rng: rng(0) }); // at most exactW2(pairs.x0, pairs.x1)
 * @throws when the points differ in shape, a set is empty, or a number isn't finite.
 */
export function slicedW2(a: NdArray, b: NdArray, options: SlicedW2Options): number {
  assertKnown(options, { projections: true, rng: true }, "slicedW2");
  const { projections = 256, rng } = options;
  assertRng(rng);
  assertShape(b, [-1, ...a.shape.slice(1)], "the second set, like the first,");
  assertPointSets(a, b);
  if (!(Number.isInteger(projections) && projections > 0)) {
    throw expected("1 or more projections", `${projections}`);
  }
  const direction = new Float64Array(sampleSize(a));
  const alongA = new Float64Array(a.shape[0]);
  const alongB = new Float64Array(b.shape[0]);
  let total = 0;
  for (let p = 0; p < projections; p++) {
    let squared = 0;
    for (let k = 0; k < direction.length; k++) {
      direction[k] = rng.normal();
      squared += direction[k] ** 2;
    }
    for (let k = 0; k < direction.length; k++) direction[k] /= Math.sqrt(squared);
    total += squaredW2OnLine(project(a, direction, alongA).sort(), project(b, direction, alongB).sort());
  }
  return Math.sqrt(total / projections);
}

function project({ data }: NdArray, direction: Float64Array, out: Float64Array): Float64Array {
  const d = direction.length;
  for (let i = 0; i < out.length; i++) {
    let sum = 0;
    for (let k = 0; k < d; k++) sum += data[i * d + k] * direction[k];
    out[i] = sum;
  }
  return out;
}

/** ∫₀¹ (F⁻¹(u) − G⁻¹(u))² du for two sorted samples. */
function squaredW2OnLine(a: Float64Array, b: Float64Array): number {
  const [n, m] = [a.length, b.length];
  let total = 0;
  // In units of 1/(nm), in which all quantiles are whole numbers.
  for (let i = 0, j = 0, at = 0; i < n && j < m; ) {
    const next = Math.min((i + 1) * m, (j + 1) * n);
    total += (next - at) * (a[i] - b[j]) ** 2;
    at = next;
    if ((i + 1) * m === at) i++;
    if ((j + 1) * n === at) j++;
  }
  return total / (n * m);
}
