import { ndarray } from "../../array";
import { expected } from "../../errors";
import { imageGrid } from "../../figures/image-grid/image-grid";
import { drawClass } from "../work/classes";
import { type Made, solver } from "./made";
import { assertModels, benchOf, type ClassModel, carriedModels, type WithModels } from "./models";

/** Samples of the class that the reader asks for, by one model or several. */
export interface ClassesPlayground extends WithModels {
  /** Selects this kind of live figure. */
  readonly kind: "classes";
  /** Title of the figure. Default "Ask for a class". */
  readonly title?: string;
  /** One to four models by how they are called, all with samples of the same shape. */
  readonly models: Readonly<Record<string, ClassModel>>;
  /** The classes' names. */
  readonly classes: readonly string[];
  /** Seed of the initial noise. Default 1. */
  readonly seed?: number;
}

/** A figure of the kind "classes". @throws where its options don't fit each other. */
export function classSamples(options: ClassesPlayground): Made {
  const { title = "Ask for a class", models, classes, seed = 1 } = options;
  const labels = assertModels(models);
  if (classes.length < 2) throw expected("two classes or more", `${classes.length}`);
  const shape = models[labels[0]].moments.mean0.shape;
  return {
    title,
    async carried() {
      const label = Math.min(3, classes.length - 1);
      const asked = { shape: [6, ...shape], classes: classes.length, label, seed, guidance: 1, solver };
      const rows = [];
      for (const name of labels) {
        const bench = { ...benchOf(models), bases: async () => models[name].bases };
        const { states } = await drawClass({ ...asked, model: name }, bench);
        rows.push({ label: name, images: ndarray(asked.shape, states[states.length - 1]) });
      }
      const alt = `Six samples of ${classes[label]} by each of ${labels.join(", ")}.`;
      const grid = imageGrid({ title, alt, rows, width: 640 });
      return {
        play: {
          kind: "classes",
          title,
          alt,
          models: labels.map((name) => ({
            label: name,
            model: name,
            guidance: models[name].network.condition.labels?.missing === true,
          })),
          classes,
          shape,
          seed,
        },
        models: await carriedModels(models, options.weightBits),
        still: (await grid.toBundle())["image/png"] as string,
      };
    },
  };
}
