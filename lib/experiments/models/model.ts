import { pairMoments } from "../../couplings";
import { expected } from "../../errors";
import { affineVelocity } from "../../interpolants";
import { restLoss } from "../../objectives";
import { rng } from "../../random";
import { cosine, muon, type RunOptions, train, trapezoid } from "../../training";
import type { FurtherRound, ModelRecipe } from "./recipe";
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
  /** For a further round: the model of the round before, whose weights are the initial ones. */
  readonly from?: RestModel;
  /** Which further round this is, from 1. Default: 1 with `from`, else 0, the first round. */
  readonly round?: number;
};

/**
 * Trains a library model by one round of its recipe: the network learns what the best affine velocity
 * leaves, by Muon.
 * @throws as `train` does.
 */
export async function trainModel(
  recipe: ModelRecipe,
  options: TrainModelOptions = {},
): Promise<TrainedModel> {
  const { from, round = from ? 1 : 0, ...run } = options;
  const {
    learningRate,
    momentum,
    schedule = "cosine",
    ...usual
  } = from ? furtherRound(recipe, round) : recipe;
  const { steps = usual.steps } = run;
  const { batch } = recipe;
  const falls = { cosine, trapezoid }[schedule]({ steps, warmup: Math.min(50, steps / 4) });
  const seed = recipe.seed + round;
  const given = await recipe.load();
  const { train: data, coupling } = given;
  const moments = from?.moments ?? (await pairMoments({ coupling, data, draws: 8192, rng: rng(seed) }));
  const fresh = recipe.network(given);
  const model = await train({
    data,
    coupling,
    interpolant: modelInterpolant,
    network: from ? { ...fresh, init: () => from.parameters } : fresh,
    objective: restLoss(affineVelocity({ interpolant: modelInterpolant, moments })),
    optimizer: muon({ learningRate, schedule: falls, momentum }),
    ema: 0.999,
    batch,
    seed,
    ...run,
    steps,
  });
  const { parameters, losses, secondsPerStep } = model;
  return Object.freeze({ network: fresh, parameters, moments, losses, secondsPerStep });
}

function furtherRound({ name, further = [] }: ModelRecipe, round: number): FurtherRound {
  const found = further[round - 1];
  if (found) return found;
  throw expected(`one of the ${further.length} further rounds of "${name}"`, `round ${round}`);
}
