import { pairMoments } from "../../couplings";
import { expected } from "../../errors";
import { affineVelocity } from "../../interpolants";
import { restLoss } from "../../objectives";
import { rng } from "../../random";
import { cosine, muon, type RunOptions, train } from "../../training";
import type { ModelRecipe, SecondRound } from "./recipe";
import { modelInterpolant, type RestModel } from "./velocity";

/** What {@link trainModel} returns. */
export interface TrainedModel extends RestModel {
  /** The loss at each step. */
  readonly losses: Float32Array;
  /** Seconds per step, compiling left out. */
  readonly secondsPerStep: number;
}

/** Options of {@link trainModel}. */
export type TrainModelOptions = Partial<RunOptions> & {
  /** The model of the first round, if this is the second: its weights are the initial ones. */
  readonly first?: RestModel;
};

/**
 * Trains a model of the box by one round of its recipe: the network learns what the best affine velocity
 * leaves, by Muon, with a learning rate that falls along a cosine.
 * @throws as `train` does.
 */
export async function trainModel(
  recipe: ModelRecipe,
  options: TrainModelOptions = {},
): Promise<TrainedModel> {
  const { first, ...run } = options;
  const { learningRate, ...round } = first ? secondOf(recipe) : recipe;
  const { steps = round.steps } = run;
  const { batch } = recipe;
  const seed = recipe.seed + (first ? 1 : 0);
  const given = await recipe.load();
  const { train: data, coupling } = given;
  const moments = first?.moments ?? (await pairMoments({ coupling, data, draws: 8192, rng: rng(seed) }));
  const fresh = recipe.network(given);
  const model = await train({
    data,
    coupling,
    interpolant: modelInterpolant,
    network: first ? { ...fresh, init: () => first.parameters } : fresh,
    objective: restLoss(affineVelocity({ interpolant: modelInterpolant, moments })),
    optimizer: muon({ learningRate, schedule: cosine({ steps, warmup: Math.min(50, steps / 4) }) }),
    ema: 0.999,
    batch,
    seed,
    ...run,
    steps,
  });
  const { parameters, losses, secondsPerStep } = model;
  return Object.freeze({ network: fresh, parameters, moments, losses, secondsPerStep });
}

function secondOf({ name, second }: ModelRecipe): SecondRound {
  if (!second) throw expected("a recipe with a second round", `"${name}", which has one round`);
  return second;
}
