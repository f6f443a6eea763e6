import { expected } from "../errors";
import type { Checkpoint, Snapshot } from "./checkpoint";
import type { Layout } from "./parameters";

/** A model after a number of steps. */
interface ModelAt<P> {
  readonly steps: number;
  readonly average: P;
}

/** The models of snapshots. */
export const snapshotsOf = <P>(layout: Layout<P>, taken: readonly Snapshot[] = []): readonly ModelAt<P>[] =>
  Object.freeze(taken.map(({ steps, average }) => Object.freeze({ steps, average: layout.split(average) })));

/**
 * The snapshots up to where a run goes on, of those that are asked for: a branch's origin may have others.
 * @throws if some are not to be had any more.
 */
export function takenBefore(asked: readonly number[], resumed: Checkpoint | undefined): Snapshot[] {
  if (!resumed) return [];
  const { step, state, snapshots: had = [] } = resumed;
  const there = [...had, { steps: step, average: state.average.data as Float32Array }];
  const found = asked.filter((at) => at <= step).map((at) => there.find(({ steps }) => steps === at) ?? at);
  const gone = found.filter((one) => typeof one === "number");
  if (gone.length === 0) return found as Snapshot[];
  const kept = had.map(({ steps }) => steps).join(", ");
  throw expected(
    `snapshots from step ${step} on, where this branch begins${kept && `, or at those of its origin (${kept})`}`,
    gone.join(", "),
    "The model after these steps was not kept: leave them out, or train without branchFrom.",
  );
}
