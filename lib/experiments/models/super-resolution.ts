import { superResolution } from "../../couplings";
import { emoji, mirrored, mnist } from "../../data";
import { unet } from "../../networks";
import type { ModelRecipe } from "./recipe";

/** Section 4.2: 8×8 to 32×32, noise of σ = 0.25 on the enlarged image, which ξ shows. */
const enlarged = (channels: number) => superResolution({ factor: 4, channels, sigma: 0.25 });

const common = { batch: 16, learningRate: 5e-3, seed: 0 } as const;

/** Super-resolution of emoji from 8×8 to 32×32. */
export const emojiSuperResolution: ModelRecipe = Object.freeze<ModelRecipe>({
  ...common,
  name: "emoji-8-to-32",
  title: "Super-resolution of emoji, 8×8 to 32×32",
  steps: 6_000,
  async load() {
    const data = await emoji({ size: 32, split: { apart: 0.01 } });
    return { data, train: mirrored({ x: data.train.x }), coupling: enlarged(3) };
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

/** Super-resolution of digits from 8×8 to 32×32. */
export const digitSuperResolution: ModelRecipe = Object.freeze<ModelRecipe>({
  ...common,
  name: "digits-8-to-32",
  title: "Super-resolution of digits, 8×8 to 32×32",
  steps: 5_000,
  async load() {
    const data = await mnist({ size: 32 });
    return { data, train: { x: data.train.x }, coupling: enlarged(1) };
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
