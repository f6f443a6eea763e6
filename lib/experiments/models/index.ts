import { digitsByBase, digitsByHiddenLabel, digitsByLabel } from "./class-conditional";
import { digitInpainting, digitInpaintingUncoupled, emojiInpainting, emojiInpainting64 } from "./inpainting";
import type { ModelRecipe } from "./recipe";
import { digitSuperResolution, emojiSuperResolution, emojiSuperResolution64 } from "./super-resolution";

export { digitsByBase, digitsByHiddenLabel, digitsByLabel } from "./class-conditional";
export { digitInpainting, digitInpaintingUncoupled, emojiInpainting, emojiInpainting64 } from "./inpainting";
export { type Measured, type MeasureModelOptions, type ModelMeasures, measureModel } from "./measure";
export { type TrainedModel, type TrainModelOptions, trainModel } from "./model";
export { type OwnImagesOptions, ownImages } from "./own-images";
export { type OwnTableOptions, tableCoupling, tableNetwork, trainTable } from "./own-table";
export { loadModel, type ModelCard, type Pretrained, pretrained, saveModel } from "./pretrained";
export {
  type FurtherRound,
  type ImageModelOptions,
  imageRecipe,
  type ModelData,
  type ModelRecipe,
  type Task,
} from "./recipe";
export { digitSuperResolution, emojiSuperResolution, emojiSuperResolution64 } from "./super-resolution";
export { modelInterpolant, modelVelocity, type RestModel } from "./velocity";
export {
  type ExportedVelocity,
  type ExportVelocityOptions,
  exportVelocity,
  type VelocityPort,
} from "./velocity-program";

/** All library models, by name. */
export const modelRecipes: Readonly<Record<string, ModelRecipe>> = Object.freeze(
  Object.fromEntries(
    [
      emojiInpainting,
      emojiInpainting64,
      digitInpainting,
      digitInpaintingUncoupled,
      emojiSuperResolution,
      emojiSuperResolution64,
      digitSuperResolution,
      digitsByLabel,
      digitsByHiddenLabel,
      digitsByBase,
    ].map((recipe) => [recipe.name, recipe]),
  ),
);
