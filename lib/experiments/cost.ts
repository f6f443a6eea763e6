import { extname, join } from "node:path";
import { forwardFlops, type Network, parameterCount } from "../networks";
import { defaultAccumulation } from "../training/step";
import type { CostTask } from "./cost-process";
import { inOwnProcess } from "./own-process";
import { type Quartiles, quartiles, type Repetitions, type Times } from "./repetitions";
import type { CallKind } from "./timed-calls";

/** Options of {@link measureCost}. */
export interface CostOptions extends Partial<Repetitions> {
  /** An `mlp`, `sit` or `unet`, which the process rebuilds from its name and options. */
  readonly network: Network;
  /** Shape of one sample, such as `[32, 32, 3]`. */
  readonly sample: readonly number[];
  /** Samples at once. */
  readonly batch: number;
  /** What to time: training steps, or evaluations of the velocity. */
  readonly kind: CallKind;
}

/** What a training step, or an evaluation of the velocity, costs. */
export interface Cost extends Quartiles {
  /** How many were timed. */
  readonly calls: number;
  /**
   * The share of the processors that other programs took meanwhile: more than a few percent slow the calls.
   */
  readonly others: number;
  /** How many parameters the network has. */
  readonly parameters: number;
  /** Samples computed at once: fewer than the batch where a training step cuts it into microbatches. */
  readonly atOnce: number;
  /**
   * Floating-point operations of one call by `forwardFlops`; a training step counts as three forward passes,
   * its optimizer not at all.
   */
  readonly flops: number;
  /** Billions of these per second. */
  readonly gflopsPerSecond: number;
  /**
   * The most memory that the process had in use, from its start: Node, libraries, compiling and all calls.
   */
  readonly peakBytes: number;
}

/**
 * Measures a network with random weights on random samples, in a process of its own that does nothing else
 * and keeps no compiled model: peak memory includes everything that a process did before. The process
 * inherits ENGINE and related variables. By default it makes 30 calls, or as many as fit in 2 seconds, and
 * repeats them up to five times while other programs take more than a tenth of the processors.
 */
export async function measureCost(options: CostOptions): Promise<Cost> {
  const { network, sample, batch, kind, calls = 30, seconds = 2, others = 0.1, attempts } = options;
  const flops = (kind === "velocity" ? 1 : 3) * (await forwardFlops(network, { sample, batch }));
  const { name, options: settings } = network;
  const task: CostTask = {
    network: { name, options: settings },
    sample,
    batch,
    kind,
    repetitions: { calls, seconds, others, attempts },
  };
  const measured = await inOwnProcess<Times & { readonly peakBytes: number }>(
    join(__dirname, `cost-process${extname(__filename)}`),
    task,
    { env: { ENGINE_CACHE: "off" } },
  );
  const times = quartiles(measured);
  return Object.freeze({
    ...times,
    calls: measured.seconds.length,
    others: measured.others,
    parameters: parameterCount(network),
    atOnce: kind === "velocity" ? batch : batch / defaultAccumulation(network, batch),
    flops,
    gflopsPerSecond: flops / times.seconds / 1e9,
    peakBytes: measured.peakBytes,
  });
}
