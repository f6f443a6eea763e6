import { type NdArray, ndarray, sliceRows, zeros } from "../../array";
import { atBase, averagePool, bicubicUp, nearestUp } from "../../couplings";
import { type Dataset, rowsOf, type Samples, take } from "../../data";
import { expected, UsageError } from "../../errors";
import { measureModel } from "../../experiments";
import {
  classifierTest,
  distanceFloor,
  featureNetwork,
  holeError,
  kernelDistance,
  nothingKnown,
  psnr,
} from "../../metrics";
import { rng } from "../../random";
import { solveOde } from "../../samplers";
import { arrived } from "../../samplers/arrived";
import { nearestRows, wilsonInterval } from "../../statistics";
import type { EvaluateOptions, Evaluation, Measure } from "./evaluation";
import { alsoIn } from "./new-data";
import { evaluateTable } from "./table-measures";
import type { Trained } from "./trained";

/**
 * Measures a model on held-out data, or on new ones, each measure beside what a simple method or real samples
 * get.
 */
export async function evaluate(options: EvaluateOptions): Promise<Evaluation> {
  const { fresh, print } = options;
  const data = await ownOrNone(options);
  const test = fresh?.samples ?? data!.test;
  const found = await measured(data?.train, test, options);
  if (!fresh || !data) return found;
  const trainedOn = alsoIn(data.train, test);
  if (trainedOn > 0) {
    print(
      `note: ${trainedOn} of the ${found.samples} samples of ${fresh.name} are among those for training.`,
    );
  }
  return { ...found, trainedOn };
}

/** A model's own data; none where they are gone, and new ones can be measured without. */
async function ownOrNone({ trained, print, data: at, fresh }: EvaluateOptions): Promise<Dataset | undefined> {
  const advice = "Put them back, or say where they are now by --data PATH.";
  try {
    return await trained.data(print, { ...(at !== undefined && { at }), advice });
  } catch (error) {
    const needed = !fresh || at !== undefined || trained.about.task === "classes";
    if (needed || !(error instanceof UsageError)) throw error;
    print(`note: what simple methods get from the training data is left out. ${error.message}`);
    return undefined;
  }
}

async function measured(
  train: Samples | undefined,
  test: Samples,
  options: EvaluateOptions,
): Promise<Evaluation> {
  const { trained } = options;
  const { task } = trained.about;
  const count = Math.min(options.count, test.x.shape[0]);
  if (task === "table") return evaluateTable(train, take(test, count), options);
  if (task === "classes") return evaluateClasses(train!, take(test, count), options);
  const { coupling, b } = trained;
  const data = { name: trained.name, classes: [], train: train ?? test, test };
  const recipe = { task, load: async () => ({ data, train: data.train, coupling }) };
  const { method, signal } = options;
  const seed = drawing(options.seed);
  const { measures, nfe } = await measureModel({ recipe, b, images: count, method, seed, signal });
  const beside = besideImages(trained, train?.x, take(test, count), seed);
  return {
    samples: count,
    nfe,
    measures: Object.entries(measures).map(([name, measured]) => ({
      name,
      ...measured,
      beside: beside[name] ?? {},
    })),
  };
}

/** The seed of masks and noise; 0 is that of `measureModel`, by which the library's models are measured. */
const drawing = (seed: number): string => (seed === 0 ? "measure" : `measure ${seed}`);

/** What simple methods get, and perfection, by the names of `measureModel`. */
function besideImages({ about, coupling }: Trained, train: NdArray | undefined, test: Samples, seed: string) {
  const classifier = (x: NdArray, truth: NdArray, keep: NdArray) =>
    classifierTest({ x, truth, keep, rng: rng("classifier") }).value;
  if (about.task === "super-resolution") {
    const { factor = 1 } = about;
    const enlarged = bicubicUp({ factor })(averagePool({ factor })(test.x));
    return {
      "PSNR (dB)": { bicubic: psnr({ x: enlarged, truth: test.x }).value },
      "classifier's accuracy": { perfect: 0.5, bicubic: classifier(enlarged, test.x, nothingKnown(test.x)) },
      "error of the low resolution": { perfect: 0 },
    } as Readonly<Record<string, Measure["beside"]>>;
  }
  if (!train) return { "hole error": { perfect: 0 }, "classifier's accuracy": { perfect: 0.5 } };
  const { x1, xi } = coupling.draw(test, rng(seed)) as { x1: NdArray; xi: { keep?: NdArray } };
  const keep = xi.keep!;
  const mean = meanImage(train);
  const size = mean.length;
  const channels = x1.shape[3];
  const filled = ndarray(
    x1.shape,
    x1.data.map((value, e) => (keep.data[Math.floor(e / channels)] === 1 ? value : mean[e % size])),
  );
  return {
    "hole error": {
      perfect: 0,
      "mean of the training images": holeError({ x: filled, truth: x1, keep }).mse.value,
    },
    "classifier's accuracy": { perfect: 0.5, "mean of the training images": classifier(filled, x1, keep) },
  } as Readonly<Record<string, Measure["beside"]>>;
}

/** The mean image. */
function meanImage(images: NdArray): Float64Array {
  const [n] = images.shape;
  const size = images.data.length / n;
  const sum = new Float64Array(size);
  for (let first = 0; first < n; first += 256) {
    sliceRows(images, first, first + 256).data.forEach((value, e) => {
      sum[e % size] += value / n;
    });
  }
  return sum;
}

/**
 * Whether the nearest training image of a sample, in a network's features, is of the class asked for; and
 * the kernel distance to held-out images. Beside both: what held-out images themselves get.
 */
async function evaluateClasses(train: Samples, test: Samples, options: EvaluateOptions): Promise<Evaluation> {
  const { trained, method, signal, seed } = options;
  const labels = test.labels!;
  if (labels.length < 3)
    throw expected("3 images or more to measure a model of classes on", `${labels.length}`);
  const source = rng(seed).fork("evaluate");
  const start = trained.coupling.start!({ shape: test.x.shape, labels }, source.fork("start"));
  const { x, nfe } = arrived(await solveOde(trained.b, atBase(start), { method, batch: 64, signal }));
  const features = await featuresOf(trained);
  const seenRows = source.fork("train").permutation(train.x.shape[0]).subarray(0, 2000);
  const seen = rowsOf(train, seenRows);
  const [ours, real, known] = [await features(x), await features(test.x), await features(seen.x)];
  const n = labels.length;
  const agreeing = (points: NdArray) => {
    const { rows } = nearestRows(points, known);
    return Array.from(labels).filter((label, i) => seen.labels![rows[i]] === label).length;
  };
  const agreement = wilsonInterval({ successes: agreeing(ours), n });
  const blocks = (key: string) => ({ rng: source.fork("blocks", key) });
  const distance = kernelDistance(ours, real, blocks("ours"));
  const both = Math.min(n, known.shape[0]);
  const floor = distanceFloor({
    ...{ train: known, test: real, n: both, rng: source.fork("floor") },
    distance: (a, b) => kernelDistance(a, b, blocks("floor")),
  });
  const half = 1.96 * distance.standardError;
  return {
    samples: n,
    nfe,
    measures: [
      {
        name: "nearest training image is of the class",
        value: agreement.value,
        low: agreement.low,
        high: agreement.high,
        beside: {
          [options.fresh ? "these images" : "held-out images"]: agreeing(real) / n,
          chance: chanceOf(labels, seen.labels!),
        },
      },
      {
        name: "kernel distance",
        value: distance.value,
        low: distance.value - half,
        high: distance.value + half,
        beside: { "training images": floor.mean },
      },
    ],
  };
}

/** How often a training image taken at random is of the class asked for: more than 1 / classes if uneven. */
export function chanceOf(asked: Int32Array, seen: Int32Array): number {
  const counts = new Map<number, number>();
  for (const label of seen) counts.set(label, (counts.get(label) ?? 0) + 1);
  return asked.reduce((sum, label) => sum + (counts.get(label) ?? 0) / seen.length, 0) / asked.length;
}

/** Features of images by a network of the library where their size allows it, else their pixels. */
async function featuresOf({ about }: Trained): Promise<(images: NdArray) => Promise<NdArray>> {
  const [height, width, channels] = about.image!;
  const side = 32;
  const fits = height === width && (height % side === 0 || side % height === 0);
  if (!fits) return async (x) => ndarray([x.shape[0], height * width * channels], x.data);
  const network = await featureNetwork("emoji");
  const sized = (x: NdArray) => {
    if (height > side) return averagePool({ factor: height / side })(x);
    return height < side ? nearestUp({ factor: side / height })(x) : x;
  };
  return (x) => network.features(channels === 3 ? sized(x) : inColour(sized(x)));
}

/** Grey images in three equal channels. */
function inColour({ shape: [n, h, w], data }: NdArray): NdArray {
  const out = zeros([n, h, w, 3]);
  for (let e = 0; e < out.data.length; e++) out.data[e] = data[Math.floor(e / 3)];
  return out;
}
