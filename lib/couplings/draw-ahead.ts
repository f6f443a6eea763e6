import { concatRows } from "../array";
import { concatConditions } from "../conditions/rows";
import { batchOf, type Samples } from "../data/samples";
import { expected } from "../errors";
import type { Rng } from "../random";
import type { DirectCoupling } from "./coupling";

export interface DrawAheadOptions {
  readonly coupling: DirectCoupling;
  /** Draws of x1 to join, with what the coupling needs to know of each. */
  readonly data: Samples;
  /** Targets that are joined at once. */
  readonly batch: number;
  readonly batches: number;
  readonly rng: Rng;
}

/** Pairs as data, and the coupling that hands them out. */
export interface DrawnAhead {
  readonly data: Samples;
  readonly coupling: DirectCoupling;
}

/**
 * Draws pairs of a coupling before training: `batches` batches of targets, drawn with replacement, each joined as a
 * whole. For couplings that are dear to draw, such as `minibatchOT`: transport is solved once per pair instead of once
 * per step, and among more points than a training batch has. Training then goes over the same pairs again and again,
 * so draw many.
 *
 * The result's coupling has the name and the condition of the one given; `start` is that one's.
 */
export function drawAhead({ coupling, data, batch, batches, rng }: DrawAheadOptions): DrawnAhead {
  for (const [name, value] of Object.entries({ batch, batches })) {
    if (!(Number.isInteger(value) && value > 0))
      throw expected(`a whole number as ${name}, above 0`, `${value}`);
  }
  const drawn = Array.from({ length: batches }, (_, k) =>
    coupling.draw(batchOf(data, batch, rng.fork("targets", k)), rng.fork("pairs", k)),
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
