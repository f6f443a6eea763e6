import type { Coupling } from "../../couplings";
import { type Dataset, emoji, mirrored, mnist, type Samples } from "../../data";
import { compactUnet, type Network, unet } from "../../networks";

/** What a model is for. */
export type Task = "in-painting" | "super-resolution" | "classes";

/** How a library model is trained: everything but the time that it takes. */
export interface ModelRecipe {
  /** Also the name of its file in datasets/models. */
  readonly name: string;
  /** What it does, for headings. */
  readonly title: string;
  /** What it is trained for. */
  readonly task: Task;
  /** Training steps of the first round. */
  readonly steps: number;
  /** Samples in each step. */
  readonly batch: number;
  /** The highest learning rate of Muon in the first round. */
  readonly learningRate: number;
  /**
   * How it falls to zero: along a cosine over all steps, or in a line over the last three tenths. Default
   * "cosine".
   */
  readonly schedule?: "cosine" | "trapezoid";
  /** Decay of Muon's momentum. Default 0.95. */
  readonly momentum?: number;
  /** Of all randomness in the training. */
  readonly seed: number;
  /** Further trainings, each of which goes on from the kept weights of the one before. */
  readonly further?: readonly FurtherRound[];
  /** The data, what is learned from, and the coupling. */
  load(): Promise<ModelData>;
  /** The network to train, for these data. */
  network(given: ModelData): Network;
}

/** A training that starts from the weights that another has kept. Batches and noise are other ones. */
export interface FurtherRound extends Pick<ModelRecipe, "schedule" | "momentum"> {
  /** Training steps. */
  readonly steps: number;
  /** The highest learning rate. */
  readonly learningRate: number;
}

/** What a recipe's model is trained on. */
export interface ModelData {
  /** The data set that it is trained and judged on. */
  readonly data: Dataset;
  /** The training samples, mirrored ones included where mirroring makes sense. */
  readonly train: Samples;
  /** Draws the start and the condition of each sample. */
  readonly coupling: Coupling;
}

/** The data sets of the models, by name. Test emoji that look like a training image are left out. */
const sets = {
  emoji: {
    load: (size: 32 | 64): Promise<Dataset> => emoji({ size, split: { apart: 0.01 } }),
    channels: 3,
    learnedFrom: mirrored,
  },
  digits: {
    load: (): Promise<Dataset> => mnist({ size: 32 }),
    channels: 1,
    learnedFrom: (samples: Samples) => samples,
  },
};

/** What image models differ in. */
export interface ImageModelOptions {
  /** Also the name of its file in datasets/models. */
  readonly name: string;
  /** What it does, for headings. */
  readonly title: string;
  /** The data set that it is trained on. */
  readonly set: keyof typeof sets;
  /** Pixels a side, of emoji. Default 32. */
  readonly size?: 32 | 64;
  /** What it is trained for. */
  readonly task: Task;
  /** The coupling to train with, for these data. */
  coupling(data: Dataset): Coupling;
  /** Channels of the U-Net at full resolution, a multiple of 8. */
  readonly width: number;
  /** Channels at each resolution, in multiples of `width`. Default [1, 2, 4]. */
  readonly mults?: readonly number[];
  /** Training steps. */
  readonly steps: number;
  /** Samples in each step. Default 16. */
  readonly batch?: number;
  /** Further trainings, each of which goes on from the kept weights of the one before. Default: none. */
  readonly further?: readonly FurtherRound[];
}

/** A U-Net on images, trained by Muon in small batches. */
export function imageRecipe(options: ImageModelOptions): ModelRecipe {
  const {
    name,
    title,
    set,
    task,
    size = 32,
    width,
    mults = compactUnet.mults,
    steps,
    batch = 16,
    further,
  } = options;
  const { load, channels, learnedFrom } = sets[set];
  return Object.freeze<ModelRecipe>({
    name,
    title,
    task,
    steps,
    batch,
    learningRate: 5e-3,
    seed: 0,
    further,
    async load() {
      const data = await load(size);
      const { x, labels } = data.train;
      return {
        data,
        train: learnedFrom({ x, labels }),
        coupling: options.coupling(data),
      };
    },
    network: ({ coupling: { condition } }) =>
      unet({
        channels,
        condition,
        dim: width,
        headWidth: width,
        ...compactUnet,
        mults,
      }),
  });
}
