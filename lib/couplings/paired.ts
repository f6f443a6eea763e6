import { assertKnown, expected } from "../errors";
import type { DirectCoupling } from "./coupling";
import { type DataDependentOptions, dataDependent } from "./data-dependent";

/** Options of {@link paired} and {@link uncoupledPaired}. */
export interface PairedOptions extends Pick<DataDependentOptions, "classes"> {
  /** σ of the noise added to the given x0. Default 0. */
  readonly sigma?: DataDependentOptions["sigma"];
  /**
   * Condition the velocity on the given x0, without its noise, as ξ.image, which has this many channels.
   * Without it a flow need not keep the pairing.
   */
  readonly conditionOnX0?: { readonly channels: number };
}

/**
 * The coupling of data that come in pairs (x0, x1), such as before and after, or what `reflow` makes: x0 is
 * the targets' own `x0`, row by row, plus σζ.
 *
 * @example
 * const blurred = gaussianBlur({ width: 1 })(images.x);
 * const pairs = paired().draw({ x: images.x, x0: blurred }, rng(0)); // row i of x0 belongs to row i of x
 */
export function paired(options: PairedOptions = {}): DirectCoupling {
  assertKnown(options, { sigma: true, conditionOnX0: true, classes: true }, "paired");
  const { sigma = 0, conditionOnX0, classes } = options;
  return dataDependent({
    name: "paired",
    mean: ({ x, x0 }) => {
      if (x0) return x0;
      throw expected(
        `base draws x0 of shape [${x.shape.join(", ")}] with the targets`,
        "none",
        "Pass data as { x, x0 }, where row i of x0 belongs to row i of x.",
      );
    },
    sigma,
    conditionOnMean: conditionOnX0,
    classes,
  });
}
