import type { NdArray } from "../array";
import { expected } from "../errors";
import type { Rng } from "../random";
import type { Condition } from "./condition";

/** The value of a part of ξ for n samples: class indices, or an array `[n, ...]`. */
export type PartValue = Int32Array | NdArray;

/** A part as the engine takes it. */
export interface PartInput {
  /** Its shape, of which the first length is the number of samples. */
  readonly shape: readonly number[];
  /** Its numbers, in row-major order. */
  readonly data: Float32Array | Int32Array;
}

/** How a part enters a network. */
export type Entry =
  /** Channels appended to x_t along its last axis. */
  | { readonly into: "channels"; readonly count: number }
  /** One vector per sample, `[n, width]`. */
  | { readonly into: "vector"; readonly width: number }
  /**
   * A row of a learned table: looked up by index, `[n]`, or, if `soft`, averaged by probabilities, `[n,
   * classes]`.
   */
  | {
      readonly into: "classes";
      readonly classes: number;
      readonly missing: boolean;
      readonly soft: boolean;
    };

/**
 * One part of ξ with its options, such as labels of ten classes: what a coupling provides and a network is
 * built for. Its JSON holds its kind and its options; parts are stored and compared by it.
 */
export interface Part {
  /** What it is: its name in ξ. */
  readonly kind: string;
  /** Whether rows may be missing. The network then also learns to do without them. */
  readonly missing?: boolean;
  /** The same part with rows that may be missing; absent where none can be. */
  withMissing?(): Part;
  /** How it enters a network whose x_t has this many channels and is an image or points. */
  entry(x: { readonly channels: number; readonly image: boolean }): Entry;
  /**
   * The part of ξ for n samples, as the engine takes it: a copy.
   * @throws when it is missing, of the wrong shape, or unknown where that isn't allowed.
   */
  input(xi: Condition, n: number): PartInput;
  /** Random values for n samples of shape `sample`, to measure a network's cost: shapes alone decide it. */
  example(n: number, sample: readonly number[], rng: Rng): PartValue;
}

/**
 * A kind of part: everything the library needs to slice, hide and store it and to pass it to networks. To add
 * a kind, write one record like those in this folder, and two lines that declare the part's types:
 *
 *     declare module "…/lib/conditions/condition" { interface Condition { readonly settings?: NdArray } }
 *     declare module "…/lib/conditions/part" { interface ConditionSpec { readonly settings?: Part } }
 */
export interface PartKind<P extends Part = Part> {
  /** The part's name in ξ and among a network's inputs. */
  readonly name: keyof Condition;
  /** Makes the part from its options, as stored in JSON. @throws when one is out of range. */
  make(options: Readonly<Record<string, unknown>>): P;
  /** What marks an unknown row; absent where every row is known. */
  readonly missingValue?: number;
}

/** Class indices in ξ.labels; −1 where the class is unknown. */
export interface LabelsPart extends Part {
  /** The number of classes; labels run from 0 to one less. */
  readonly classes: number;
  /** The same part with labels that may be −1. */
  withMissing(): LabelsPart;
}

/** Soft labels in ξ.labelWeights, or labels in ξ.labels, each of which stands for a probability of 1. */
export interface LabelWeightsPart extends Part {
  /** The number of classes: the length of a row of weights. */
  readonly classes: number;
  /** The same part with rows that may sum to less than 1. */
  withMissing(): LabelWeightsPart;
}

/** Vectors in ξ.embedding; a row of NaN is unknown. */
export interface EmbeddingPart extends Part {
  /** The length of a vector. */
  readonly width: number;
  /** The same part with rows that may be NaN. */
  withMissing(): EmbeddingPart;
}

/** The mask ξ.keep, appended to x_t as a channel; the field is zero where it is 1. */
export interface MaskPart extends Part {
  /** Tells it from other parts. */
  readonly kind: "keep";
}

/** Images in ξ.image, appended to x_t as channels. */
export interface ImagePart extends Part {
  /** The channels of an image. */
  readonly channels: number;
}

/** What a network needs to know about its condition: which parts it has, each with its options. */
export interface ConditionSpec {
  /** Classes, one per sample. */
  readonly labels?: LabelsPart;
  /** Probabilities of classes, one row per sample. */
  readonly labelWeights?: LabelWeightsPart;
  /** Vectors, one per sample. */
  readonly embedding?: EmbeddingPart;
  /** What is known of each sample. */
  readonly keep?: MaskPart;
  /** Images of x's height and width, one per sample. */
  readonly image?: ImagePart;
}

/** The parts of a spec with their names, in order. */
export const partsOf = (spec: ConditionSpec): readonly (readonly [name: string, part: Part])[] =>
  Object.entries(spec).filter((entry): entry is [string, Part] => entry[1] !== undefined);

/** The number of classes, where the condition has labels or label weights. */
export const classesOf = ({ labels, labelWeights }: ConditionSpec): number | undefined =>
  (labels ?? labelWeights)?.classes;

/** @throws if the condition of `owner`, such as a coupling, has one of these parts already. */
export function assertWithout(
  owner: { readonly name: string; readonly condition: ConditionSpec },
  names: readonly (keyof ConditionSpec)[],
): void {
  const shown = names.find((name) => owner.condition[name] !== undefined);
  if (!shown) return;
  throw expected(
    `a coupling without ${names.join(" or ")} in its condition`,
    `"${owner.name}", which has ${JSON.stringify(owner.condition[shown])}`,
  );
}
