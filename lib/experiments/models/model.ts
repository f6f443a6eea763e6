import { pairMoments } from "../../couplings";
import { affineVelocity } from "../../interpolants";
import { restLoss } from "../../objectives";
import { rng } from "../../random";
import { cosine, muon, type RunOptions, train } from "../../training";
import type { ModelRecipe } from "./recipe";
import { modelInterpolant, type RestModel } from "./velocity";

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
