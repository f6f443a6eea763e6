import { type NdArray, ndarray, sliceRows, takeRows, zeros } from "../../array";
import { atBase, averagePool, bicubicUp, columns as columnMasks, nearestUp } from "../../couplings";
import { type Dataset, rowsOf, type Samples, take } from "../../data";
import { expected, UsageError } from "../../errors";
import { measureModel } from "../../experiments";
import { nearestFiller } from "../../experiments/baselines/fill-cells";
import { tableCoupling } from "../../experiments/models/own-table";
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
import { type Method, solveOde } from "../../samplers";
import { assertArrived } from "../../samplers/arrived";
import { meanInterval, nearestRows, pairedComparison, quantile, wilsonInterval } from "../../statistics";
import { meanOf } from "../../statistics/mean";
import { alsoIn, type NewData } from "./new-data";
import { repeatRows } from "./repeat-rows";
import type { Trained } from "./trained";

/** A measure, with what it is to be read beside. */
export interface Measure {
  readonly name: string;
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** What others get on the same data: a simple method, or real samples. */
  readonly beside: Readonly<Record<string, number>>;
}

/** What a model does on data that it has not seen. */
export interface Evaluation {
  readonly samples: number;
  readonly nfe: number;
  readonly measures: readonly Measure[];
  /** How many of new samples are among those that it was trained on, where these are at hand. */
  readonly trainedOn?: number;
}

export interface EvaluateOptions {
  readonly trained: Trained;
  readonly print: (line: string) => void;
  /** Where the data are now, unless they are where they were. */
  readonly data?: string;
  /** What to measure on in place of its held-out data. */
  readonly fresh?: Pick<NewData, "samples" | "name">;
  /** How many samples, from the first. */
  readonly count: number;
  readonly method: Method;
  readonly seed: number;
  readonly signal: AbortSignal;
}

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

/** As `measureModel` has it. */
const arriving = "The flow whose samples are measured";

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
  const { measures, nfe } = await measureModel({ recipe, b, images: count, method: options.method });
  const beside = besideImages(trained, train?.x, take(test, count));
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

/** What simple methods get, and perfection, by the names of `measureModel`. */
function besideImages({ about, coupling }: Trained, train: NdArray | undefined, test: Samples) {
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
  const { x1, xi } = coupling.draw(test, rng("measure")) as { x1: NdArray; xi: { keep?: NdArray } };
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
  const solution = await solveOde(trained.b, atBase(start), { method, batch: 64, signal });
  assertArrived(solution, arriving);
  const { x, nfe } = solution;
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
          chance: 1 / trained.about.classes.length,
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

/** The share of known cells that are hidden. */
const hidden = 0.2;

/**
 * Known cells of held-out rows are hidden and drawn several times: how far the mean of the draws is from
 * them, and how often the middle 80 % of the draws hold them.
 */
async function evaluateTable(
  train: Samples | undefined,
  { x, keep }: Samples,
  { trained, method, seed, signal }: EvaluateOptions,
): Promise<Evaluation> {
  const draws = 20;
  const [n] = x.shape;
  const spans = trained.about.columns!.map(({ span }) => span);
  const source = rng(seed).fork("evaluate");
  const d = x.shape[1];
  const known = keep?.data ?? new Float32Array(x.data.length).fill(1);
  const shown = columnMasks({ spans, p: hidden }).draw({ n, h: 1, w: d }, source.fork("hide")).data;
  const seen = ndarray(
    x.shape,
    Float32Array.from(known, (kept, e) => kept * shown[e]),
  );
  const judged = Array.from({ length: n * d }, (_, e) => e).filter((e) => known[e] === 1 && shown[e] === 0);
  const start = tableCoupling(spans).impute(
    { x: repeatRows(x, draws), keep: repeatRows(seen, draws) },
    source.fork("draws"),
  );
  const solution = await solveOde(trained.b, atBase(start), { method, batch: 4096, signal });
  assertArrived(solution, arriving);
  const { x: drawn, nfe } = solution;
  const drawsOf = (e: number) => {
    const [row, column] = [Math.floor(e / d), e % d];
    return Array.from({ length: draws }, (_, k) => drawn.data[(row * draws + k) * d + column]);
  };
  const guess = new Map(judged.map((e) => [e, meanOf(drawsOf(e))]));
  const rows = train?.x ?? zeros([0, d]);
  const complete = Array.from({ length: rows.shape[0] }, (_, i) => i).filter((i) =>
    rows.data.subarray(i * d, (i + 1) * d).every(Number.isFinite),
  );
  const blank = ndarray(
    x.shape,
    x.data.map((value, e) => (seen.data[e] === 1 ? value : 0)),
  );
  const k = Math.min(5, complete.length);
  const nearest = k > 0 ? nearestFiller(takeRows(rows, complete), { k })(blank, seen).data : undefined;
  const rowErrors = (value: (e: number) => number) => {
    const sums = new Map<number, number[]>();
    for (const e of judged) {
      const row = Math.floor(e / d);
      sums.set(row, [...(sums.get(row) ?? []), (value(e) - x.data[e]) ** 2]);
    }
    return [...sums.values()].map(meanOf);
  };
  const flow = rowErrors((e) => guess.get(e)!);
  const others: Readonly<Record<string, number[]>> = {
    ...(nearest && { "5 nearest rows": rowErrors((e) => nearest[e]) }),
    "column means": rowErrors(() => 0),
  };
  const within = judged.filter((e) => {
    const values = drawsOf(e);
    return x.data[e] >= quantile(values, 0.1) && x.data[e] <= quantile(values, 0.9);
  }).length;
  const error = meanInterval(flow);
  const covered = wilsonInterval({ successes: within, n: judged.length });
  return {
    samples: n,
    nfe,
    measures: [
      {
        name: "squared error of hidden cells (variances)",
        value: error.value,
        low: error.low,
        high: error.high,
        beside: Object.fromEntries(Object.entries(others).map(([name, errors]) => [name, meanOf(errors)])),
      },
      ...Object.entries(others).map(([name, errors]) => {
        const { difference, low, high } = pairedComparison({ a: [flow], b: [errors] });
        return {
          name: `  less that of ${name}`,
          value: difference,
          low,
          high,
          beside: { "no difference": 0 },
        };
      }),
      {
        name: "hidden values within 80 % of draws",
        value: covered.value,
        low: covered.low,
        high: covered.high,
        beside: { calibrated: 0.8 },
      },
    ],
  };
}
