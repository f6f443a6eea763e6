import { type Coupling, classGaussian, inpainting, superResolution, tiles } from "../../couplings";
import { type Dataset, mirrored } from "../../data";
import { advise, expected, option } from "../../errors";
import { compactUnet, unet } from "../../networks";
import type { ModelRecipe, Task } from "./recipe";
import { factor } from "./super-resolution";

/** Options of {@link ownImages}. */
export interface OwnImagesOptions {
  /** Images `[n, height, width, channels]` in [-1, 1], as of `imageFolder`. */
  readonly data: Dataset;
  /** "in-painting" of tiles, "super-resolution" by a factor of 4, or images of the data's "classes". */
  readonly task: Task;
  /** Channels of the U-Net at full resolution, a multiple of 8. Default 16. */
  readonly width?: number;
  /** Training steps. */
  readonly steps: number;
  /** Samples in each step. Default 16. */
  readonly batch?: number;
  /** Muon's learning rate, which falls to zero over the last three tenths of the steps. Default 0.005. */
  readonly learningRate?: number;
  /** Of all randomness in the training. Default 0. */
  readonly seed?: number;
  /** Whether mirror images are learned from as well: not for letters, or what has a left and a right. */
  readonly mirror?: boolean;
}

/**
 * How a model is trained on images of one's own: as the library's models are, but with a learning rate that
 * stays high for longer and a shorter momentum, which get further in a few hundred or thousand steps. For
 * `trainModel`, and `measureModel` for the first two tasks.
 *
 * @example
 * const x = rng(0).normals([16, 16, 16, 1]);
 * const data = { name: "mine", classes: [], train: { x }, test: { x } };
 * const recipe = ownImages({ data, task: "in-painting", steps: 1000 });
 * recipe.title; // "In-painting of mine, 16×16"
 * @throws when images can't be halved three times, or there are no classes to ask for.
 */
export function ownImages(options: OwnImagesOptions): ModelRecipe {
  const { data, task, width = 16, steps, batch = 16, seed = 0, mirror = false } = options;
  const { learningRate = 5e-3 } = options;
  const [, rows, columns, channels] = data.train.x.shape;
  if (data.train.x.shape.length !== 4 || rows % 8 !== 0 || columns % 8 !== 0) {
    throw expected(
      "images whose sides are multiples of 8",
      `shape [${data.train.x.shape.join(", ")}]`,
      advise`Choose another size, such as ${option("size", Math.max(8, 8 * Math.round(Math.min(rows, columns) / 8)))}.`,
    );
  }
  if (task === "classes" && data.classes.length < 2) {
    throw expected(
      `two classes or more in ${data.name}`,
      `${data.classes.length}`,
      "Sort images of a folder into folders in it, one for each class; give an array labels.",
    );
  }
  const { x, labels } = data.train;
  const sized = `${columns}×${rows}`;
  const titles: Record<Task, string> = {
    "in-painting": `In-painting of ${data.name}, ${sized}`,
    "super-resolution": `Super-resolution of ${data.name}, ${columns / factor}×${rows / factor} to ${sized}`,
    classes: `${data.name} by class, ${sized}`,
  };
  return Object.freeze<ModelRecipe>({
    name: `${data.name}-${task}`.replace(/[^\p{L}\d-]+/gu, "-"),
    title: titles[task],
    task,
    steps,
    batch,
    learningRate,
    schedule: "trapezoid",
    momentum: 0.9,
    seed,
    load: async () => ({
      data,
      train: mirror ? mirrored({ x, labels }) : { x, labels },
      coupling: couplings[task](data, channels),
    }),
    network: ({ coupling: { condition } }) =>
      unet({
        channels,
        condition,
        dim: width,
        headWidth: width,
        ...compactUnet,
      }),
  });
}

const couplings: Record<Task, (data: Dataset, channels: number) => Coupling> = {
  "in-painting": () => inpainting({ mask: tiles({ grid: 8, p: 0.3 }) }),
  "super-resolution": (_, channels) => superResolution({ factor, channels, sigma: 0.25 }),
  classes: ({ train, classes }) => classGaussian({ samples: train, classes: classes.length, labelled: true }),
};
