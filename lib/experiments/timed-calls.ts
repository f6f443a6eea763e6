import { type NdArray, ndarray } from "../array";
import type { Condition } from "../conditions/condition";
import type { Named, Values } from "../engine";
import type { Network } from "../networks";
import { networkField } from "../training";
import { AbortError } from "../training/minimise";
import { mostCalls, type Repetitions, repeated, type Times } from "./repetitions";
import { trainOn, type Workload } from "./workload";

/** What is timed: a training step, or an evaluation of the velocity for a batch. */
export type CallKind = "training step" | "velocity";

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
    const clock = repeated(repetitions, 2); // the first tick comes after the first step
    const stop = new AbortController();
    const onProgress = () => {
      if (clock.tick()) stop.abort();
    };
    const steps = mostCalls(repetitions) + 2;
    await trainOn(work, { steps, onProgress, signal: stop.signal }).catch((error: unknown) => {
      if (!(error instanceof AbortError)) throw error;
    });
    return clock.times();
  };

function evaluator({ network, parameters, batches }: Workload, chunk?: number): Timer {
  const field = networkField({ network, parameters, chunk });
  const conditions = batches.map((batch) => conditionOf(batch, network));
  let begun = false;
  return async (repetitions) => {
    const clock = repeated(repetitions, begun ? 1 : 3);
    begun = true;
    for (let i = 0; !clock.tick(); i++) {
      const k = i % batches.length;
      const t = ((i % repetitions.calls) + 0.5) / repetitions.calls;
      await field({ x: batches[k].x as NdArray, t, xi: conditions[k] });
    }
    return clock.times();
  };
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
