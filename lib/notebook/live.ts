import type { Displayable } from "../figures/figure";
import { lossCurves } from "../figures/loss-curves";
import { bundleOf } from "./display";
import { notebookHost } from "./host";
import { pace } from "./pace";
import { displayPlace } from "./place";
import { progress } from "./progress";
import type { ProgressUpdate } from "./progress-text";
import { stillOf } from "./still";

/** What {@link live} is told after every step: the `Progress` of a training is such an update. */
export interface LiveUpdate<Model = unknown> extends ProgressUpdate {
  /** The loss at each step so far; without it there is no figure of the loss. */
  readonly losses?: ArrayLike<number>;
  /** The model so far; it is asked for only when samples are drawn. */
  model?(): Promise<Model>;
}

/** Samples while training. */
export interface LiveSamples<Model> {
  /**
   * Draws samples of the model so far, as a figure. Its randomness should come from a generator of its own:
   * starts that are drawn once, before the training, show best what changes.
   */
  draw(
    model: Model,
    at: { readonly step: number; readonly steps: number },
  ): Displayable | Promise<Displayable>;
  /**
   * Steps from one drawing to the next, however long it takes. When absent they are drawn every 10 seconds,
   * or more rarely, so that they take a twentieth of the time.
   */
  readonly every?: number;
}

/** Options of {@link live}. */
export interface LiveOptions<Model> {
  /** Whether the loss axis is logarithmic, as long as all losses are above 0. Default false. */
  readonly log?: boolean;
  /** Draws the model's samples beside the losses. Default: losses alone. */
  readonly samples?: LiveSamples<Model>;
  /**
   * Whether the figures stay when the work is done, in their final state. Default true. Where false only the
   * line stays, as is best for the trainings of a sweep.
   */
  readonly keep?: boolean;
}

/**
 * As {@link progress}, with figures below the line that are updated in place: the loss so far, and samples of
 * the model so far. It is meant for the `onProgress` of trainings, which wait while it draws; to call it
 * otherwise, await it.
 *
 * The loss is drawn every 5 seconds, or more rarely, so that it takes at most 5 % of the time; the final
 * state is always drawn. Samples that can't be drawn don't end the training: the error is printed, and it
 * goes on without them. Outside notebooks there is the line alone.
 *
 * @example
 * const starts = atBase(coupling.draw(take(data, 200), rng("starts")));
 * const trained = await train({
 *   data,
 *   coupling,
 *   interpolant,
 *   network,
 *   steps: 20,
 *   seed: 0,
 *   onProgress: live("moons", {
 *     samples: {
 *       async draw(b, { step }) {
 *         const { x } = await solveOde(b, starts, { method: euler({ steps: 8 }) });
 *         const axes = { x: { label: "x" }, y: { label: "y" } };
 *         const series = [{ name: "b", x }];
 *         return scatter2d({ title: "Samples", alt: `Step ${step}.`, ...axes, series });
 *       },
 *     },
 *   }),
 * });
 */
export function live<Model = unknown>(
  label: string,
  { log = false, samples, keep = true }: LiveOptions<Model> = {},
): (update: LiveUpdate<Model>) => Promise<"stop" | undefined> {
  const line = progress(label);
  const loss = figurePlace(5, 0.05);
  const sampled = figurePlace(10, 0.05);
  let broken = false;

  async function drawSamples(update: LiveUpdate<Model>): Promise<"stop" | undefined> {
    const { step, steps, model } = update;
    if (!samples || !model || broken) return undefined;
    try {
      return await sampled.draw(async () => samples.draw(await model(), { step, steps }), step < steps);
    } catch (error) {
      if (notebookHost()?.stopRequested()) return "stop";
      broken = true;
      const reason = error instanceof Error ? error.message : `${error}`;
      console.error(`The samples of ${label} at step ${step} can't be drawn, and no more are: ${reason}`);
      return undefined;
    }
  }

  async function drawLoss({ losses, step, steps }: LiveUpdate<Model>): Promise<"stop" | undefined> {
    if (!losses || losses.length < 2) return undefined;
    const positive = Array.prototype.every.call(losses, (value: number) => value > 0);
    const curve = lossCurves({
      title: `${label}: loss`,
      runs: [{ name: label, losses }],
      log: log && positive,
    });
    return loss.draw(() => curve, step < steps);
  }

  return async (update) => {
    if (line(update) === "stop") return "stop";
    if (!notebookHost()) return undefined;
    const { step, steps } = update;
    if (step >= steps && !keep) {
      for (const figure of [loss, sampled]) figure.clear();
      return undefined;
    }
    const every = samples?.every;
    const wanted = every === undefined ? sampled.due() : step % every === 0;
    if (step >= steps || loss.due()) if ((await drawLoss(update)) === "stop") return "stop";
    return step >= steps || wanted ? drawSamples(update) : undefined;
  };
}

/** A place for one figure, with the times at which it is drawn. */
function figurePlace(seconds: number, share: number) {
  const place = displayPlace();
  const { due, spend } = pace(seconds, share);
  return {
    due,
    /**
     * Draws a figure and shows it, as a picture alone if it is `passing`. Returns "stop", and forgets the
     * drawing, when the cell is interrupted meanwhile.
     */
    async draw(
      make: () => Displayable | Promise<Displayable>,
      passing: boolean,
    ): Promise<"stop" | undefined> {
      const drawn = await spend(() =>
        unlessStopped(async () => {
          const displayable = await make();
          const bundle = await bundleOf(displayable);
          return passing ? stillOf(displayable, bundle) : { data: bundle, metadata: displayable.metadata };
        }),
      );
      if (drawn === "stop") return "stop";
      place.show(drawn.data, drawn.metadata);
      return undefined;
    },
    /** Empties the place; front ends and the runner keep nothing of it. */
    clear() {
      if (place.taken) place.show({ "text/plain": "" });
    },
  };
}

/** The result of `work`, or "stop" as soon as the cell is interrupted. */
async function unlessStopped<T>(work: () => Promise<T>): Promise<T | "stop"> {
  let timer: NodeJS.Timeout | undefined;
  const stopped = new Promise<"stop">((resolve) => {
    timer = setInterval(() => {
      if (notebookHost()?.stopRequested()) resolve("stop");
    }, 200);
  });
  const result = work();
  result.catch(() => {}); // it may fail after it was forgotten
  try {
    return await Promise.race([result, stopped]);
  } finally {
    clearInterval(timer);
  }
}
