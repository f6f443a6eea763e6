import { assertShape } from "../array";
import { conditionLabels, labelsSpec } from "../conditions/labels";
import type { Samples } from "../data/samples";
import { assertKnown } from "../errors";
import { assertRng, type Base, type Rng, standardNormalBase } from "../random";
import type { DirectCoupling, Request } from "./coupling";

/** Options of {@link independent}. */
export interface IndependentOptions {
  /**
   * The number of classes. Given, the velocity is conditioned on the labels: b_t(x, ξ) generates the class
   * asked for.
   */
  readonly classes?: number;
  /** Draws the base. Default N(0, I), for which the one-sided score is known; for another base it is not. */
  readonly base?: Base;
}

/**
 * The independent coupling ρ₀(x0) ρ₁(x1): Table 1, first row, where ρ₀ = N(0, I).
 *
 * @example
 * independent(); // x0 ~ N(0, I), independent of the data
 * independent({ classes: 2 }); // the same, with the velocity conditioned on the labels
 */
export function independent(options: IndependentOptions = {}): DirectCoupling {
  assertKnown(options, { classes: true, base: true }, "independent");
  const { classes, base } = options;
  const name = "independent";
  const start = ({ shape, labels }: Request, rng: Rng) => {
    assertRng(rng);
    const xi = Object.freeze(conditionLabels(labels, { n: shape[0], classes, coupling: name }));
    if (!base) {
      const zeta = standardNormalBase(shape, rng);
      return Object.freeze({ x0: zeta, xi, zeta, sigma: 1 });
    }
    const x0 = base(shape, rng);
    assertShape(x0, shape, "draws of the base");
    return Object.freeze({ x0, xi });
  };
  return Object.freeze({
    name,
    condition: Object.freeze(labelsSpec(classes)),
    draw: ({ x, labels }: Samples, rng: Rng) =>
      Object.freeze({ ...start({ shape: x.shape, labels }, rng), x1: x }),
    start,
  });
}
