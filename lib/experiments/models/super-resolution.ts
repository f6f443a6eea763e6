import { superResolution } from "../../couplings";
import { imageRecipe } from "./recipe";

/** By how much the models of super-resolution enlarge. */
export const factor = 4;

/** The σ of their starts. */
export const sigma = 0.25;

/** Section 4.2: a quarter of the resolution, noise of σ = 0.25 on the enlarged image, which ξ shows. */
const enlarged = (channels: number) => () => superResolution({ factor, channels, sigma });

/** The way to train that `ownImages` takes, too. */
const further = { learningRate: 5e-3, schedule: "trapezoid", momentum: 0.9 } as const;

/** Super-resolution of emoji from 8×8 to 32×32. */
export const emojiSuperResolution = imageRecipe({
  name: "emoji-8-to-32",
  title: "Super-resolution of emoji, 8×8 to 32×32",
  task: "super-resolution",
  set: "emoji",
  coupling: enlarged(3),
  width: 24,
  steps: 6_000,
  further: [{ steps: 5_000, ...further }],
});

/** Super-resolution of emoji from 16×16 to 64×64. */
export const emojiSuperResolution64 = imageRecipe({
  name: "emoji-16-to-64",
  title: "Super-resolution of emoji, 16×16 to 64×64",
  task: "super-resolution",
  set: "emoji",
  size: 64,
  coupling: enlarged(3),
  width: 16,
  mults: [1, 2, 4, 6],
  steps: 6_000,
  batch: 8,
  further: [{ steps: 5_000, ...further }],
});

/** Super-resolution of digits from 8×8 to 32×32. */
export const digitSuperResolution = imageRecipe({
  name: "digits-8-to-32",
  title: "Super-resolution of digits, 8×8 to 32×32",
  task: "super-resolution",
  set: "digits",
  coupling: enlarged(1),
  width: 16,
  steps: 5_000,
});
