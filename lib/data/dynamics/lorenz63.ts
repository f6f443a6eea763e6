import { assertShape, type NdArray, zeros } from "../../array";
import { assertKnown, expected } from "../../errors";
import type { Rng } from "../../random";
import type { Dynamics } from "./dynamics";

/** Options of {@link lorenz63}. */
export interface Lorenz63Options {
  /** The time between a state and the next. Default 0.5, a little less than the time of one loop. */
  readonly lag?: number;
  /** s of the noise s dW in each coordinate. Default 2. */
  readonly noise?: number;
  /** The time step. Default 0.01. */
  readonly dt?: number;
  /** How long states are run for before they count as stationary. Default 10. */
  readonly spinUp?: number;
}

/**
 * The equations of Lorenz (1963) with noise,
 *
 *     dX = 10 (Y − X) dt + s dW₁,  dY = (X (28 − Z) − Y) dt + s dW₂,  dZ = (XY − 8/3 Z) dt + s dW₃,
 *
 * by the classical Runge-Kutta method with the noise of a step added at its end.
 *
 * @example
 * const system = lorenz63({ lag: 0.5 });
 * const present = await system.states(4, rng(0)); // [4, 3], on the attractor
 * const future = await system.next(present, rng(1));
 * @throws when an option is out of its range, or the lag is not a whole number of steps.
 */
export function lorenz63(options: Lorenz63Options = {}): Dynamics {
  assertKnown(options, { lag: true, noise: true, dt: true, spinUp: true }, "lorenz63");
  const { lag = 0.5, noise = 2, dt = 0.01, spinUp = 10 } = options;
  if (!(dt > 0)) throw expected("a time step above 0", `${dt}`);
  if (!(noise >= 0)) throw expected("a noise of 0 or more", `${noise}`);
  const stepsIn = (time: number, name: string) => {
    const steps = Math.round(time / dt);
    if (!(steps > 0) || Math.abs(steps * dt - time) > 1e-9) {
      throw expected(`${name} of a whole number of steps of ${dt}`, `${time}`);
    }
    return steps;
  };
  const steps = stepsIn(lag, "a lag");
  const settling = stepsIn(spinUp, "a spinUp");
  const advance = (x: NdArray, count: number, rng: Rng) => {
    assertShape(x, [-1, 3], "states of Lorenz-63");
    const out = zeros(x.shape, x);
    out.data.set(x.data);
    const state = new Float64Array(3);
    for (let i = 0; i < x.shape[0]; i++) {
      state.set(x.data.subarray(3 * i, 3 * i + 3));
      for (let k = 0; k < count; k++) {
        rungeKutta(state, dt);
        if (noise > 0) for (let j = 0; j < 3; j++) state[j] += noise * Math.sqrt(dt) * rng.normal();
      }
      out.data.set(state, 3 * i);
    }
    return out;
  };
  return Object.freeze({
    name: "Lorenz-63 with noise",
    shape: Object.freeze([3]),
    lag,
    async states(n: number, rng: Rng) {
      const start = rng.fork("start").normals([n, 3]);
      // As wide as the attractor, so that the states are at all phases of their loops.
      for (let e = 0; e < 3 * n; e++) start.data[e] = 8.5 * start.data[e] + (e % 3 === 2 ? 23.5 : 0);
      return advance(start, settling, rng.fork("spin-up"));
    },
    next: async (x: NdArray, rng: Rng) => advance(x, steps, rng),
  });
}

const k = Array.from({ length: 4 }, () => new Float64Array(3));
const at = new Float64Array(3);

/** One step of the classical Runge-Kutta method, in place. */
function rungeKutta(x: Float64Array, h: number): void {
  for (let stage = 0; stage < 4; stage++) {
    const share = [0, h / 2, h / 2, h][stage];
    for (let j = 0; j < 3; j++) at[j] = x[j] + (stage > 0 ? share * k[stage - 1][j] : 0);
    k[stage][0] = 10 * (at[1] - at[0]);
    k[stage][1] = at[0] * (28 - at[2]) - at[1];
    k[stage][2] = at[0] * at[1] - (8 / 3) * at[2];
  }
  for (let j = 0; j < 3; j++) x[j] += (h / 6) * (k[0][j] + 2 * k[1][j] + 2 * k[2][j] + k[3][j]);
}
