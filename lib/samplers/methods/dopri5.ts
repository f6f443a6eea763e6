import { assertKnown } from "../../errors";
import {
  type AdaptiveMethod,
  type AdaptiveOptions,
  adaptiveMethod,
  knownToAdaptive,
} from "./adaptive-method";
import type { EmbeddedTableau } from "./tableau";

/** Dormand and Prince (1980); dense output of order 4 by Shampine (1986). */
const tableau: EmbeddedTableau = {
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

/**
 * The adaptive Dormand-Prince method of the paper's experiments: order 5 with an estimate of order 4. Its
 * seventh and last stage is the first of the next step, so it takes six evaluations per step tried and one or
 * two to begin.
 *
 * 1e-5, the default of both tolerances, suits float32 networks; 1e-3 is often as good to the eye.
 *
 * @example
 * const method = dopri5({ rtol: 1e-3, atol: 1e-3 });
 * const { x, nfe, warnings } = await solveOde(b, atBase(pairs), { method });
 */
export function dopri5(given: AdaptiveOptions = {}): AdaptiveMethod {
  // Before the tolerances have defaults, which would hide a "tol" in place of one.
  assertKnown(given, knownToAdaptive, "dopri5", { likely: true });
  const { rtol = 1e-5, atol = 1e-5, ...options } = given;
  return adaptiveMethod(tableau, { rtol, atol, ...options });
}
