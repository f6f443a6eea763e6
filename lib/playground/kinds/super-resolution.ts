import { sliceRows } from "../../array";
import { toBytes } from "../../data/pixels";
import type { RestModel } from "../../experiments/models/velocity";
import { sharpen } from "../work/super-resolution";
import { flowStill } from "./flow-still";
import { type Made, solver } from "./made";
import { asCarried, assertModels, benchOf, carriedModels, type WithModels } from "./models";
import { assertPictures, carriedPictures, firstName, type PlayPictures } from "./pictures";

/** Small pictures that a model enlarges, beside bicubic interpolation. */
export interface SuperResolutionPlayground extends WithModels {
  /** Selects this kind of live figure. */
  readonly kind: "super-resolution";
  /** Title of the figure. Default "Sharpen". */
  readonly title?: string;
  /** Models of `superResolution` couplings by how they are called. */
  readonly models: Readonly<Record<string, RestModel>>;
  /** Large pictures, which are made small. */
  readonly pictures: PlayPictures;
  /** How many times smaller they are made: a divisor of height and width, at most 16. */
  readonly factor: number;
  /** The σ of the models' coupling. */
  readonly sigma: number;
  /** Seed of the initial noise. Default 1. */
  readonly seed?: number;
}

/** A figure of the kind "super-resolution". @throws where its options don't fit each other. */
export function superResolution(options: SuperResolutionPlayground): Made {
  const { title = "Sharpen", models, pictures, factor, sigma, seed = 1 } = options;
  const labels = assertModels(models);
  assertPictures(pictures);
  return {
    title,
    async carried() {
      const original = sliceRows(pictures.x, 0, 1);
      const work = { shape: original.shape, pixels: toBytes(original), factor, sigma, seed, solver };
      const flow = await sharpen({ ...work, model: labels[0] }, benchOf(models));
      const alt =
        `${firstName(pictures)}, enlarged ${factor} times: states of the flow from the start with noise, ` +
        "bicubic interpolation, and the original.";
      const described = { title, alt, models: asCarried(labels), seed };
      return {
        play: {
          kind: "super-resolution",
          ...described,
          pictures: await carriedPictures(pictures),
          factor,
          sigma,
        },
        models: await carriedModels(models, options.weightBits),
        still: await flowStill({
          title,
          alt,
          flows: [{ label: "flow", flow }],
          rows: [
            { label: "bicubic", values: flow.bicubic },
            { label: "original", values: original.data },
          ],
        }),
      };
    },
  };
}
