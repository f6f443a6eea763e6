import { type NdArray, ndarray } from "../array";
import type { Condition } from "../couplings/coupling";
import type { Named, Values } from "../engine";
import type { Network } from "../networks";
import { networkField } from "../training";
import { AbortError } from "../training/minimise";
import { stopwatch, type Times } from "./stopwatch";
import { trainOn, type Workload } from "./workload";

/** What is timed: a training step, or an evaluation of the velocity for a batch. */
export type CallKind = "training step" | "velocity";

interface Repetitions {
  /** Calls at most. */
  readonly calls: number;
  /** Seconds after which no further call is begun, once there are three. Default without end. */
  readonly seconds?: number;
}

type Timer = (repetitions: Repetitions) => Promise<Times>;

/**
 * Times calls of a workload, one after the other. The first two, which compile and find memory, aren't counted.
 * @param chunk most samples that a velocity is evaluated for at once; default as in `networkField`
 */
export function timedCalls(work: Workload, kind: CallKind, chunk?: number): Timer {
  return kind === "training step" ? trainer(work) : evaluator(work, chunk);
}

const trainer =
  (work: Workload): Timer =>
  async (repetitions) => {
    const clock = stopwatch(1); // the first tick comes after the first step
    const stop = new AbortController();
    const onProgress = () => {
      clock.tick();
      if (isEnough(clock, repetitions)) stop.abort();
    };
    const steps = repetitions.calls + 2;
    await trainOn(work, { steps, onProgress, signal: stop.signal }).catch((error: unknown) => {
      if (!(error instanceof AbortError)) throw error;
    });
    return clock;
  };

function evaluator({ network, parameters, batches }: Workload, chunk?: number): Timer {
  const field = networkField({ network, parameters, chunk });
  const conditions = batches.map((batch) => conditionOf(batch, network));
  let begun = false;
  return async (repetitions) => {
    const clock = stopwatch(begun ? 0 : 2);
    begun = true;
    clock.tick();
    for (let i = 0; !isEnough(clock, repetitions); i++) {
      const k = i % batches.length;
      const t = ((i % repetitions.calls) + 0.5) / repetitions.calls;
      await field({ x: batches[k].x as NdArray, t, xi: conditions[k] });
      clock.tick();
    }
    return clock;
  };
}

function isEnough({ seconds }: Times, { calls, seconds: most = Number.POSITIVE_INFINITY }: Repetitions) {
  if (seconds.length >= calls) return true;
  return seconds.length >= 3 && seconds.reduce((sum, time) => sum + time, 0) > most;
}

/** The condition that a network's inputs were made from. */
function conditionOf({ labels, embedding, ...inputs }: Named<Values>, { condition }: Network): Condition {
  const { x: _, t: __, target: ___, ...rest } = inputs as Record<string, NdArray>;
  return {
    ...rest,
    ...(labels && { labels: labels.data as Int32Array }),
    ...(embedding && { embedding: columns(embedding as NdArray, condition.embedding as number) }),
  };
}

/** The first columns of a matrix. */
function columns({ shape: [n, width], data }: NdArray, count: number): NdArray {
  const index = (e: number) => Math.floor(e / count) * width + (e % count);
  return ndarray(
    [n, count],
    Float32Array.from({ length: n * count }, (_, e) => data[index(e)]),
  );
}
