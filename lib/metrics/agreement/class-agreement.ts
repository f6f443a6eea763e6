import type { NdArray } from "../../array";
import { choose, expected } from "../../errors";
import type { FeatureNetwork } from "../features/feature-network";
import { rowsByClass } from "./diversity";

/** What {@link conditionAgreement} says. */
export interface Agreement {
  /** Fraction of the images that the network assigns to the requested class. */
  readonly agreement: number;
  /** The same by class; null for a class that wasn't requested. */
  readonly perClass: readonly (number | null)[];
  /** The network's own accuracy on real test images: an agreement above it is meaningless. */
  readonly judgeAccuracy: number;
}

/**
 * How often a network classifies generated images as the requested class.
 *
 * @example
 * const network = await featureNetwork("mnist");
 * const labels = Int32Array.from({ length: 20 }, (_, i) => i % 10); // the requested classes
 * const generated = rng(0).normals([20, 32, 32, 1]);
 * const { agreement, judgeAccuracy } = await conditionAgreement(network, generated, labels);
 * @param labels the requested class, one per image
 * @param head which of the network's heads; default its first
 * @throws when there is no image, the lengths differ, or a label is not one of the head's classes.
 */
export async function conditionAgreement(
  network: FeatureNetwork,
  images: NdArray,
  labels: Int32Array,
  head = Object.keys(network.heads)[0],
): Promise<Agreement> {
  if (head === undefined)
    throw expected("a network that classifies images", `${network.name}, which has no heads`);
  const classes = choose(`head of ${network.name}`, head, network.heads);
  const n = images.shape[0];
  if (labels.length !== n || n === 0) {
    throw expected("as many labels as images, at least one", `${labels.length} and ${n}`);
  }
  const rows = rowsByClass(labels, classes.length);
  if (rows.length > classes.length) {
    throw expected(`labels from 0 to ${classes.length - 1} for head "${head}"`, `${rows.length - 1}`);
  }
  const seen = await network.classify(images, head);
  const right = (row: number) => seen[row] === labels[row];
  return Object.freeze({
    agreement: Array.from(labels.keys()).filter(right).length / n,
    perClass: Object.freeze(
      rows.map((members) => (members.length === 0 ? null : members.filter(right).length / members.length)),
    ),
    judgeAccuracy: network.accuracy[head],
  });
}
