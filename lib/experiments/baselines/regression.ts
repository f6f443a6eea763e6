import type { Interpolant } from "../../interpolants";
import { linear } from "../../interpolants";
import { velocityLoss } from "../../objectives";
import { type Trained, type TrainOptions, train } from "../../training";

/** Options of {@link regression}. */
export type RegressionOptions = Omit<
  TrainOptions,
  "interpolant" | "objective" | "antithetic" | "times" | "timeDensity" | "importance" | "timeWeight"
>;

/**
 * Regression to the mean: the same network, trained by squared error to say E[x1 | x0, ξ] at once, as
 * restoration was usually learned before generative models. Nothing has a smaller mean squared error; where
 * several images are possible it blurs them into one.
 *
 * Training is that of a flow which sees t = 0 only: I_t = x0 and İ_t = x1 − x0 at all times. So one step of
 * Euler's method from x0 is the answer, and the result is measured like a flow's. Use a coupling without
 * noise in its base, such as `superResolution({ factor, channels, sigma: 0 })`.
 *
 * @example
 * const coupling = superResolution({ factor: 2, channels: 1, sigma: 0 });
 * const network = unet({ channels: 1, condition: coupling.condition, dim: 8, mults: [1], groups: 4 });
 * const model = await regression({ data: images, coupling, network, steps: 3, seed: 0 });
 * const start = atBase(coupling.draw(images, rng(0)));
 * const { x } = await solveOde(model.field(), start, { method: euler({ steps: 1 }) }); // the mean
 */
export function regression(options: RegressionOptions): Promise<Trained> {
  return train({ ...options, interpolant: atTheBase, objective: velocityLoss() });
}

const { name, ...rest } = linear();

/** The linear interpolant held at t = 0, where it says nothing of x1. */
const atTheBase: Interpolant = Object.freeze({
  ...rest,
  name: `${name}, at t = 0`,
  at: () => rest.at(0),
});
