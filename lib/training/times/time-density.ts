import { described, expected } from "../../errors";
import type { Rng } from "../../random";
import { assertRange, stratified, stratifiedTimes } from "./stratified";

/**
 * The density of the times trained on. One of your own is one line:
 * `{ name: "late", density: (t) => t * t }`.
 */
export interface TimeDensity {
  /** The name with its parameters: checkpoints compare it. */
  readonly name: string;
  /** The density at t in (0, 1), up to a factor; 0 or more, and integrable. */
  density(t: number): number;
}

/** Draws times. */
export interface TimeSampler {
  /** `n` times, stratified: each has this density, and together they are spread as evenly as it allows. */
  draw(n: number, rng: Rng): Float32Array;
  /** The density at t that times are drawn with, relative to that of uniform times in the same range. */
  relative(t: number): number;
}

/** The number of cells, within which the density is taken as constant. */
const cells = 4096;

/**
 * Draws times of a density, cut off outside `range` = [from, to]; uniform times where none is given. The
 * density is tabulated in cells that are finer towards the ends of the range, and times are drawn by
 * inverting its integral.
 * @throws unless 0 ≤ from < to ≤ 1 and the density is finite, 0 or more, and not zero all over the range.
 */
export function timeSampler({
  density,
  range,
}: {
  readonly density?: TimeDensity;
  readonly range: readonly [number, number];
}): TimeSampler {
  assertRange(range);
  if (!density)
    return Object.freeze({
      draw: (n: number, rng: Rng) => stratifiedTimes(n, range, rng),
      relative: () => 1,
    });
  if (typeof density.density !== "function") {
    throw expected("a density of times, such as logitNormalTimes()", described(density));
  }
  const [from, to] = range;
  const at = (v: number) => from + (to - from) * Math.sin((Math.PI * v) / 2) ** 2;
  const edges = Float64Array.from({ length: cells + 1 }, (_, k) => at(k / cells));
  const below = new Float64Array(cells + 1);
  for (let k = 0; k < cells; k++) {
    const middle = at((k + 0.5) / cells);
    const value = density.density(middle);
    if (!(value >= 0 && value < Number.POSITIVE_INFINITY)) {
      throw expected(`a finite density of 0 or more from "${density.name}" at t = ${middle}`, `${value}`);
    }
    below[k + 1] = below[k] + value * (edges[k + 1] - edges[k]);
  }
  const total = below[cells];
  if (!(total > 0 && total < Number.POSITIVE_INFINITY)) {
    throw expected(
      `a density "${density.name}" that is not zero all over [${from}, ${to}]`,
      `one with integral ${total}`,
    );
  }
  return Object.freeze({
    draw(n: number, rng: Rng) {
      return Float32Array.from(stratified(n, rng), (u) => {
        const k = cellOf(below, u * total);
        const share = (u * total - below[k]) / (below[k + 1] - below[k]);
        const t = Math.fround(edges[k] + share * (edges[k + 1] - edges[k]));
        // Rounding could move it into a neighbouring cell where the density is zero.
        return t >= edges[k] && t < edges[k + 1] ? t : (edges[k] + edges[k + 1]) / 2;
      });
    },
    relative(t: number) {
      const k = cellOf(edges, t);
      return ((below[k + 1] - below[k]) / (edges[k + 1] - edges[k]) / total) * (to - from);
    },
  });
}

/** The cell k, of rising edges, with edges[k] ≤ value < edges[k + 1]. */
function cellOf(edges: Float64Array, value: number): number {
  let [low, high] = [0, edges.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (edges[middle] <= value) low = middle;
    else high = middle;
  }
  return low;
}
