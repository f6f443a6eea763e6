import { sliceRows } from "../../array";
import { toBytes } from "../../data/pixels";
import { expected } from "../../errors";
import type { RestModel } from "../../experiments/models/velocity";
import { toBase64 } from "../packing/base64";
import { fillHole, tiledKeep } from "../work/in-painting";
import { flowStill } from "./flow-still";
import { type Made, solver } from "./made";
import { assertModels, benchOf, carriedModels, type WithModels } from "./models";
import { assertPictures, carriedPictures, firstName, type PlayPictures } from "./pictures";

/** Holes that the reader paints, and a model fills. */
export interface InPaintingPlayground extends WithModels {
  /** Selects this kind of live figure. */
  readonly kind: "in-painting";
  /** Title of the figure. Default "Paint a hole". */
  readonly title?: string;
  /**
   * Models of `inpainting` and `uncoupledInpainting` couplings by how they are called: one, or several side
   * by side, which are given the same hole and the same noise in it.
   */
  readonly models: Readonly<Record<string, RestModel>>;
  /** Pictures to paint holes in, of the models' size; the first is shown at the beginning. */
  readonly pictures: PlayPictures;
  /** The hole at the beginning, `[h, w]`: 1 where a pixel is known. Default tiles as in the paper. */
  readonly keep?: Uint8Array;
  /** Seed of the initial noise, and of the tiles where `keep` is left out. Default 1. */
  readonly seed?: number;
}

/** A figure of the kind "in-painting". @throws where its options don't fit each other. */
export function inPainting(options: InPaintingPlayground): Made {
  const { title = "Paint a hole", models, pictures, seed = 1 } = options;
  const [, h, w] = assertPictures(pictures);
  const labels = assertModels(models);
  const keep = options.keep ?? tiledKeep({ h, w }, seed);
  if (keep.length !== h * w) throw expected(`${h * w} values as keep, one a pixel`, `${keep.length}`);
  const carriedAs = labels.map((label) => {
    const { keep: masked, image } = models[label].network.condition;
    if (!masked && !image) {
      throw expected(
        `a model of in-painting as "${label}"`,
        "one whose condition has neither a mask nor an image",
        "Train it with inpainting(...) or uncoupledInpainting(...).",
      );
    }
    return { label, model: label, uncoupled: !masked };
  });
  return {
    title,
    async carried() {
      const original = sliceRows(pictures.x, 0, 1);
      const work = { shape: original.shape, pixels: toBytes(original), keep, seed, solver };
      const flows = [];
      for (const model of carriedAs) {
        const label = labels.length > 1 ? model.label : "flow";
        flows.push({ label, flow: await fillHole({ ...work, ...model }, benchOf(models)) });
      }
      const alt =
        labels.length > 1
          ? `${firstName(pictures)} with noise in a hole: states of the flows of ${labels.join(", ")}, and the original.`
          : `${firstName(pictures)} with noise in a hole, states of the flow that fills it, and the original.`;
      return {
        play: {
          kind: "in-painting",
          ...{ title, alt, models: carriedAs, seed },
          pictures: await carriedPictures(pictures),
          keep: toBase64(keep),
        },
        models: await carriedModels(models, options.weightBits),
        still: await flowStill({ title, alt, flows, rows: [{ label: "original", values: original.data }] }),
      };
    },
  };
}
