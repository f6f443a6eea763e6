import { expected } from "../errors";
import type { AdaptiveMethod } from "./tableau";

/** Dormand and Prince (1980); dense output of order 4 by Shampine (1986). */
const tableau: AdaptiveMethod["tableau"] = {
  name: "dopri5",
  order: 5,
  c: [0, 1 / 5, 3 / 10, 4 / 5, 8 / 9, 1, 1],
  a: [
    [],
    [1 / 5],
    [3 / 40, 9 / 40],
    [44 / 45, -56 / 15, 32 / 9],
    [19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729],
    [9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656],
    [35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84],
  ],
  b: [35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84, 0],
  error: [71 / 57600, 0, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40],
  dense: [
    [1, -8048581381 / 2820520608, 8663915743 / 2820520608, -12715105075 / 11282082432],
    [0, 0, 0, 0],
    [0, 131558114200 / 32700410799, -68118460800 / 10900136933, 87487479700 / 32700410799],
    [0, -1754552775 / 470086768, 14199869525 / 1410260304, -10690763975 / 1880347072],
    [0, 127303824393 / 49829197408, -318862633887 / 49829197408, 701980252875 / 199316789632],
    [0, -282668133 / 205662961, 2019193451 / 616988883, -1453857185 / 822651844],
    [0, 40617522 / 29380423, -110615467 / 29380423, 69997945 / 29380423],
  ],
};

export interface Dopri5Options {
  /** Tolerance relative to |x|. */
  readonly rtol?: number;
  /** Absolute tolerance, in the units of x; with pixels in [-1, 1] it counts about as much as `rtol`. */
  readonly atol?: number;
  /** The most steps tried, rejected ones included. */
  readonly maxSteps?: number;
  /** The least step, in time. */
  readonly minStep?: number;
  /** The first step, in time; chosen from b at a price of one evaluation where absent. */
  readonly firstStep?: number;
}

/**
 * The adaptive Dormand-Prince method of the paper's experiments: order 5 with an estimate of order 4, seven stages
 * of which the last is the first of the next step, so six evaluations per step tried and one or two to begin.
 *
 * 1e-5 suits float32 networks; 1e-3 is often as good to the eye; below 1e-6 float32 rounding hides the error.
 */
export function dopri5(options: Dopri5Options = {}): AdaptiveMethod {
  const { rtol = 1e-5, atol = 1e-5, maxSteps = 1000, minStep = 1e-6, firstStep } = options;
  if (!(rtol >= 0 && atol >= 0 && rtol + atol > 0)) {
    throw expected("tolerances of 0 or more, not both 0", `rtol ${rtol}, atol ${atol}`);
  }
  if (!(maxSteps > 0)) throw expected("maxSteps above 0", `${maxSteps}`);
  if (!(minStep > 0)) throw expected("a minStep above 0", `${minStep}`);
  if (firstStep !== undefined && !(firstStep > 0)) throw expected("a firstStep above 0", `${firstStep}`);
  return Object.freeze({
    kind: "adaptive",
    tableau,
    rtol,
    atol,
    maxSteps,
    minStep,
    ...(firstStep !== undefined && { firstStep }),
  });
}
