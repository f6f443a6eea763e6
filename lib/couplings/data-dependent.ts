import { assertShape, type NdArray, zeros } from "../array";
import type { Samples } from "../data/samples";
import { expected } from "../errors";
import type { Rng } from "../random";
import type { Condition, Coupling } from "./coupling";
import { assertClasses, checkedLabels } from "./labels";

export interface DataDependentOptions {
  readonly name?: string;
  /** m(x1, ξ), of x1's shape; it may be random. Example: a blurred or a shrunk and enlarged image. */
  readonly mean: (targets: Samples, rng: Rng) => NdArray;
  /** Standard deviation σ ≥ 0 of the noise. With σ = 0 the base lies on the set of all m(x1), where no score exists. */
  readonly sigma: number;
  /** Show m(x1) to the velocity as ξ.image, of so many channels. Without it a flow need not keep the pairing. */
  readonly conditionOnMean?: { readonly channels: number };
  /** Show the labels to the velocity; there are so many classes. */
  readonly classes?: number;
}

/** The data-dependent coupling x0 = m(x1) + σζ, ζ ~ N(0, I): section 3.2 and Algorithm 1. */
export function dataDependent(options: DataDependentOptions): Coupling {
  const { name = "data-dependent", mean, sigma, conditionOnMean, classes } = options;
  if (!(sigma >= 0 && sigma < Number.POSITIVE_INFINITY)) throw expected("a sigma of 0 or more", `${sigma}`);
  assertClasses(classes);
  return Object.freeze({
    name,
    condition: Object.freeze({
      ...(classes !== undefined && { classes }),
      ...(conditionOnMean && { imageChannels: conditionOnMean.channels }),
    }),
    draw(targets: Samples, rng: Rng) {
      const { x, labels } = targets;
      const m = mean(targets, rng);
      assertShape(m, x.shape, `the mean of the coupling "${name}", like x1,`);
      if (conditionOnMean) {
        assertShape(m, [...x.shape.slice(0, -1), conditionOnMean.channels], "the mean shown as ξ.image");
      }
      const x0 = zeros(x.shape, x);
      for (let i = 0; i < x0.data.length; i++) x0.data[i] = m.data[i] + sigma * rng.normal();
      const xi: Condition = Object.freeze({
        ...(classes !== undefined && {
          labels: checkedLabels(labels, { n: x.shape[0], classes, coupling: name }),
        }),
        ...(conditionOnMean && { image: m }),
      });
      return Object.freeze({ x0, x1: x, xi });
    },
  });
}
