import { createHash } from "node:crypto";
import { type NdArray, sampleSize, sliceRows } from "../array";
import { advise, inCode, option } from "../errors";
import { nearDuplicates } from "./near-duplicates";
import type { Dataset, Samples } from "./samples";

/** What is looked at, and how closely. */
export interface InspectOptions {
  /**
   * Images within this mean squared error look alike, pixels in [-1, 1] averaged to 16×16. Default 0.01.
   */
  readonly apart?: number;
  /** How many images of each split, from the first, are compared. Default 5,000. */
  readonly compared?: number;
}

/** What was counted in a split. */
export interface SplitFacts {
  /** Which split. */
  readonly name: "train" | "validation" | "test";
  /** How many samples it has. */
  readonly samples: number;
  /** Samples of each class; empty without classes. */
  readonly perClass: readonly number[];
  /** Samples without a class. */
  readonly unlabelled: number;
  /** Samples that an earlier one of the same split equals. */
  readonly repeated: number;
  /** The least, mean and largest number in x, and their standard deviation; missing ones left out. */
  readonly least: number;
  /** The mean of all numbers in x that are not missing. */
  readonly mean: number;
  /** Their standard deviation. */
  readonly deviation: number;
  /** The largest of them. */
  readonly largest: number;
  /** Of points: the share of numbers that are missing. */
  readonly missing: number;
}

/** Samples of one split that another one has, too. */
export interface Leak {
  /** The split whose samples were looked for. */
  readonly of: string;
  /** The split in which they were looked for. */
  readonly from: string;
  /** Samples of the first that equal one of the second. */
  readonly equal: number;
  /** Those that look like one, of those compared; images only. */
  readonly alike?: number;
  /** How many samples were compared for likeness, from the first; images only. */
  readonly compared?: number;
}

/** What is known of a data set by looking at all of it. */
export interface DatasetFacts {
  /** What was counted, split by split. */
  readonly splits: readonly SplitFacts[];
  /** What two splits have in common, for each pair of splits. */
  readonly leaks: readonly Leak[];
  /** What a reader of results must know, each a sentence. */
  readonly pitfalls: readonly string[];
}

/** Samples that are read at once. */
const PART = 1024;

/**
 * Looks at all samples of a data set: counts, values, repetitions, and samples of the test or validation
 * split that are in an earlier one, equal or alike.
 *
 * @example
 * const moons = { name: "moons", classes: ["upper", "lower"], train: data, test: take(data, 9) };
 * const { leaks } = inspectDataset(moons);
 * leaks[0].equal; // 9: these test samples are known from training
 */
export function inspectDataset(data: Dataset, options: InspectOptions = {}): DatasetFacts {
  const named = (["train", "validation", "test"] as const).flatMap((name) => {
    const samples = data[name];
    return samples ? [{ name, samples, digests: digestsOf(samples.x) }] : [];
  });
  const splits = named.map(({ name, samples, digests }) => splitFacts(name, samples, digests, data.classes));
  const leaks = named.flatMap((later, k) =>
    named.slice(0, k).map((earlier) => leakOf(later, earlier, options)),
  );
  return Object.freeze({ splits, leaks, pitfalls: pitfallsOf(data, splits, leaks) });
}

/** One for each sample, equal for equal ones. */
function digestsOf(x: NdArray): readonly string[] {
  const size = sampleSize(x);
  const digests: string[] = [];
  eachPart(x, ({ data }) => {
    for (let at = 0; at < data.length; at += size) {
      const { buffer, byteOffset, byteLength } = data.subarray(at, at + size);
      digests.push(
        createHash("sha1")
          .update(new Uint8Array(buffer, byteOffset, byteLength))
          .digest("base64"),
      );
    }
  });
  return digests;
}

function eachPart(x: NdArray, visit: (part: NdArray) => void): void {
  for (let first = 0; first < x.shape[0]; first += PART) visit(sliceRows(x, first, first + PART));
}

function splitFacts(
  name: SplitFacts["name"],
  { x, labels }: Samples,
  digests: readonly string[],
  classes: readonly string[],
): SplitFacts {
  let [n, sum, squares, least, largest] = [0, 0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  eachPart(x, ({ data }) => {
    for (const value of data) {
      if (Number.isNaN(value)) continue;
      n++;
      sum += value;
      squares += value * value;
      if (value < least) least = value;
      if (value > largest) largest = value;
    }
  });
  const mean = sum / n;
  const perClass = labels
    ? classes.map((_, k) => labels.reduce((c, label) => c + (label === k ? 1 : 0), 0))
    : [];
  const [samples] = x.shape;
  return Object.freeze({
    name,
    samples,
    perClass,
    unlabelled: labels ? samples - perClass.reduce((a, b) => a + b, 0) : 0,
    repeated: samples - new Set(digests).size,
    least,
    mean,
    deviation: Math.sqrt(Math.max(0, squares / n - mean * mean)),
    largest,
    missing: 1 - n / Math.max(1, samples * sampleSize(x)),
  });
}

interface Named {
  readonly name: string;
  readonly samples: Samples;
  readonly digests: readonly string[];
}

function leakOf(later: Named, earlier: Named, { apart = 0.01, compared = 5000 }: InspectOptions): Leak {
  const there = new Set(earlier.digests);
  const equal = later.digests.filter((digest) => there.has(digest)).length;
  const common = { of: later.name, from: earlier.name, equal };
  if (later.samples.x.shape.length !== 4) return Object.freeze(common);
  const part = sliceRows(later.samples.x, 0, compared);
  const alike = nearDuplicates(part, sliceRows(earlier.samples.x, 0, compared), { within: apart });
  return Object.freeze({ ...common, alike: alike.filter(Boolean).length, compared: part.shape[0] });
}

/** Said of data without a licence. */
export const licencePitfall = advise`No licence is stated: pass ${option("licence")} to say it in reports.`;

function pitfallsOf(data: Dataset, splits: readonly SplitFacts[], leaks: readonly Leak[]): readonly string[] {
  const [train] = splits;
  const size = sampleSize(data.train.x);
  const images = data.train.x.shape.length === 4;
  const absent = splits.flatMap(({ name, perClass }) => {
    const names = data.classes.filter((_, k) => perClass[k] === 0);
    return names.length === 0 ? [] : [`The ${name} split has no sample of class ${listed(names)}.`];
  });
  const counts = train.perClass.filter((count) => count > 0);
  const uneven = counts.length > 1 && Math.max(...counts) > 10 * Math.min(...counts);
  const complete = data.train.keep && rowsComplete(data.train.keep);
  return Object.freeze([
    ...leaks.flatMap(({ of, from, equal, alike = 0, compared }) => [
      ...(equal > 0 ? [`Samples of the ${of} split that equal one of the ${from} split: ${equal}.`] : []),
      ...(alike > equal
        ? [`Images of the ${of} split that look like one of the ${from} split: ${alike} of ${compared}.`]
        : []),
    ]),
    ...absent,
    ...(uneven ? [`The largest class for training has over ten times as many samples as the smallest.`] : []),
    ...splits.flatMap(({ name, repeated }) =>
      repeated > 0 ? [`Samples of the ${name} split that repeat an earlier one: ${repeated}.`] : [],
    ),
    ...(train.samples < 1000
      ? [
          `With ${train.samples} ${train.samples === 1 ? "sample" : "samples"} for training, ${
            train.samples < 20
              ? "there is next to nothing to learn from: give more."
              : "a model may learn them by heart: compare samples with them."
          }`,
        ]
      : []),
    ...(splits.some(({ name, samples }) => name === "test" && samples < 100)
      ? ["With fewer than 100 test samples, differences between models are within chance: see the intervals."]
      : []),
    ...(!images && Math.max(-train.least, train.largest) > 10 && train.deviation > 0
      ? [
          `Values reach ${Math.max(-train.least, train.largest).toPrecision(3)} where noise has a deviation of 1.`,
        ]
      : []),
    ...(complete === 0 ? ["No row for training is complete: whole rows can't be learned."] : []),
    ...(images && size > 64 * 64 * 3
      ? ["Images above 64×64 train slowly on a CPU: try them smaller first."]
      : []),
    ...(data.origin?.licence === "not stated" ? [inCode(licencePitfall)] : []),
  ]);
}

const listed = (names: readonly string[]) =>
  names.length > 5 ? `${names.slice(0, 5).join(", ")} and ${names.length - 5} more` : names.join(", ");

function rowsComplete({ shape: [n, d], data }: NdArray): number {
  let count = 0;
  for (let i = 0; i < n; i++) if (data.subarray(i * d, (i + 1) * d).every((kept) => kept === 1)) count++;
  return count;
}
