import { concatRows } from "../array";
import { concatConditions } from "../conditions/rows";
import { batchOf, type Samples } from "../data/samples";
import { assertKnown, expected } from "../errors";
import { assertRng, type Rng } from "../random";
import type { DirectCoupling } from "./coupling";
import { drawDirectly } from "./draw-directly";

/** Options of {@link drawAhead}. */
export interface DrawAheadOptions {
  /** The coupling to draw from in advance. */
  readonly coupling: DirectCoupling;
  /** Samples of x1, with whatever the coupling needs to know about each. */
  readonly data: Samples;
  /** Targets per call of the coupling's `draw`. */
  readonly batch: number;
  /** How many batches to draw. */
  readonly batches: number;
  /** Source of the targets and the pairs. */
  readonly rng: Rng;
}

/** The pairs as data, and the coupling that returns them. */
export interface DrawnAhead {
  /** The pairs that were drawn, as samples with x0: batch · batches of them. */
  readonly data: Samples;
  /** Returns the pairs of the samples it is given, and draws nothing anew. */
  readonly coupling: DirectCoupling;
}

/**
 * Draws pairs from a coupling before training: `batches` batches of targets, sampled with replacement, each
 * coupled as a whole. For couplings that are expensive to draw, such as `minibatchOT`: transport is solved in
 * advance instead of at every step, and between more points than a training batch has. Training then reuses
 * the same pairs, so draw many.
 *
 * The returned coupling has the name, the condition and the `start` of the given one.
 *
 * @example
 * const ahead = drawAhead({ coupling: minibatchOT(), data, batch: 128, batches: 4, rng: rng(0) });
 * await train({ ...ahead, interpolant, network, steps: 10, batch: 32, seed: 0 }); // on 512 fixed pairs
 */
export function drawAhead(options: DrawAheadOptions): DrawnAhead {
  assertKnown(options, { coupling: true, data: true, batch: true, batches: true, rng: true }, "drawAhead", {
    likely: true,
  });
  const { coupling, data, batch, batches, rng } = options;
  assertRng(rng);
  for (const [name, value] of Object.entries({ batch, batches })) {
    if (!(Number.isInteger(value) && value > 0))
      throw expected(`a whole number above 0 as ${name}`, `${value}`);
  }
  const drawn = Array.from({ length: batches }, (_, k) =>
    drawDirectly(coupling, batchOf(data, batch, rng.fork("targets", k)), rng.fork("pairs", k)),
  );
  const all: Samples = Object.freeze({
    x: concatRows(drawn.map(({ x1 }) => x1)),
    x0: concatRows(drawn.map(({ x0 }) => x0)),
    ...concatConditions(drawn.map(({ xi }) => xi)),
  });
  const { start } = coupling;
  return Object.freeze({
    data: all,
    coupling: Object.freeze({
      name: coupling.name,
      condition: coupling.condition,
      draw({ x, x0, ...xi }: Samples) {
        if (!x0) throw expected("the pairs that were drawn ahead, with their x0", "targets without x0");
        return Object.freeze({ x0, x1: x, xi: Object.freeze(xi) });
      },
      ...(start && { start }),
    }),
  });
}
