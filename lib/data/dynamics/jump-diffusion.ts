import { assertShape, type NdArray, zeros } from "../../array";
import { assertKnown, expected } from "../../errors";
import type { Rng } from "../../random";
import { weightedIndex } from "../../statistics/weighted-index";
import type { Dynamics } from "./dynamics";

/** Options of {@link jumpDiffusion}. */
export interface JumpDiffusionOptions {
  /** The fraction of a full turn by which a jump rotates the state is 1 / turns. Default 5. */
  readonly turns?: number;
  /** Jumps in a unit of time. Default 4. */
  readonly rate?: number;
  /** How fast the state is pulled to the origin, in 1 / time. Default 0.1. */
  readonly decay?: number;
  /** The time between a state and the next. Default 0.5. */
  readonly lag?: number;
}

/** One component of the law of the next state: N(mean, sd² I) with this probability. */
export interface JumpMode {
  /** Its share of the law; those of all modes sum to 1. */
  readonly probability: number;
  /** Its mean, in the plane. */
  readonly mean: readonly [number, number];
  /** Its standard deviation, the same in both directions. */
  readonly sd: number;
}

export interface JumpDiffusion extends Dynamics {
  /** The exact law of the next state. */
  law(x: ArrayLike<number>): readonly JumpMode[];
  /** The exact mean of the next state. */
  mean(x: ArrayLike<number>): readonly [number, number];
  /** The exact variance of the next state, the sum over both coordinates. */
  variance(x: ArrayLike<number>): number;
}

/**
 * A jump diffusion in the plane with an exact law: an Ornstein-Uhlenbeck process that a Poisson process turns
 * about the origin,
 *
 *     dX = −θX dt + √(2θ) dW + (R − I) X dN.
 *
 * A turn R commutes with the pull and leaves the noise as it is, so that the number of jumps alone counts and
 * not their times: given n jumps, X_τ ~ N(e^{−θτ} Rⁿ x, (1 − e^{−2θτ}) I), n ~ Poisson(λτ). The stationary
 * law is N(0, I).
 *
 * @example
 * const system = jumpDiffusion({ lag: 0.5 });
 * const present = await system.states(10, rng(0)); // [10, 2]
 * const future = await system.next(present, rng(1));
 * system.law([1, 0]); // five normal distributions about the origin
 * @throws when an option is not above 0, or `turns` is not a whole number.
 */
export function jumpDiffusion(options: JumpDiffusionOptions = {}): JumpDiffusion {
  assertKnown(options, { turns: true, rate: true, decay: true, lag: true }, "jumpDiffusion");
  const { turns = 5, rate = 4, decay = 0.1, lag = 0.5 } = options;
  if (!(Number.isInteger(turns) && turns > 0)) throw expected("a whole number of turns above 0", `${turns}`);
  for (const [name, value] of Object.entries({ rate, decay, lag })) {
    if (!(value > 0 && value < Number.POSITIVE_INFINITY)) throw expected(`${name} above 0`, `${value}`);
  }
  const shrink = Math.exp(-decay * lag);
  const sd = Math.sqrt(1 - shrink * shrink);
  const probabilities = turnProbabilities(turns, rate * lag);
  const turned = (x: ArrayLike<number>, n: number) => {
    const angle = (2 * Math.PI * n) / turns;
    const [c, s] = [Math.cos(angle), Math.sin(angle)];
    return [shrink * (c * x[0] - s * x[1]), shrink * (s * x[0] + c * x[1])] as const;
  };
  const law = (x: ArrayLike<number>) =>
    probabilities.map((probability, n) => Object.freeze({ probability, mean: turned(x, n), sd }));
  const mean = (x: ArrayLike<number>) => {
    const modes = law(x);
    const of = (i: 0 | 1) => modes.reduce((sum, mode) => sum + mode.probability * mode.mean[i], 0);
    return [of(0), of(1)] as const;
  };
  return Object.freeze({
    name: "jump diffusion",
    shape: Object.freeze([2]),
    lag,
    law,
    mean,
    variance(x: ArrayLike<number>) {
      // E|X|² − |E X|²: all modes are as far from the origin.
      return 2 * sd ** 2 + (shrink * Math.hypot(x[0], x[1])) ** 2 - Math.hypot(...mean(x)) ** 2;
    },
    states: async (n: number, rng: Rng) => rng.normals([n, 2]),
    async next(x: NdArray, rng: Rng) {
      assertShape(x, [-1, 2], "states of the jump diffusion");
      const out = zeros(x.shape, x);
      for (let i = 0; i < x.shape[0]; i++) {
        const turn = weightedIndex(probabilities, rng);
        const [a, b] = turned(x.data.subarray(2 * i, 2 * i + 2), turn);
        out.data[2 * i] = a + sd * rng.normal();
        out.data[2 * i + 1] = b + sd * rng.normal();
      }
      return out;
    },
  });
}

/** The probability of each number of jumps modulo `turns`, for a Poisson distribution of this mean. */
function turnProbabilities(turns: number, mean: number): readonly number[] {
  if (mean > 500) return Object.freeze(manyTurns(turns, mean));
  const out = new Array<number>(turns).fill(0);
  const most = Math.ceil(mean + 20 * Math.sqrt(mean) + 20);
  let probability = Math.exp(-mean);
  for (let n = 0; n <= most; n++) {
    out[n % turns] += probability;
    probability *= mean / (n + 1);
  }
  return Object.freeze(out);
}

/**
 * The same where exp(−mean) would underflow: the discrete Fourier transform of the characteristic function
 * E e^{iφN} = exp(mean (e^{iφ} − 1)).
 */
function manyTurns(turns: number, mean: number): number[] {
  const angles = Array.from({ length: turns }, (_, k) => (2 * Math.PI * k) / turns);
  return angles.map((_, n) => {
    const sum = angles.reduce((total, angle) => {
      const size = Math.exp(-2 * mean * Math.sin(angle / 2) ** 2);
      return size > 0 ? total + size * Math.cos(mean * Math.sin(angle) - n * angle) : total;
    }, 0);
    return Math.max(0, sum / turns);
  });
}
