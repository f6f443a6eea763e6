import { assertKnown, expected } from "../errors";
import { gaussianMixture, type MixtureComponent, type MixtureCoupling } from "./gaussian-mixture";

/** Options of {@link ringPairs}. */
export interface RingPairsOptions {
  /** σ of the noise on x0, above 0. */
  readonly sigma: number;
  /**
   * From −1 to 1: the share of pairs in which x0 is made from the pair's own target, the others taking that
   * of an independent one; below 0, the share in which it is made from the target's mirror image. Default 1.
   */
  readonly share?: number;
}

/** Radius of the ring, and standard deviation of its modes. */
const [radius, deviation] = [2, 0.2];

/**
 * A degradation in the plane, known exactly: x1 lies on a ring of six Gaussian modes, at 30°, 90°, … 330°,
 * and x0 = (first coordinate of x1, 0) + σζ has lost the second coordinate. So there are two answers to every
 * x0, an upper and a lower one. Made from the mirror image, x0 = (− first coordinate, 0) + σζ.
 *
 * The ring is symmetric, so the law of x0 depends on σ alone, not on `share`: couplings of one σ differ in
 * which pairs are joined and in nothing else. The label is the mode of x1.
 *
 * @example
 * const coupling = ringPairs({ sigma: 0.5, share: 0.5 });
 * const { x0, x1 } = coupling.draw(coupling.targets(100, rng(0)), rng(1));
 * @throws when sigma is not above 0, or share not from −1 to 1.
 */
export function ringPairs(options: RingPairsOptions): MixtureCoupling {
  assertKnown(options, { sigma: true, share: true }, "ringPairs");
  const { sigma, share = 1 } = options;
  if (!(sigma > 0 && sigma < Number.POSITIVE_INFINITY)) throw expected("a sigma above 0", `${sigma}`);
  if (!(share >= -1 && share <= 1)) throw expected("a share from −1 to 1", `${share}`);
  const [own, side] = [Math.abs(share), share < 0 ? -1 : 1];
  const variance = deviation ** 2;
  const modes = Array.from({ length: 6 }, (_, k) => {
    const angle = (Math.PI / 6) * (2 * k + 1);
    return [radius * Math.cos(angle), radius * Math.sin(angle)] as const;
  });
  const laws = {
    cov00: [
      [variance + sigma ** 2, 0],
      [0, sigma ** 2],
    ],
    cov11: [
      [variance, 0],
      [0, variance],
    ],
  };
  const cov01 = [
    [side * variance, 0],
    [0, 0],
  ];
  const paired = modes.map((mean1, label): MixtureComponent => {
    return { weight: own / 6, mean0: [side * mean1[0], 0], mean1, ...laws, cov01, label };
  });
  // The six modes have three first coordinates.
  const independent = modes.slice(0, 3).flatMap(([first]) =>
    modes.map((mean1, label): MixtureComponent => {
      return { weight: (1 - own) / 18, mean0: [first, 0], mean1, ...laws, label };
    }),
  );
  return gaussianMixture({
    name: `ring pairs, σ = ${sigma}, share ${share}`,
    components: [...paired, ...independent].filter(({ weight }) => weight > 0),
  });
}
