import { assertShape, type NdArray, zeros } from "../array";
import type { Condition } from "../conditions/condition";
import { imagePart } from "../conditions/image";
import { conditionLabels, labelsSpec } from "../conditions/labels";
import type { Samples } from "../data/samples";
import { assertKnown } from "../errors";
import { assertRng, type Rng } from "../random";
import type { DirectCoupling } from "./coupling";
import { applySigma, assertSigma, type Sigma } from "./sigma";

/** Options of {@link dataDependent}. */
export interface DataDependentOptions {
  /** What reports and errors call the coupling. Default "data-dependent". */
  readonly name?: string;
  /**
   * m(x1, ξ), of x1's shape; it may be random. Example: a blurred image, or one shrunk and enlarged again.
   */
  readonly mean: (targets: Samples, rng: Rng) => NdArray;
  /**
   * σ, a number, an array or a matrix, or a function that gives one for these targets. Where it has no
   * inverse, as for σ = 0, the base lies on a lower-dimensional set and has no score. Where it depends on
   * more than ξ, only a score learned directly (`scoreLoss`) is right: σ can't be taken out of the
   * expectation below.
   */
  readonly sigma: Sigma | ((targets: Samples, rng: Rng) => Sigma);
  /**
   * Condition the velocity on m(x1) as ξ.image, which has this many channels. Without it a flow need not keep
   * the pairing.
   */
  readonly conditionOnMean?: { readonly channels: number };
  /** The number of classes. Given, the velocity is conditioned on the labels. */
  readonly classes?: number;
}

const known = {
  name: true,
  mean: true,
  sigma: true,
  conditionOnMean: true,
  classes: true,
} as const satisfies Record<keyof DataDependentOptions, true>;

/**
 * The data-dependent coupling x0 = m(x1) + σζ, ζ ~ N(0, I): section 3.2 and Algorithm 1. Its pairs carry ζ
 * and σ, which give the score of an interpolant without latent: −E[(α_t σ)⁻ᵀ ζ | I_t, ξ].
 *
 * @example
 * const blur = gaussianBlur({ width: 1 });
 * const coupling = dataDependent({
 *   mean: ({ x }) => blur(x),
 *   sigma: 0.2,
 *   conditionOnMean: { channels: 1 },
 * });
 * const { x0, x1, xi } = coupling.draw(images, rng(0)); // x0 = blur(x1) + 0.2 ζ, xi.image = blur(x1)
 */
export function dataDependent(options: DataDependentOptions): DirectCoupling {
  const { name = "data-dependent", mean, sigma, conditionOnMean, classes } = options;
  assertKnown(options, known, `the coupling "${name}"`);
  if (typeof sigma !== "function") assertSigma(sigma);
  return Object.freeze({
    name,
    condition: Object.freeze({
      ...labelsSpec(classes),
      ...(conditionOnMean && { image: imagePart(conditionOnMean) }),
    }),
    draw(targets: Samples, rng: Rng) {
      assertRng(rng);
      const { x, labels } = targets;
      const m = mean(targets, rng);
      assertShape(m, x.shape, `the mean of the coupling "${name}", like x1,`);
      if (conditionOnMean) {
        assertShape(m, [...x.shape.slice(0, -1), conditionOnMean.channels], "the mean passed on as ξ.image");
      }
      const spread = typeof sigma === "function" ? sigma(targets, rng) : sigma;
      if (typeof sigma === "function") assertSigma(spread);
      const zeta = rng.normals(x.shape);
      const noise = applySigma(spread, zeta);
      const x0 = zeros(x.shape, x);
      for (let e = 0; e < x0.data.length; e++) x0.data[e] = m.data[e] + noise.data[e];
      const xi: Condition = Object.freeze({
        ...conditionLabels(labels, { n: x.shape[0], classes, coupling: name }),
        ...(conditionOnMean && { image: m }),
      });
      return Object.freeze({ x0, x1: x, xi, zeta, sigma: spread });
    },
  });
}
