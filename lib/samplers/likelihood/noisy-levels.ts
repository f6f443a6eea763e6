import { type NdArray, ndarray, sampleSize } from "../../array";
import { assertKnown, expected } from "../../errors";
import type { Interpolant } from "../../interpolants/interpolant";
import { assertRng, type Rng } from "../../random";

/** Options of {@link noisyLevels}. */
export interface NoisyLevelsOptions {
  /** Values on the levels, `[n, ...]`: 8-bit pixels in [-1, 1]. */
  readonly x1: NdArray;
  /** How many levels, evenly from −1 to 1. Default 256. */
  readonly levels?: number;
  /** Without a latent, from a base N(0, I) that is independent of x1. */
  readonly interpolant: Interpolant;
  /** Just before 1, such as 0.999: noise of a small part of a level's width. */
  readonly t: number;
  /** Source of the noise. */
  readonly rng: Rng;
}

/** What {@link noisyLevels} draws. */
export interface NoisyLevels {
  /** x ~ N(β x1, α² I): draws of I_t given x1, in float64. */
  readonly x: NdArray;
  /** log P(x1 | x) − log q(x | x1) in nats, of every sample. */
  readonly logRatio: Float64Array;
}

/**
 * A likelihood of discrete data by a density of continuous ones, at a time t just before the end: with
 * q(x | x1) = N(β x1, α² I), the law of I_t given x1, and P(x1 | x) that of a level given its noisy value
 * when all levels are alike, P ∝ q(x | level), pixel by pixel,
 *
 *     log P(x1) ≥ E_q[log ρ_t(x) + log P(x1 | x) − log q(x | x1)]
 *
 * for the model that draws x from ρ_t and rounds it by P (as in Kingma et al., Variational Diffusion Models,
 * 2021). `logRatio` is all but log ρ_t(x). It needs no noise in the data, and no velocity at t = 1.
 *
 * @example
 * const x1 = (await mnist({ limit: { train: 1, test: 8 } })).test.x;
 * const noisy = noisyLevels({ x1, interpolant, t: 0.999, rng: rng(0) }); // then log ρ_t at noisy.x
 * @throws when a value is not on a level, the interpolant has a latent, or its α or β is 0 at t.
 */
export function noisyLevels(options: NoisyLevelsOptions): NoisyLevels {
  assertKnown(options, { x1: true, levels: true, interpolant: true, t: true, rng: true }, "noisyLevels", {
    likely: true,
  });
  const { x1, levels = 256, interpolant, t, rng } = options;
  if (!(Number.isInteger(levels) && levels >= 2)) throw expected("2 levels or more", `${levels}`);
  assertRng(rng);
  if (interpolant.hasLatent) throw expected("an interpolant without a latent", `"${interpolant.name}"`);
  const { alpha, beta } = interpolant.at(t);
  if (!(alpha > 0 && beta > 0)) throw expected("a time between 0 and 1", `${t}`);
  const width = 2 / (levels - 1);
  const size = sampleSize(x1);
  const x = new Float64Array(x1.data.length);
  const logRatio = new Float64Array(x1.shape[0]);
  // Beyond 10 standard deviations a level has no share.
  const reach = Math.ceil((10 * alpha) / (beta * width)) + 1;
  for (let e = 0; e < x.length; e++) {
    const level = Math.round((x1.data[e] + 1) / width);
    const on = Math.abs(level * width - 1 - x1.data[e]) < 1e-4 * width + 1e-6;
    if (!(on && level >= 0 && level < levels)) {
      throw expected(`values on ${levels} levels from −1 to 1`, `${x1.data[e]}`);
    }
    const zeta = rng.normal();
    const own = level * width - 1;
    x[e] = beta * own + alpha * zeta;
    // P / q = 1 / Σ_k q(x | level k), since all levels share the normalising constant.
    let sum = 0;
    for (let k = Math.max(0, level - reach); k <= Math.min(levels - 1, level + reach); k++) {
      const off = zeta + (beta * width * (level - k)) / alpha;
      sum += Math.exp(-(off * off) / 2);
    }
    logRatio[Math.floor(e / size)] += Math.log(alpha * Math.sqrt(2 * Math.PI)) - Math.log(sum);
  }
  return Object.freeze({ x: ndarray(x1.shape, x), logRatio });
}
