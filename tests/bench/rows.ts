import { maskPart } from "../../lib/conditions";
import type { CallKind } from "../../lib/experiments/timed-calls";
import type { Workload } from "../../lib/experiments/workload";
import { mlp, parameterCount, sit, unet } from "../../lib/networks";
import { makeWork, referenceMlp, referenceUnet } from "./work";

/** Something that is timed here and in PyTorch. */
export interface Row {
  /** What `--only` names it by. */
  readonly id: string;
  readonly title: string;
  readonly kind: CallKind;
  readonly work: () => Workload;
  /** Calls in one turn, and with `--quick`. */
  readonly calls: readonly [usual: number, quick: number];
  /** How many times faster than PyTorch it should be. */
  readonly speedup?: number;
  /** The share of the fastest matrix product that it should reach. */
  readonly share?: number;
}

const once = <T>(make: () => T): (() => T) => {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
};

const referenceWork = once(() =>
  makeWork({
    name: "U-Net",
    network: referenceUnet(),
    sample: [28, 28, 1],
    batch: 64,
    batches: 2,
    learningRate: 2e-4,
  }),
);

const paperWork = once(() =>
  makeWork({
    name: "paper's U-Net",
    network: unet({ channels: 3, dim: 32, mults: [1, 2, 2], condition: { keep: maskPart() } }),
    sample: [32, 32, 3],
    batch: 64,
    batches: 2,
    learningRate: 2e-4,
  }),
);

const transformerWork = once(() =>
  makeWork({
    name: "transformer",
    network: sit({ channels: 3, patch: 4, width: 192, depth: 6 }),
    sample: [32, 32, 3],
    batch: 64,
    batches: 2,
    learningRate: 2e-4,
  }),
);

const mlpWork = once(() =>
  makeWork({ name: "MLP", network: referenceMlp(), sample: [2], batch: 512, batches: 8 }),
);

const millions = (work: Workload) => `${(parameterCount(work.network) / 1e6).toFixed(2)} M`;

export const rows: readonly Row[] = [
  {
    id: "unet-train",
    title: "reference U-Net, training step (28×28×1, batch 64)",
    kind: "training step",
    work: referenceWork,
    calls: [6, 3],
    speedup: 2,
    share: 0.55,
  },
  {
    id: "unet-velocity",
    title: "reference U-Net, velocity",
    kind: "velocity",
    work: referenceWork,
    calls: [15, 5],
    speedup: 3.3,
    share: 0.8,
  },
  {
    id: "paper-train",
    title: "paper-shaped U-Net, training step (32×32×3 and mask, batch 64)",
    kind: "training step",
    work: paperWork,
    calls: [4, 2],
    speedup: 1.8,
  },
  {
    id: "paper-velocity",
    title: "paper-shaped U-Net, velocity",
    kind: "velocity",
    work: paperWork,
    calls: [8, 3],
    speedup: 3,
  },
  {
    id: "sit-train",
    title: "transformer like SiT, training step (patch 4, width 192, depth 6, 32×32×3, batch 64)",
    kind: "training step",
    work: transformerWork,
    calls: [6, 3],
    speedup: 1.3,
  },
  {
    id: "sit-velocity",
    title: "transformer like SiT, velocity",
    kind: "velocity",
    work: transformerWork,
    calls: [15, 5],
    speedup: 1.5,
  },
  {
    id: "mlp-train",
    title: "MLP 3→256→256→256→2, training step (batch 512)",
    kind: "training step",
    work: mlpWork,
    calls: [300, 100],
    speedup: 2,
  },
  {
    id: "mlp-velocity",
    title: "MLP, velocity",
    kind: "velocity",
    work: mlpWork,
    calls: [300, 100],
  },
];

/** Title with the number of parameters. */
export const fullTitle = (row: Row): string => `${row.title}: ${millions(row.work())} parameters`;

export const rowOf = (id: string): Row | undefined => rows.find((row) => row.id === id);

/** A small MLP whose steps are many and short: for what must not grow with their number. */
export const smallMlpWork = once(() =>
  makeWork({
    name: "small MLP",
    network: mlp({ dim: 2, width: 64, depth: 3 }),
    sample: [2],
    batch: 128,
    batches: 8,
  }),
);
