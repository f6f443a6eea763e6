import type { EngineName } from "../../../lib/engine";
import { answerParent } from "../../../lib/experiments/own-process";
import { train } from "../../../lib/training";
import { options, sumOf } from "./problem";

/** What another process is to do with the training of problem.ts. */
export interface Task {
  readonly steps?: number;
  readonly keepAs?: string;
  readonly engine?: EngineName;
  /** The step after which this process kills itself. */
  readonly killAt?: number;
  /** How much faster than usual the clock goes: the training is saved every 30 seconds of it. */
  readonly haste?: number;
}

answerParent(async ({ killAt, haste = 1, ...changes }: Task) => {
  const now = performance.now.bind(performance);
  performance.now = () => haste * now();
  let resumedAt: number | undefined;
  const model = await train({
    ...options(changes),
    onProgress(progress) {
      resumedAt = progress.resumedAt;
      if (progress.step === killAt) process.kill(process.pid, "SIGKILL");
    },
  });
  return { sum: sumOf(model), kept: model.kept !== undefined, resumedAt };
});
