import { type PairMoments, pairMoments } from "../../couplings";
import { type Field, type NetworkWithParameters, networkField, velocityFromRest } from "../../fields";
import { affineVelocity, linear } from "../../interpolants";
import { restLoss } from "../../objectives";
import { rng } from "../../random";
import { cosine, muon, type RunOptions, train } from "../../training";
import type { ModelRecipe } from "./recipe";

/** A network that corrects the affine velocity of its coupling's draws. */
export interface RestModel extends NetworkWithParameters {
  readonly moments: PairMoments;
}

/** The interpolant of all models in the box: I_t = (1 − t) x0 + t x1. */
export const modelInterpolant = linear();

/** The velocity of a model. */
export function modelVelocity(
  { network, parameters, moments }: RestModel,
  options: { readonly chunk?: number } = {},
): Field {
  const affine = affineVelocity({ interpolant: modelInterpolant, moments });
  return velocityFromRest(networkField({ network, parameters, ...options }), affine);
}

export interface TrainedModel extends RestModel {
  readonly losses: Float32Array;
  readonly secondsPerStep: number;
}

/**
 * Trains a model of the box by its recipe: the network learns what the best affine velocity leaves, by Muon,
 * with a learning rate that falls along a cosine.
 * @throws as `train` does.
 */
export async function trainModel(
  recipe: ModelRecipe,
  options: Partial<RunOptions> = {},
): Promise<TrainedModel> {
  const { steps = recipe.steps, ...run } = options;
  const { batch, learningRate, seed } = recipe;
  const given = await recipe.load();
  const { train: data, coupling } = given;
  const moments = await pairMoments({ coupling, data, draws: 8192, rng: rng(seed) });
  const model = await train({
    data,
    coupling,
    interpolant: modelInterpolant,
    network: recipe.network(given),
    objective: restLoss(affineVelocity({ interpolant: modelInterpolant, moments })),
    optimizer: muon({ learningRate, schedule: cosine({ steps, warmup: Math.min(50, steps / 4) }) }),
    ema: 0.999,
    batch,
    seed,
    steps,
    ...run,
  });
  const { network, parameters, losses, secondsPerStep } = model;
  return Object.freeze({ network, parameters, moments, losses, secondsPerStep });
}

/** Names of the arrays of `moments` in a file. */
export const momentNames = [
  "mean0",
  "mean1",
  "variance0",
  "variance1",
  "covariance",
] as const satisfies readonly (keyof PairMoments)[];
