import { assertKnown, expected } from "../errors";
import { type Gamma, makeGamma } from "./gamma";

/** Options of {@link sigmoidBump}. */
export interface SigmoidBumpOptions {
  /** How steep the sides are: the f of the formula, above 0. Default 10. */
  readonly steepness?: number;
  /** The factor a of the formula, above 0. Default 1. */
  readonly scale?: number;
}

/**
 * γ_t = a [B(f(t − ½)) − B(f/2)], the difference of sigmoids B(u) = σ(u + 1) − σ(u − 1) shifted to be zero at
 * both ends (Albergo, Boffi and Vanden-Eijnden, 2023, arXiv 2303.08797). A bump in the middle of time, the
 * narrower the larger f.
 *
 * @example linear({ gamma: sigmoidBump() }).at(0.5).gamma; // 0.45
 * @throws unless steepness and scale are above 0.
 */
export function sigmoidBump(options: SigmoidBumpOptions = {}): Gamma {
  assertKnown(options, { steepness: true, scale: true }, "sigmoidBump");
  const { steepness = 10, scale } = options;
  if (!(steepness > 0 && steepness < Number.POSITIVE_INFINITY)) {
    throw expected("a steepness above 0", `${steepness}`);
  }
  return makeGamma({
    name: `sigmoids(${steepness})`,
    scale,
    curve: (t) => {
      const u = steepness * (t - 0.5);
      const [rise, fall] = [sigmoid(u + 1), sigmoid(u - 1)];
      return {
        // B is even: |u| makes both ends exactly zero.
        gamma: bump(Math.abs(u)) - bump(steepness / 2),
        dGamma: steepness * (rise * (1 - rise) - fall * (1 - fall)),
      };
    },
  });
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const bump = (u: number) => sigmoid(u + 1) - sigmoid(u - 1);
