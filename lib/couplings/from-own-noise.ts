import type { NdArray } from "../array";
import type { Samples } from "../data/samples";
import type { Rng } from "../random";
import type { DirectCoupling } from "./coupling";

/**
 * The same draws of a coupling with x0 = m(x1) + ζ, but from x0 = ζ: the base no longer knows x1, while ξ
 * shows the velocity what it did.
 */
export function fromOwnNoise(coupled: DirectCoupling): DirectCoupling {
  return Object.freeze({
    name: `uncoupled ${coupled.name}`,
    condition: coupled.condition,
    draw(targets: Samples, rng: Rng) {
      const pairs = coupled.draw(targets, rng);
      return Object.freeze({ ...pairs, x0: pairs.zeta as NdArray });
    },
  });
}
