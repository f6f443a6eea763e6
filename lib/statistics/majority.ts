import { expected } from "../errors";

/**
 * The label that is the most frequent one in each group, among members whose label is known; −1 where none
 * is. Of equally frequent ones it is the least. It gives clusters a name by few labels.
 *
 * @example
 * const { groups } = kMeans({ x: data.x, count: 8, rng: rng(0) });
 * const { labels } = weakLabels(data, { known: 0.1, classes: 2, rng: rng(1) });
 * majority(groups, labels); // for each cluster, the moon that most of its few known labels say
 * @throws when there are not as many labels as members, or one is not a whole number of −1 or more.
 */
export function majority(groups: Int32Array, labels: Int32Array): Int32Array {
  if (groups.length !== labels.length) {
    throw expected(`${groups.length} labels, one for each member of a group`, `${labels.length}`);
  }
  const low = Math.min(0, ...[groups, labels].map((all) => all.reduce((least, k) => Math.min(least, k), 0)));
  if (low < -1 || groups.some((group) => group < 0)) {
    throw expected("groups of 0 or more, and labels of −1 or more", `${low}`);
  }
  const counts = new Map<number, number[]>();
  groups.forEach((group, i) => {
    const votes = counts.get(group) ?? [];
    if (labels[i] >= 0) votes[labels[i]] = (votes[labels[i]] ?? 0) + 1;
    counts.set(group, votes);
  });
  const last = groups.reduce((most, group) => Math.max(most, group), -1);
  return Int32Array.from({ length: last + 1 }, (_, group) => {
    let [best, most] = [-1, 0];
    counts.get(group)?.forEach((votes, label) => {
      if (votes > most) [best, most] = [label, votes];
    });
    return best;
  });
}
