import { digitInpainting, emojiInpainting } from "./inpainting";
import type { ModelRecipe } from "./recipe";
import { digitSuperResolution, emojiSuperResolution } from "./super-resolution";

export { digitInpainting, emojiInpainting } from "./inpainting";
export { modelInterpolant, modelVelocity, type RestModel, type TrainedModel, trainModel } from "./model";
export { loadModel, type ModelCard, type Pretrained, pretrained, saveModel } from "./pretrained";
export type { ModelData, ModelRecipe } from "./recipe";
export { digitSuperResolution, emojiSuperResolution } from "./super-resolution";

/** All models of the box, by name. */
export const modelRecipes: Readonly<Record<string, ModelRecipe>> = Object.freeze(
  Object.fromEntries(
    [emojiInpainting, digitInpainting, emojiSuperResolution, digitSuperResolution].map((recipe) => [
      recipe.name,
      recipe,
    ]),
  ),
);
