import type { Displayable } from "../figures/figure";
import { displayOf, send } from "./display";
import { notebookHost } from "./host";
import { inOrder } from "./pending";
import { displayPlace } from "./place";

/** A place that is filled later. */
export interface Reserved {
  /** Shows something there, in place of what it shows now. */
  show(thing: Displayable | Promise<Displayable>): Promise<void>;
}

/**
 * Shows something, and later something else in its place, from whatever cell: an answer at the top of a
 * notebook that its last cell computes. Outside notebooks both are printed.
 *
 * @example
 * const answer = reserve(markdown("*The answer stands here once all cells have run.*"));
 * await answer.show(markdown("It is **42**.")); // in the last cell
 */
export function reserve(until: Displayable): Reserved {
  const place = displayPlace();
  const fill = (thing: Displayable | Promise<Displayable>) => {
    const display = displayOf(thing);
    display.catch(() => {}); // this call reports it, not the process
    return inOrder(async () => {
      const { bundle, metadata } = await display;
      if (notebookHost()) place.show(bundle, metadata);
      else send({ bundle, metadata });
    });
  };
  fill(until);
  return Object.freeze({ show: fill });
}
