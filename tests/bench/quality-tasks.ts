import type { NdArray } from "../../lib/array";
import type { Condition } from "../../lib/conditions";
import {
  atBase,
  type Coupling,
  independent,
  inpainting,
  type PairMoments,
  pairMoments,
  tiles,
} from "../../lib/couplings";
import { emoji, mnist, type Samples, take } from "../../lib/data";
import { knownPixels } from "../../lib/experiments/inpainting";
import { conditionAgreement, featureNetwork, holeError } from "../../lib/metrics";
import { rng } from "../../lib/random";
import type { Goal } from "./quality-time";

/** What is learned from nothing, and how good is good enough. */
export interface QualityTask extends Goal {
  /** The goal in words. */
  readonly title: string;
  readonly data: Samples;
  readonly coupling: Coupling;
  /** The coupling and its options, as learner.py names them. */
  readonly draws: Readonly<Record<string, unknown>>;
  readonly moments: PairMoments;
  /** Where the flows begin whose ends are judged, the same for every training. */
  readonly start: { readonly x: NdArray; readonly xi: Condition };
  /** Of the midpoint method. */
  readonly solver: { readonly steps: number };
  /** How good the ends of these flows are. */
  quality(x: NdArray): Promise<number>;
  /** Steps of training between two looks. */
  readonly every: number;
}

/** The tasks by the names of their rows. */
export const qualityTasks = { "quality-emoji": filledEmoji, "quality-digits": askedDigits };

const momentsOf = (given: Pick<QualityTask, "coupling" | "data">) =>
  pairMoments({ ...given, draws: 4096, rng: rng("moments") });

/** Holes filled in emoji, of which those that are filled are held out by name. */
async function filledEmoji(): Promise<QualityTask> {
  const target = 0.15;
  const { train, validation } = await emoji({ size: 32, split: { validation: 0.1, apart: 0.01 } });
  const data = { x: train.x };
  const [grid, hole] = [8, 0.3];
  const coupling = inpainting({ mask: tiles({ grid, p: hole }) });
  const held = coupling.draw(take({ x: validation!.x }, 96), rng("held"));
  return {
    title: `a hole error of ${target} on ${held.x1.shape[0]} emoji held out`,
    measure: "a hole error",
    target,
    better: "lower",
    data,
    coupling,
    draws: { coupling: "inpainting", grid, hole },
    moments: await momentsOf({ coupling, data }),
    start: atBase(held),
    solver: { steps: 6 },
    quality: async (x) => holeError({ x, truth: held.x1, keep: knownPixels(held.xi) }).mse.value,
    every: 50,
    most: 4000,
  };
}

/** Digits from N(0, Id) by a velocity that sees the label, as `digitsByLabel` of the models makes them. */
async function askedDigits(): Promise<QualityTask> {
  const [target, each] = [0.5, 40];
  const { train, classes } = await mnist({ size: 32, limit: { train: 10_000 } });
  const data = { x: train.x, labels: train.labels };
  const coupling = independent({ classes: classes.length });
  const labels = Int32Array.from({ length: each * classes.length }, (_, i) => i % classes.length);
  const shape = [labels.length, ...train.x.shape.slice(1)];
  const judge = await featureNetwork("mnist");
  return {
    title: `an agreement of ${target} on ${labels.length} digits, ${each} of each`,
    measure: "an agreement",
    target,
    better: "higher",
    data,
    coupling,
    draws: { coupling: "independent" },
    moments: await momentsOf({ coupling, data }),
    start: atBase(await coupling.start!({ shape, labels }, rng("asked"))),
    solver: { steps: 6 },
    quality: async (x) => (await conditionAgreement(judge, x, labels)).agreement,
    every: 100,
    most: 4000,
  };
}
