import { assertShape, type NdArray, ndarray, zeros } from "../array";
import type { Condition } from "../conditions/condition";
import { maskOn } from "../conditions/mask";
import type { Pairs } from "../couplings/coupling";
import { expected } from "../errors";
import type { Field } from "../fields/field";
import type { Interpolant } from "../interpolants";
import { type HoleMeasures, holeError, holeMeasures, imageDistances, transportLadder } from "../metrics";
import type { OdeOptions, Solution } from "../samplers";
import { type ComparedDistances, type ComparedImages, comparedDistances } from "./compared-images";

/**
 * The mask of an in-painting condition, 1 on known pixels: ξ.keep of `inpainting`, the last channel of
 * ξ.image of `uncoupledInpainting`.
 */
export function knownPixels(xi: Condition): NdArray {
  if (xi.keep) return xi.keep;
  if (!xi.image) throw expected("a condition with a mask", "one with neither keep nor image");
  const { shape, data } = xi.image;
  const width = shape[3];
  const known = new Float32Array(data.length / width);
  for (let p = 0; p < known.length; p++) known[p] = data[p * width + width - 1];
  return ndarray([...shape.slice(0, 3), 1], known);
}

/**
 * The image with its known pixels, where `keep` is 1, replaced by those of `truth`.
 *
 * @example
 * const coupling = inpainting({ mask: tiles({ grid: 4, p: 0.5 }) });
 * const { x0, x1, xi } = coupling.draw(images, rng(1));
 * const filled = pasteKnown({ x: rng(2).normals(x0.shape), truth: x1, keep: knownPixels(xi) });
 * changedKnown({ x: filled, truth: x1, keep: knownPixels(xi) }); // 0
 */
export function pasteKnown({ x, truth, keep }: Record<"x" | "truth" | "keep", NdArray>): NdArray {
  assertShape(truth, x.shape, "the truth, like x,");
  const out = zeros(x.shape, x);
  maskOn(keep, x).blend(truth.data, x.data, out.data);
  return out;
}

/** How many values on known pixels differ from the truth, by any bit. */
export function changedKnown({ x, truth, keep }: Record<"x" | "truth" | "keep", NdArray>): number {
  const { known } = maskOn(keep, x);
  let changed = 0;
  for (let e = 0; e < x.data.length; e++) {
    if (known[e] === 1 && x.data[e] !== truth.data[e]) changed++;
  }
  return changed;
}

/** Options of {@link measureInpainting}. */
export interface InpaintingOptions extends ComparedImages, Omit<OdeOptions, "from" | "to"> {
  /** The velocity that fills the holes. */
  readonly b: Field;
  /** Draws of the coupling for images that the model has not seen. */
  readonly pairs: Pairs;
  /** The interpolant of the bound. */
  readonly interpolant: Interpolant;
  /**
   * Whether to look at the holes, too, by `holeMeasures`, which takes about ten seconds for 480 images.
   * Default false.
   */
  readonly holes?: boolean;
}

/** The results of an in-painting model on unseen images; the distances are those of `filled`. */
export interface InpaintingResult extends ComparedDistances {
  /** The mask, `[n, h, w, 1]`: 1 on known pixels, 0 in the hole. */
  readonly keep: NdArray;
  /** The flow; its `x` are the samples before the known pixels are put back. */
  readonly solution: Solution;
  /** The samples with the known pixels put back; for a masked velocity the samples themselves. */
  readonly filled: NdArray;
  /** Values on known pixels that are not bit for bit those of the truth. */
  readonly changedKnown: number;
  /** Their share of all values on known pixels. */
  readonly changedShare: number;
  /** The kernel distance of the samples as they are, known pixels not put back. */
  readonly kernelRaw: number;
  /** Mean squared error per value in the hole, for values from −1 to 1. */
  readonly holeMse: number;
  /** That error as a peak signal-to-noise ratio in decibels. */
  readonly holePsnr: number;
  /** E|X₁ − x0|², the mean squared distance from start to end. */
  readonly cost: number;
  /** ∫E|b_t(X_t)|² dt along the flow: at least the cost. */
  readonly action: number;
  /** ∫E|İ_t|² dt of the coupling: at least the action if b is its exact velocity. */
  readonly bound: number;
  /** Evaluations of the velocity per sample. */
  readonly nfe: number;
  /** What can be seen of the filled holes, with values by image; where `holes` asked for it. */
  readonly holes?: HoleMeasures;
}

/**
 * In-paints the targets of `pairs` and measures the result. The known pixels are put back before images are
 * compared, which can only help a model that has disturbed them; `kernelRaw` is the distance without that
 * help.
 *
 * @example
 * const digits = await mnist({ limit: { train: 32, test: 48 } });
 * const coupling = inpainting({ mask: tiles({ grid: 8, p: 0.3 }) });
 * const result = await measureInpainting({
 *   b: masked(({ x }) => x), // in place of a trained velocity
 *   pairs: coupling.draw(take(digits.test, 16), rng(1)),
 *   interpolant: linear(),
 *   network: await featureNetwork("mnist"),
 *   reference: sliceRows(digits.test.x, 16, 48),
 *   train: digits.train.x,
 *   rng: rng(2),
 *   method: midpoint({ steps: 5 }),
 * });
 * result.changedKnown; // 0: a masked velocity moves no known pixel
 * result.kernel; // against result.kernelOfTruth, that of perfect in-painting
 */
export async function measureInpainting(options: InpaintingOptions): Promise<InpaintingResult> {
  const { b, pairs, interpolant, network, reference, train, rng, holes = false, ...solve } = options;
  const { cost, action, bound, solution } = await transportLadder({ b, pairs, interpolant, ...solve });
  const truth = pairs.x1;
  const keep = knownPixels(pairs.xi);
  const filled = pasteKnown({ x: solution.x, truth, keep });
  const compared = { network, reference, train, rng };
  const distances = await comparedDistances({ ...compared, x: filled, truth });
  const [raw] = await imageDistances({ ...compared, generated: solution.x, draws: 0 });
  const changed = changedKnown({ x: solution.x, truth, keep });
  const hole = holeError({ x: solution.x, truth, keep });
  return Object.freeze({
    keep,
    solution,
    filled,
    changedKnown: changed,
    changedShare: changed / maskOn(keep, truth).known.reduce((sum, value) => sum + value, 0),
    ...distances,
    kernelRaw: raw.value,
    holeMse: hole.mse.value,
    holePsnr: hole.psnr,
    cost: cost.value,
    action: action.value,
    bound: bound.value,
    nfe: solution.nfe,
    ...(holes && {
      holes: await holeMeasures({ x: filled, truth, keep, network, rng: rng.fork("holes") }),
    }),
  });
}
