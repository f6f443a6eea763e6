import type { Samples } from "../data/samples";
import { expected } from "../errors";
import type { Rng } from "../random";
import type { DirectCoupling, Pairs } from "./coupling";

/** The draws of a coupling that must not need a promise. @throws where it returns one all the same. */
export function drawDirectly(coupling: DirectCoupling, targets: Samples, rng: Rng): Pairs {
  const drawn: Pairs | Promise<Pairs> = coupling.draw(targets, rng);
  if (!(drawn instanceof Promise)) return drawn;
  drawn.catch(() => {}); // said below, whatever becomes of it
  throw expected("a coupling that draws without a promise", `"${coupling.name}", which returns one`);
}
