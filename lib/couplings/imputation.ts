import { assertShape, type NdArray, ndarray, zeros } from "../array";
import { imagePart } from "../conditions/image";
import { conditionLabels, labelsSpec } from "../conditions/labels";
import { assertZeroOrOne, maskPart } from "../conditions/mask";
import type { Samples } from "../data/samples";
import { assertKnown, expected } from "../errors";
import { assertRng, type Rng } from "../random";
import type { DirectCoupling, Start } from "./coupling";
import { drawMask, type MaskSampler } from "./masks/mask";

/** Options of {@link imputation}. */
export interface ImputationOptions {
  /** What is hidden of the known values, such as `columns({ spans: data.spans })`. */
  readonly mask: MaskSampler;
  /** Coordinates d of a row. */
  readonly dim: number;
  /** The number of classes. Given, the velocity is conditioned on the labels. */
  readonly classes?: number;
}

/** A coupling that also starts where values are missing. */
export interface ImputationCoupling extends DirectCoupling {
  /** Rows with noise in place of their missing values, all others known: where filling them in starts. */
  impute(targets: Samples, rng: Rng): Start;
}

/**
 * In-painting for a table with missing values: of the known values some are hidden, x0 = ξ∘x1 + (1−ξ)∘ζ, and
 * learned from the others. A value that is missing can't be learned from: it is 0 in x0 and x1, doesn't move
 * (ξ.keep = 1) and is marked by 1 in ξ.image, so that the network takes it for unknown, not for 0. What the
 * velocity then transports to is the law of the hidden values given the known ones, whatever the others are:
 * the law of complete rows, where values are missing completely at random and some rows are complete. The
 * idea of a loss on known values alone is that of Ouyang et al. (2023, MissDiff, arXiv 2307.00467).
 *
 * @example
 * const coupling = imputation({ mask: columns({ spans: [[0, 1], [1, 2]] }), dim: 2 });
 * const x = ndarray([2, 2], Float32Array.of(1, Number.NaN, 2, 3));
 * const keep = ndarray([2, 2], Float32Array.of(1, 0, 1, 1));
 * const { x0 } = coupling.impute({ x, keep }, rng(0)); // noise where keep is 0, the values elsewhere
 * @throws drawing throws where x is NaN and `keep` doesn't say that it is missing, or where `keep` is
 * neither 0 nor 1.
 */
export function imputation(options: ImputationOptions): ImputationCoupling {
  assertKnown(options, { mask: true, dim: true, classes: true }, "imputation");
  const { mask, dim, classes } = options;
  if (!(Number.isInteger(dim) && dim > 0))
    throw expected("a whole number of coordinates above 0 as dim", `${dim}`);
  const name = "imputation";
  const given = ({ x, keep }: Samples) => {
    assertShape(x, [-1, dim], `rows for the coupling "${name}"`);
    if (keep) {
      assertShape(keep, x.shape, `the mask of known values for the coupling "${name}"`);
      assertZeroOrOne(keep);
    }
    const known = keep?.data ?? new Float32Array(x.data.length).fill(1);
    const filled = x.data.map((value, e) => (known[e] === 1 ? value : 0));
    const odd = filled.findIndex((value) => !Number.isFinite(value));
    if (odd < 0) return { known, filled };
    throw expected(
      `finite numbers, or 0 in keep where they are missing, for the coupling "${name}"`,
      `${filled[odd]} in row ${Math.floor(odd / dim)}`,
    );
  };
  return Object.freeze({
    name,
    condition: Object.freeze({
      ...labelsSpec(classes),
      keep: maskPart(),
      image: imagePart({ channels: dim }),
    }),
    draw(targets: Samples, rng: Rng) {
      assertRng(rng);
      const { x, labels } = targets;
      const { known, filled } = given(targets);
      const still = drawMask(mask, x, rng).data.map((kept, e) => (known[e] === 1 ? kept : 1));
      const xi = Object.freeze({
        keep: ndarray(x.shape, still),
        image: ndarray(
          x.shape,
          known.map((value) => 1 - value),
        ),
        ...conditionLabels(labels, { n: x.shape[0], classes, coupling: name }),
      });
      const { x0, zeta } = noiseIn(still, ndarray(x.shape, filled), rng);
      return Object.freeze({ x0, x1: ndarray(x.shape, filled), xi, zeta, sigma: 1 });
    },
    impute(targets: Samples, rng: Rng) {
      assertRng(rng);
      const { x, labels } = targets;
      const { known, filled } = given(targets);
      const xi = Object.freeze({
        keep: ndarray(x.shape, Float32Array.from(known)),
        image: zeros(x.shape),
        ...conditionLabels(labels, { n: x.shape[0], classes, coupling: name }),
      });
      return Object.freeze({ ...noiseIn(known, ndarray(x.shape, filled), rng), xi, sigma: 1 });
    },
  });
}

/** The rows with noise where they aren't kept, and the noise. */
function noiseIn(
  keep: ArrayLike<number>,
  x: NdArray,
  rng: Rng,
): { readonly x0: NdArray; readonly zeta: NdArray } {
  const [x0, zeta] = [zeros(x.shape, x), zeros(x.shape, x)];
  for (let e = 0; e < x.data.length; e++) {
    if (keep[e] === 0) zeta.data[e] = rng.normal();
    x0.data[e] = keep[e] === 0 ? zeta.data[e] : x.data[e];
  }
  return { x0, zeta };
}
