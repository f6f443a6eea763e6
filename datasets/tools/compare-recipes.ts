/**
 * Compares ways to train an in-painting network at equal computing time, on emoji held out for validation:
 * `npx tsx datasets/tools/compare-recipes.ts [--seconds 68] [--seeds 3] [--only TEXT]`. Each way gets as many
 * steps as fit into that time of one core. What a step takes is measured for all ways in turn, three times,
 * as the median of its processor time, so that what else the machine does counts little and for all ways
 * alike; ways whose steps compute the same share a time.
 * Timings and finished trials are kept in .cache/recipe-trials and not made again. The table is in
 * datasets/models/README.md.
 */

import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import {
  adam,
  affineVelocity,
  atBase,
  compactUnet,
  cosine,
  dataLoss,
  dopri5,
  emoji,
  type Field,
  featureNetwork,
  holeMeasures,
  inpainting,
  knownPixels,
  linear,
  logitNormalTimes,
  mirrored,
  muon,
  type PairMoments,
  pairedComparison,
  pairMoments,
  quantile,
  restLoss,
  rng,
  type Samples,
  solveOde,
  spread,
  type TrainOptions,
  take,
  tiles,
  train,
  type UnetOptions,
  unet,
  velocityFromData,
  velocityFromRest,
  velocityLoss,
} from "../../lib";
import { writeAtomically } from "../../lib/files/atomic-write";
import { projectRoot } from "../../lib/files/project";
import { arrived } from "../../lib/samplers/arrived";

/** A way to train, as it differs from the paper's. */
interface Way {
  readonly network?: Partial<UnetOptions>;
  readonly optimizer?: "adam" | "muon";
  readonly learningRate?: number;
  readonly batch?: number;
  /** What the network learns: the velocity, the rest of the affine velocity, or x1. */
  readonly learned?: "velocity" | "rest" | "data";
  readonly ema?: number;
  readonly timeDensity?: TrainOptions["timeDensity"];
  readonly mirrored?: boolean;
  readonly schedule?: "cosine" | "constant";
}

const better = { optimizer: "muon", learningRate: 5e-3, learned: "rest", batch: 16 } as const;

const ways: Readonly<Record<string, Way>> = {
  plain: {},
  "rest of the affine velocity": { learned: "rest" },
  "data prediction": { learned: "data" },
  "constant rate": { schedule: "constant" },
  "logit-normal times": { timeDensity: logitNormalTimes() },
  "batch of 16": { batch: 16 },
  "no average of the weights": { ema: 0 },
  Muon: { optimizer: "muon", learningRate: 5e-3 },
  "together: Muon, rest, batch of 16": better,
  "… at a constant rate": { ...better, schedule: "constant" },
  "… with mirrored images": { ...better, mirrored: true },
  "… 24 wide": { ...better, network: { dim: 24, headWidth: 24 } },
  "… patches of 2×2, 32 wide": { ...better, network: { dim: 32, headWidth: 32, mults: [1, 2], patch: 2 } },
  "… without attention": { ...better, network: { attention: "none" } },
  "… without attention, at a constant rate": {
    ...better,
    schedule: "constant",
    network: { attention: "none" },
  },
  "… two blocks a level": { ...better, network: { blocksPerLevel: 2 } },
};

/** What is kept of a trial. */
interface Trial {
  readonly way: string;
  readonly seed: number;
  readonly seconds: number;
  readonly steps: number;
  readonly nfe: number;
  readonly measures: Readonly<Record<"error" | "accuracy" | "outliers" | "perceptual", number[]>>;
}

const images = 256;
/** Steps that are timed before the trials, in each round, and those before them that are not. */
const timed = { after: 5, steps: 20, rounds: 3 };
const interpolant = linear();
const coupling = inpainting({ mask: tiles({ grid: 8, p: 0.3 }) });

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seconds: { type: "string", default: "68" },
      seeds: { type: "string", default: "3" },
      only: { type: "string", default: "" },
    },
  });
  const seconds = Number(values.seconds);
  const seeds = Array.from({ length: Number(values.seeds) }, (_, seed) => seed);
  const { train: all, validation } = await emoji({ size: 32, split: { validation: 0.1, apart: 0.01 } });
  if (!validation) throw new Error("The emoji have no validation split.");
  const data: Data = { train: { x: all.x }, held: take({ x: validation.x }, images) };
  const moments = await pairMoments({ coupling, data: data.train, draws: 8192, rng: rng(0) });
  const trials: Trial[] = [];
  const secondsPerStep = await timings(data, moments);
  for (const way of Object.keys(ways).filter((name) => name.includes(values.only) || name === "plain")) {
    for (const seed of seeds) {
      const path = join(folder(), `${way.replaceAll(/[^\p{L}\d]+/gu, "-")}-${seconds}-${seed}.json`);
      const trial: Trial = existsSync(path)
        ? JSON.parse(readFileSync(path, "utf8"))
        : await run({ way, seed, seconds, steps: Math.round(seconds / secondsPerStep[way]), data, moments });
      writeAtomically(path, JSON.stringify(trial));
      trials.push(trial);
    }
    print(way, trials, seconds);
  }
}

interface Data {
  readonly train: Samples;
  readonly held: Samples;
}

interface TrainingOptions extends Pick<Trial, "way" | "seed" | "steps"> {
  readonly data: Data;
  readonly moments: PairMoments;
}

interface TrialOptions extends TrainingOptions, Pick<Trial, "seconds"> {}

function trainingOptions({ way, seed, steps, data, moments }: TrainingOptions): TrainOptions {
  const affine = affineVelocity({ interpolant, moments });
  const { learned = "velocity", network, mirrored: flips = false, timeDensity, ...chosen } = ways[way];
  const { batch = 32, ema = 0.99, optimizer = "adam", learningRate = 2e-3, schedule = "cosine" } = chosen;
  return {
    data: flips ? mirrored(data.train) : data.train,
    coupling,
    interpolant,
    network: unet({
      channels: 3,
      condition: coupling.condition,
      dim: 16,
      headWidth: 16,
      ...compactUnet,
      ...network,
    }),
    objective: { velocity: velocityLoss(), rest: restLoss(affine), data: dataLoss() }[learned],
    optimizer: { adam, muon }[optimizer]({
      learningRate,
      ...(schedule === "cosine" && { schedule: cosine({ steps, warmup: Math.min(50, steps / 4) }) }),
    }),
    timeDensity,
    ema,
    batch,
    seed,
    steps,
  };
}

async function run(options: TrialOptions): Promise<Trial> {
  const { way, seed, seconds, steps, data, moments } = options;
  const { learned = "velocity" } = ways[way];
  const affine = affineVelocity({ interpolant, moments });
  const model = await train(trainingOptions(options));
  const field: Record<typeof learned, (b: Field) => Field> = {
    velocity: (b) => b,
    rest: (b) => velocityFromRest(b, affine),
    data: (x1) => velocityFromData(x1, { interpolant }),
  };
  const pairs = coupling.draw(data.held, rng("validation"));
  // b = (x̂1 − x) / (1 − t) has no value at the end.
  const to = learned === "data" ? 0.999 : 1;
  const method = dopri5({ rtol: 1e-3, atol: 1e-3 });
  const solution = await solveOde(field[learned](model.field()), atBase(pairs), { method, batch: 64, to });
  const { x, nfe } = arrived(solution, undefined, { to });
  const { error, classifier, outliers, perceptual } = await holeMeasures({
    x,
    truth: pairs.x1,
    keep: knownPixels(pairs.xi),
    network: await featureNetwork("emoji"),
    rng: rng("holes"),
  });
  return {
    way,
    seed,
    seconds,
    steps,
    nfe,
    measures: {
      error: [...error.values],
      accuracy: [...classifier.values],
      outliers: [...outliers.values],
      perceptual: [...perceptual!.values],
    },
  };
}

/** The processor time of a step of each way, in seconds of one core: the least median of all rounds. */
async function timings(data: Data, moments: PairMoments): Promise<Readonly<Record<string, number>>> {
  const path = join(folder(), "seconds-per-step.json");
  if (existsSync(path)) return JSON.parse(readFileSync(path, "utf8"));
  const least: Record<string, number> = {};
  for (let round = 0; round < timed.rounds; round++) {
    for (const way of Object.keys(ways)) {
      const steps = timed.after + timed.steps;
      const median = await stepTime(trainingOptions({ way, seed: 0, steps, data, moments }));
      least[computed(way)] = Math.min(median, least[computed(way)] ?? Infinity);
    }
  }
  const seconds = Object.fromEntries(Object.keys(ways).map((way) => [way, least[computed(way)]]));
  writeAtomically(path, JSON.stringify(seconds));
  return seconds;
}

/** The same for ways whose steps compute the same: rates, times, averages and images don't matter. */
function computed(way: string): string {
  const { network, optimizer, batch, learned } = ways[way];
  return JSON.stringify({ network, optimizer, batch, learned });
}

/** The median of the processor time of a training's steps. */
async function stepTime(options: TrainOptions): Promise<number> {
  const seconds: number[] = [];
  let before = process.cpuUsage();
  await train({
    ...options,
    onProgress({ step }) {
      const { user, system } = process.cpuUsage(before);
      before = process.cpuUsage();
      if (step > timed.after) seconds.push((user + system) / 1e6);
    },
  });
  return quantile(seconds, 0.5);
}

/** A row of the table: means over seeds, and the difference of the hole error from the plain way's. */
function print(way: string, trials: readonly Trial[], seconds: number): void {
  const [own, plain] = [way, "plain"].map((name) => trials.filter((trial) => trial.way === name));
  const mean = (what: keyof Trial["measures"]) => {
    const { mean, sd } = spread(own.map(({ measures }) => spread(measures[what]).mean));
    return `${mean.toPrecision(3)} ± ${sd.toPrecision(2)}`;
  };
  const of = (trials: readonly Trial[]) => trials.map(({ measures }) => measures.error);
  const { difference, low, high } = pairedComparison({ a: of(own), b: of(plain) });
  const gap = way === "plain" ? "" : `${[difference, low, high].map((value) => value.toFixed(3)).join(", ")}`;
  const steps = own.map(({ steps }) => steps).join(", ");
  const row = [
    way,
    seconds,
    steps,
    mean("error"),
    gap,
    mean("accuracy"),
    mean("outliers"),
    mean("perceptual"),
  ];
  console.log(`| ${[...row, spread(own.map(({ nfe }) => nfe)).mean.toFixed(0)].join(" | ")} |`);
}

const folder = () => {
  const path = join(projectRoot(), ".cache", "recipe-trials");
  mkdirSync(path, { recursive: true });
  return path;
};

main().catch((error) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
