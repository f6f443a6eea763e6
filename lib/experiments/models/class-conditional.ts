import { classGaussian, independent } from "../../couplings";
import { imageRecipe } from "./recipe";

const common = { set: "digits", task: "classes", width: 16, steps: 4_000 } as const;

/** Digits from N(0, Id), by a velocity that sees the label. */
export const digitsByLabel = imageRecipe({
  ...common,
  name: "digits-by-label",
  title: "Digits by a labelled velocity",
  coupling: ({ classes }) => independent({ classes: classes.length }),
});

/** Digits from a Gaussian base of their class, by a velocity that doesn't see the label. */
export const digitsByBase = imageRecipe({
  ...common,
  name: "digits-by-class-base",
  title: "Digits from a base of their class",
  coupling: ({ train, classes }) =>
    classGaussian({ samples: train, classes: classes.length, labelled: false }),
});
