import type { Samples } from "../data/samples";
import type { Rng } from "../random";
import type { Condition, Coupling, Request } from "./coupling";
import { assertClasses, checkedLabels } from "./labels";

/**
 * The independent coupling ρ₀(x0) ρ₁(x1) with ρ₀ = N(0, I): Table 1, first row.
 * With `classes` the labels are shown to the velocity, so that b_t(x, ξ) makes the class asked for.
 */
export function independent({ classes }: { readonly classes?: number } = {}): Coupling {
  assertClasses(classes);
  const name = "independent";
  const start = ({ shape, labels }: Request, rng: Rng) => {
    const xi: Condition = Object.freeze(
      classes === undefined
        ? {}
        : { labels: checkedLabels(labels, { n: shape[0], classes, coupling: name }) },
    );
    const zeta = rng.normals(shape);
    return Object.freeze({ x0: zeta, xi, zeta, sigma: 1 });
  };
  return Object.freeze({
    name,
    condition: Object.freeze(classes === undefined ? {} : { classes }),
    draw: ({ x, labels }: Samples, rng: Rng) =>
      Object.freeze({ ...start({ shape: x.shape, labels }, rng), x1: x }),
    start,
  });
}
