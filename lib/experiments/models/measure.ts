import type { NdArray } from "../../array";
import { atBase, averagePool, type Pairs } from "../../couplings";
import { take } from "../../data";
import type { Field } from "../../fields";
import {
  classifierTest,
  conditionAgreement,
  consistency,
  featureNetwork,
  holeError,
  nothingKnown,
  psnr,
} from "../../metrics";
import { rng } from "../../random";
import { type Method, solveOde } from "../../samplers";
import { arrived } from "../../samplers/arrived";
import { type ConfidenceInterval, meanInterval, wilsonInterval } from "../../statistics";
import { knownPixels } from "../inpainting";
import type { ModelRecipe, Task } from "./recipe";
import { factor } from "./super-resolution";

/** A measure with its 95 % interval over images. */
export type Measured = Pick<ConfidenceInterval, "value" | "low" | "high">;

/** What a model does on images that it has not seen. */
export interface ModelMeasures {
  /** How many test images were used: the first ones. */
  readonly images: number;
  /** Evaluations of the velocity per sample. */
  readonly nfe: number;
  /** The measures of the model's task, by name: "hole error", "PSNR (dB)", … */
  readonly measures: Readonly<Record<string, Measured>>;
}

/** Options of {@link measureModel}. */
export interface MeasureModelOptions {
  /** The model's recipe, for its data, coupling and task. */
  readonly recipe: Pick<ModelRecipe, "load" | "task">;
  /** The model's velocity, as of `modelVelocity`. */
  readonly b: Field;
  /** How many test images: the first ones. */
  readonly images: number;
  /** How the flow is solved. */
  readonly method: Method;
  /** Of the draws: masks and noise. Default "measure". */
  readonly seed?: number | string;
  /** Stops the flow between two steps. */
  readonly signal?: AbortSignal;
}

/**
 * Measures a library model on the first test images. In-painting: the error in the hole, and the accuracy
 * of a classifier that tells filled images from true ones (½ is perfect). Super-resolution: PSNR, that
 * accuracy, and the mean squared error of its own low resolution. Classes: the share of samples that show
 * the class asked for.
 * @throws as `solveOde`, and where an adaptive method gives up before t = 1.
 */
export async function measureModel(options: MeasureModelOptions): Promise<ModelMeasures> {
  const { recipe, b, images, method, seed = "measure", signal } = options;
  const { data, coupling } = await recipe.load();
  const targets = take(data.test, images);
  const drawn = await coupling.draw(targets, rng(seed));
  // Labels that are hidden in training are asked for here: `start` hides none, and draws the same base.
  const { shape } = targets.x;
  const asked = await coupling.start?.({ shape, labels: targets.labels }, rng(seed));
  const pairs = { ...drawn, ...asked };
  const solution = await solveOde(b, atBase(pairs), { method, batch: 64, ...(signal && { signal }) });
  const { x, nfe } = arrived(solution);
  return Object.freeze({
    images,
    nfe,
    measures: await measures[recipe.task]({ x, pairs, labels: targets.labels }),
  });
}

interface Samples {
  readonly x: NdArray;
  readonly pairs: Pairs;
  readonly labels?: Int32Array;
}

const measures: Record<Task, (samples: Samples) => Promise<Record<string, Measured>>> = {
  async "in-painting"({ x, pairs }) {
    const filled = { x, truth: pairs.x1, keep: knownPixels(pairs.xi) };
    return { "hole error": mean(holeError(filled).values), "classifier's accuracy": accuracy(filled) };
  },
  async "super-resolution"({ x, pairs: { x1: truth } }) {
    const degrade = averagePool({ factor });
    return {
      "PSNR (dB)": mean(psnr({ x, truth }).values),
      "classifier's accuracy": accuracy({ x, truth, keep: nothingKnown(x) }),
      "error of the low resolution": mean(consistency({ x, given: degrade(truth), degrade }).values),
    };
  },
  async classes({ x, labels = new Int32Array() }) {
    const { agreement } = await conditionAgreement(await featureNetwork("mnist"), x, labels);
    return { agreement: pick(wilsonInterval({ successes: agreement * labels.length, n: labels.length })) };
  },
};

const pick = ({ value, low, high }: Measured): Measured => Object.freeze({ value, low, high });

const accuracy = (filled: Record<"x" | "truth" | "keep", NdArray>): Measured =>
  pick(classifierTest({ ...filled, rng: rng("classifier") }));

const mean = (values: Float64Array): Measured => pick(meanInterval(values));
