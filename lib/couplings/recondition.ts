import type { Condition } from "../conditions/condition";
import type { ConditionSpec } from "../conditions/part";
import type { Samples } from "../data/samples";
import { assertRng, type Rng } from "../random";
import type { Coupling, Pairs, Request } from "./coupling";
import { assertKeepsTargets } from "./kept-targets";

export interface Recondition {
  readonly name: string;
  readonly condition: ConditionSpec;
  /** The condition that replaces `xi`, which the coupling drew for these targets. */
  draw(xi: Condition, targets: Samples, rng: Rng): Condition;
  /** The same for draws of the base alone. */
  start(xi: Condition, request: Request): Condition;
}

/**
 * The coupling with the same draws (x0, x1) and another condition ξ. Its other properties stay. The wrapped
 * coupling draws first, so that the same seed gives the same x0 with and without the wrapper.
 */
export function recondition<C extends Coupling>(coupling: C, change: Recondition): C {
  const { start } = coupling;
  return Object.freeze({
    ...coupling,
    name: change.name,
    condition: Object.freeze({ ...change.condition }),
    draw(targets: Samples, rng: Rng) {
      assertRng(rng);
      const shown = (pairs: Pairs): Pairs => {
        assertKeepsTargets(pairs, targets, {
          coupling: coupling.name,
          advice: "To give each a condition, pass the classes or the embedding to that coupling itself.",
        });
        return Object.freeze({ ...pairs, xi: Object.freeze(change.draw(pairs.xi, targets, rng)) });
      };
      const drawn = coupling.draw(targets, rng);
      return drawn instanceof Promise ? drawn.then(shown) : shown(drawn);
    },
    ...(start && {
      start(request: Request, rng: Rng) {
        assertRng(rng);
        const begun = start(request, rng);
        return Object.freeze({ ...begun, xi: Object.freeze(change.start(begun.xi, request)) });
      },
    }),
  });
}
