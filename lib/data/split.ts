import { expected, usageError } from "../errors";
import { rng } from "../random";

/** How one's own data are split at random; what is not held out is for training. */
export interface OwnSplit {
  /** The share of all samples that are for testing. Default 0.2. */
  readonly test?: number;
  /**
   * The share that is for validation: to choose steps, rates and networks without a look at the test samples,
   * which stay the same. Left out, there is no such split.
   */
  readonly validation?: number;
}

/** The rows of each split, each in random order. */
export interface SplitRows {
  readonly train: readonly number[];
  readonly test: readonly number[];
  readonly validation?: readonly number[];
}

/** @throws unless the shares are above 0 and leave something for training. */
export function assertSplit({ test = 0.2, validation }: OwnSplit): void {
  if (!(test > 0 && test < 1)) throw expected("a share between 0 and 1 as split.test", `${test}`);
  if (validation !== undefined && !(validation > 0 && test + validation < 1)) {
    throw expected(
      `a share above 0, below 1 with split.test = ${test}, as split.validation`,
      `${validation}`,
    );
  }
}

interface SplitSource {
  readonly seed: number | string;
  /** What errors call the samples: a path. */
  readonly source?: string;
}

/**
 * Splits samples so that those of a group are on the same side. The groups stand in an order that depends on
 * the seed and their names alone; the first of them are for testing, until there are enough samples, the next
 * for validation; one that is more than twice what is asked for is passed over. So the test split doesn't
 * depend on how much is for validation, and hardly on what is added.
 * @param groups one name per sample
 * @throws when there are fewer groups than splits, or a share is out of range.
 */
export function splitByGroup(
  groups: readonly string[],
  { test = 0.2, validation, seed, source: from }: OwnSplit & SplitSource,
): SplitRows {
  assertSplit({ test, validation });
  const source = rng(seed);
  const sizes = new Map<string, number>();
  for (const group of groups) sizes.set(group, (sizes.get(group) ?? 0) + 1);
  const splits = validation === undefined ? 2 : 3;
  if (groups.length === 1) {
    throw usageError(
      `One sample${from === undefined ? "" : ` in ${from}`} can't be split into training and test.`,
      "Give more.",
    );
  }
  if (sizes.size < splits) {
    throw expected(
      `at least ${splits} groups of samples${from === undefined ? "" : ` in ${from}`}, one for each split`,
      `${sizes.size} of ${groups.length} samples in all`,
      "Samples that must not be on different sides, such as equal ones, are one group.",
    );
  }
  const ranked = [...sizes.keys()]
    .map((group) => ({ group, u: source.fork("split", group).uniform() }))
    .sort((a, b) => a.u - b.u || (a.group < b.group ? -1 : 1))
    .map(({ group }) => group);
  const sideOf = new Map<string, "train" | "test" | "validation">();
  // Each split has a group at least, and leaves one to each that follows.
  const fill = (side: "test" | "validation", share: number, follow: number) => {
    const left = ranked.filter((group) => !sideOf.has(group));
    const sizeOf = (group: string) => sizes.get(group)!;
    // A group that alone is more than twice the share is passed over where there are others.
    const fits = left.findIndex((group) => sizeOf(group) / 2 <= share * groups.length);
    const least = left.reduce((size, group) => Math.min(size, sizeOf(group)), Number.POSITIVE_INFINITY);
    const first = fits >= 0 ? fits : left.findIndex((group) => sizeOf(group) === least);
    for (let k = first, n = 0; k < left.length && k - first < left.length - follow; k++) {
      // The nearest to the share, from below or above.
      if (n > 0 && n + sizeOf(left[k]) / 2 > share * groups.length) break;
      sideOf.set(left[k], side);
      n += sizeOf(left[k]);
    }
  };
  fill("test", test, splits - 1);
  if (validation !== undefined) fill("validation", validation, 1);
  const order = source.fork("order").permutation(groups.length);
  const rowsOf = (side: string) =>
    Array.from(order).filter((row) => (sideOf.get(groups[row]) ?? "train") === side);
  return {
    train: rowsOf("train"),
    test: rowsOf("test"),
    ...(validation !== undefined && { validation: rowsOf("validation") }),
  };
}

/**
 * Group names such that samples with the same value of any of these properties share one, and what they are
 * joined by, directly or through others. A property that is undefined joins nothing.
 * @param names one per sample, all different
 * @param properties each with one value per sample; the first names the groups where it is given
 */
export function joinedGroups(
  names: readonly string[],
  properties: readonly (readonly (string | undefined)[])[],
): readonly string[] {
  const parent = Int32Array.from(names.keys());
  const root = (row: number): number => {
    let at = row;
    while (parent[at] !== at) {
      parent[at] = parent[parent[at]];
      at = parent[at];
    }
    return at;
  };
  for (const values of properties) {
    const firsts = new Map<string, number>();
    values.forEach((value, row) => {
      if (value === undefined) return;
      const first = firsts.get(value);
      if (first === undefined) firsts.set(value, row);
      else {
        const [a, b] = [root(first), root(row)];
        parent[Math.max(a, b)] = Math.min(a, b);
      }
    });
  }
  return names.map((_, row) => {
    const first = root(row);
    const group = properties[0]?.[first];
    return group === undefined ? `sample ${names[first]}` : `group ${group}`;
  });
}
