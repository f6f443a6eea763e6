import type { NdArray } from "../../array";
import { quantise } from "../../data/pixels";
import { assertKnown, expected } from "../../errors";
import { assertRng, type Rng } from "../../random";
import { type ConfidenceInterval, signTest, wilsonInterval } from "../../statistics";
import { type LogOdds, logisticRegression } from "../../statistics/logistic-regression";
import { type FilledHoles, type HoleMeasure, holesOf, imageAt } from "./holes";
import { textureStatistics } from "./texture";

export interface ClassifierTestOptions extends FilledHoles {
  /** Each image is judged by a classifier that was trained on the other of this many groups. Default 5. */
  readonly folds?: number;
  /** Deals the images to groups. */
  readonly rng: Rng;
}

/** How well a classifier tells filled images from true ones. */
export interface ClassifierTest extends HoleMeasure {
  /**
   * The share of images of which the filled one looks more filled to the classifier than the true one: the
   * same question put as a choice between two.
   */
  readonly pairs: ConfidenceInterval & { readonly values: Float64Array };
  /**
   * The chance of right choices as many as these if filled and true images were exchangeable: twice the mean
   * over the groups of the sign test's p-value, which holds however the groups depend on each other
   * (Rüschendorf, 1982). It needs about ten images in each group to be able to be small.
   */
  readonly pValue: number;
}

/**
 * The classifier two-sample test (Lopez-Paz and Oquab, 2017): a classifier learns to tell filled images from
 * true ones, and `value` is the share of held-out images, filled and true, that it gets right: ½ for perfect
 * fillings, 1 for those that always give themselves away. The classifier is logistic regression on
 * `textureStatistics`, with the mask shown for both: it sees texture in and around the hole at the scale of
 * pixels, but not what the picture shows. Images are first rounded to 256 levels, and differences of less
 * than 6 of them don't count, so that no filling gives itself away by what can't be seen. The filled and the
 * true version of an image are always in the same group: none is judged by a classifier that has seen the
 * other. It is a strict judge: with specks on 2 % of the pixels it is right about 98 % of the images, and
 * soon can't tell bad from worse.
 *
 * @example
 * const keep = tiles({ grid: 4 }).draw({ n: 32, h: 8, w: 8 }, rng(0));
 * const x = pasteKnown({ x: gaussianBlur({ width: 1 })(images.x), truth: images.x, keep });
 * const { value, low, high, pValue } = classifierTest({ x, truth: images.x, keep, rng: rng(1) });
 * @throws when shapes differ, a pixel isn't finite, or there are fewer than two images with a hole per group.
 */
export function classifierTest(options: ClassifierTestOptions): ClassifierTest {
  assertKnown(options, { folds: true }, "classifierTest", { likely: true });
  const { folds = 5, rng, ...filled } = options;
  assertRng(rng);
  if (!(Number.isInteger(folds) && folds >= 2)) throw expected("2 folds or more", `${folds}`);
  const holes = holesOf(filled, 2 * folds);
  const rowsOf = (images: NdArray) =>
    Array.from(holes.images, (row) =>
      textureStatistics({ ...holes, data: imageAt(images, row) }, holes.of(row)),
    );
  const [ours, theirs] = [rowsOf(quantise(filled.x)), rowsOf(quantise(filled.truth))];
  const n = ours.length;
  const group = rng
    .fork("groups")
    .permutation(n)
    .map((place) => place % folds);
  const classifiers = Array.from({ length: folds }, (_, held) => {
    const seen = Array.from(group.keys()).filter((i) => group[i] !== held);
    return logisticRegression({
      rows: seen.flatMap((i) => [ours[i], theirs[i]]),
      labels: seen.flatMap(() => [true, false]),
    });
  });
  const scores = Array.from(group, (held, i) => judged(classifiers[held], ours[i], theirs[i]));
  const right = Float64Array.from(scores, ({ filled, real }) => (half(filled) + half(-real)) / 2);
  const chosen = Float64Array.from(scores, ({ filled, real }) => half(filled - real));
  const pValues = classifiers.map((_, held) => {
    const decided = chosen.filter((value, i) => group[i] === held && value !== 0.5);
    return signTest({ successes: sumOf(decided), n: decided.length });
  });
  // Classifiers that share training images err together: pairs then spread like those of half as many images.
  // For single images it makes up for that to count an image's two judgements as one.
  const interval = (values: Float64Array, share: number) =>
    wilsonInterval({ successes: share * sumOf(values), n: share * n });
  return Object.freeze({
    name: "accuracy of a classifier of texture (½ is perfect)",
    better: "lower",
    ...interval(right, 1),
    values: right,
    pairs: Object.freeze({ ...interval(chosen, 0.5), values: chosen }),
    pValue: Math.min(1, (2 * pValues.reduce((sum, p) => sum + p, 0)) / folds),
  });
}

const judged = (logOdds: LogOdds, filled: Float64Array, real: Float64Array) => ({
  filled: logOdds(filled),
  real: logOdds(real),
});

const sumOf = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0);

/** 1 above 0, 0 below, ½ at it. */
const half = (value: number) => (1 + Math.sign(value)) / 2;
