import { inpainting, tiles, uncoupledInpainting } from "../../couplings";
import { imageRecipe } from "./recipe";

/** Section 4.1: 64 tiles, each in the hole with p = 0.3. */
const mask = tiles({ grid: 8, p: 0.3 });

/** Noise in the hole. */
const masked = () => inpainting({ mask });

/** In-painting of 32×32 emoji. */
export const emojiInpainting = imageRecipe({
  name: "emoji-32-inpainting",
  title: "In-painting of emoji, 32×32",
  task: "in-painting",
  set: "emoji",
  coupling: masked,
  width: 24,
  steps: 14_000,
  further: [
    { steps: 14_000, learningRate: 3e-3 },
    { steps: 14_000, learningRate: 3e-3 },
  ],
});

/** In-painting of 64×64 emoji, whose tiles have 8×8 pixels. */
export const emojiInpainting64 = imageRecipe({
  name: "emoji-64-inpainting",
  title: "In-painting of emoji, 64×64",
  task: "in-painting",
  set: "emoji",
  size: 64,
  coupling: masked,
  width: 16,
  mults: [1, 2, 4, 6],
  steps: 5_000,
  batch: 8,
  further: [
    { steps: 10_000, learningRate: 3e-3 },
    { steps: 20_000, learningRate: 3e-3 },
  ],
});

/** In-painting of 32×32 digits. */
export const digitInpainting = imageRecipe({
  name: "digits-32-inpainting",
  title: "In-painting of digits, 32×32",
  task: "in-painting",
  set: "digits",
  coupling: masked,
  width: 16,
  steps: 8_000,
});

/** The baseline of Table 2 to `digitInpainting`: noise all over, the known pixels shown to the velocity. */
export const digitInpaintingUncoupled = imageRecipe({
  name: "digits-32-inpainting-uncoupled",
  title: "In-painting of digits without a coupling, 32×32",
  task: "in-painting",
  set: "digits",
  coupling: () => uncoupledInpainting({ mask, channels: 1 }),
  width: 16,
  steps: 8_000,
});
