import { classGaussian, independent, labelDropout } from "../../couplings";
import { imageRecipe } from "./recipe";

const common = { set: "digits", task: "classes", width: 16, steps: 4_000 } as const;

/** Digits from N(0, Id), by a velocity that sees the label. */
export const digitsByLabel = imageRecipe({
  ...common,
  name: "digits-by-label",
  title: "Digits by a labelled velocity",
  coupling: ({ classes }) => independent({ classes: classes.length }),
});

/** The same, with a tenth of the labels hidden, so that it can be guided: see `guided`. */
export const digitsByHiddenLabel = imageRecipe({
  ...common,
  name: "digits-by-hidden-label",
  title: "Digits by a velocity that is sometimes shown no label",
  coupling: ({ classes }) => labelDropout(independent({ classes: classes.length }), { p: 0.1 }),
});

/** Digits from a Gaussian base of their class, by a velocity that doesn't see the label. */
export const digitsByBase = imageRecipe({
  ...common,
  name: "digits-by-class-base",
  title: "Digits from a base of their class",
  coupling: ({ train, classes }) =>
    classGaussian({ samples: train, classes: classes.length, labelled: false }),
});
