import { inpainting, tiles } from "../../couplings";
import { emoji, mirrored, mnist } from "../../data";
import { unet } from "../../networks";
import type { ModelRecipe } from "./recipe";

/** Section 4.1: 64 tiles, each in the hole with p = 0.3, noise in the hole. */
const masked = () => inpainting({ mask: tiles({ grid: 8, p: 0.3 }) });

const common = { batch: 16, learningRate: 5e-3, seed: 0 } as const;

/** In-painting of 32×32 emoji. */
export const emojiInpainting: ModelRecipe = Object.freeze<ModelRecipe>({
  ...common,
  name: "emoji-32-inpainting",
  title: "In-painting of emoji, 32×32",
  steps: 14_000,
  async load() {
    const data = await emoji({ size: 32, split: { apart: 0.01 } });
    return { data, train: mirrored({ x: data.train.x }), coupling: masked() };
  },
  network: ({ coupling }) =>
    unet({
      channels: 3,
      condition: coupling.condition,
      dim: 24,
      mults: [1, 2, 4],
      blocksPerLevel: 1,
      attention: "middle",
      headWidth: 24,
      stem: 3,
    }),
});

/** In-painting of 32×32 digits. */
export const digitInpainting: ModelRecipe = Object.freeze<ModelRecipe>({
  ...common,
  name: "digits-32-inpainting",
  title: "In-painting of digits, 32×32",
  steps: 8_000,
  async load() {
    const data = await mnist({ size: 32 });
    return { data, train: { x: data.train.x }, coupling: masked() };
  },
  network: ({ coupling }) =>
    unet({
      channels: 1,
      condition: coupling.condition,
      dim: 16,
      mults: [1, 2, 4],
      blocksPerLevel: 1,
      attention: "middle",
      headWidth: 16,
      stem: 3,
    }),
});
