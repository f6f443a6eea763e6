import { ndarray } from "../array";
import { AbortError } from "../errors";
import { networkField } from "../fields";
import { mostCalls, type Repetitions, repeated, type Times } from "./repetitions";
import { trainOn, type Workload } from "./workload";

/** What is timed: a training step, or an evaluation of the velocity for a batch. */
export type CallKind = "training step" | "velocity";

type Timer = (repetitions: Repetitions) => Promise<Times>;

/**
 * Times calls of a workload, one after the other. The first two, which compile and allocate memory, aren't
 * counted.
 * @param chunk largest number of samples that a velocity is evaluated for at once; default as in
 * `networkField`
 */
export function timedCalls(work: Workload, kind: CallKind, chunk?: number): Timer {
  return kind === "training step" ? trainer(work) : evaluator(work, chunk);
}

const trainer =
  (work: Workload): Timer =>
  async (repetitions) => {
    const clock = repeated(repetitions, 2); // the first tick comes after the first step
    const onProgress = () => (clock.tick() ? "stop" : undefined);
    const steps = mostCalls(repetitions) + 2;
    await trainOn(work, { steps, onProgress }).catch((error: unknown) => {
      if (!(error instanceof AbortError)) throw error;
    });
    return clock.times();
  };

function evaluator({ network, parameters, batches }: Workload, chunk?: number): Timer {
  const field = networkField({ network, parameters, chunk });
  const points = batches.map(({ inputs, xi }) => {
    const { shape, data } = inputs.input.x;
    return { x: ndarray(shape, data as Float32Array), xi };
  });
  let begun = false;
  return async (repetitions) => {
    const clock = repeated(repetitions, begun ? 1 : 3);
    begun = true;
    for (let i = 0; !clock.tick(); i++) {
      const t = ((i % repetitions.calls) + 0.5) / repetitions.calls;
      await field({ ...points[i % points.length], t });
    }
    return clock.times();
  };
}
