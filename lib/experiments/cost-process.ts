import { restoreNetwork } from "../networks";
import { rng } from "../random";
import { answerParent } from "./own-process";
import { peakMemory } from "./peak-memory";
import type { Repetitions } from "./repetitions";
import { type CallKind, timedCalls } from "./timed-calls";
import { makeWorkload } from "./workload";

// The process of one measurement by measureCost.

export interface CostTask {
  readonly network: { readonly name: string; readonly options: Readonly<Record<string, unknown>> };
  readonly sample: readonly number[];
  readonly batch: number;
  readonly kind: CallKind;
  readonly repetitions: Repetitions;
}

answerParent(async ({ network, sample, batch, kind, repetitions }: CostTask) => {
  const work = makeWorkload({
    name: kind,
    network: restoreNetwork(network.name, network.options),
    sample,
    batch,
    rng: rng("cost"),
  });
  const times = await timedCalls(work, kind, batch)(repetitions);
  return { ...times, peakBytes: peakMemory() };
});
