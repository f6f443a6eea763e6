import type { NdArray } from "../array";
import { expected } from "../errors";
import type { Rng } from "../random";
import type { Condition } from "./condition";

/** The value of a part of ξ for n samples: numbers of classes, or an array `[n, ...]`. */
export type PartValue = Int32Array | NdArray;

/** A part as the engine takes it. */
export interface PartInput {
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array;
}

/** How a network takes a part. */
export type Entry =
  /** So many channels, appended to x_t along its last axis. */
  | { readonly into: "channels"; readonly count: number }
  /** A vector for each sample, `[n, width]`. */
  | { readonly into: "vector"; readonly width: number }
  /** A row of a learned table: by number, `[n]`, or where `soft` by probabilities, `[n, classes]`. */
  | {
      readonly into: "classes";
      readonly classes: number;
      readonly missing: boolean;
      readonly soft: boolean;
    };

/**
 * One part of ξ with its options, such as labels of ten classes: what a coupling says that it shows and a network is
 * built for. Written as JSON it is its kind and its options, by which parts are stored and compared.
 */
export interface Part {
  readonly kind: string;
  /** Whether rows may be missing. The network then learns what to do without. */
  readonly missing?: boolean;
  /** The same part whose rows may be missing; absent where they can't be. */
  withMissing?(): Part;
  /** How a network takes it beside an x_t of so many channels, an image or points. */
  entry(x: { readonly channels: number; readonly image: boolean }): Entry;
  /**
   * The part of the condition of n samples as the engine takes it: a copy.
   * @throws when it is missing, of another shape, or not known where that wasn't foreseen.
   */
  input(xi: Condition, n: number): PartInput;
  /** Values by chance for n samples of shape `sample`: what a network costs depends on their shapes alone. */
  example(n: number, sample: readonly number[], rng: Rng): PartValue;
}

/**
 * A kind of part: all that the library must know to draw, cut, hide, store and show it. A kind of your own is one
 * record like those in this folder, and two lines that give the part's name its types:
 *
 *     declare module "…/lib/conditions/condition" { interface Condition { readonly settings?: NdArray } }
 *     declare module "…/lib/conditions/part" { interface ConditionSpec { readonly settings?: Part } }
 */
export interface PartKind<P extends Part = Part> {
  /** The part's name in ξ and among a network's inputs. */
  readonly name: keyof Condition;
  /** Makes the part of its options, as stored in JSON. @throws when one is out of range. */
  make(options: Readonly<Record<string, unknown>>): P;
  /** What stands in a row that isn't known; absent where all rows are. */
  readonly missingValue?: number;
}

/** Class numbers in ξ.labels; −1 where the class isn't known. */
export interface LabelsPart extends Part {
  readonly classes: number;
  withMissing(): LabelsPart;
}

/** Soft labels in ξ.labelWeights, or labels in ξ.labels, each of which stands for a probability of 1. */
export interface LabelWeightsPart extends Part {
  readonly classes: number;
  withMissing(): LabelWeightsPart;
}

/** Vectors in ξ.embedding; a row of NaN isn't known. */
export interface EmbeddingPart extends Part {
  readonly width: number;
  withMissing(): EmbeddingPart;
}

/** The mask ξ.keep, appended to x_t as a channel; the field is zero where it is 1. */
export interface MaskPart extends Part {
  readonly kind: "keep";
}

/** Images in ξ.image, appended to x_t as channels. */
export interface ImagePart extends Part {
  readonly channels: number;
}

/** What a network needs to know of the conditions that it will be given: which parts, each with its options. */
export interface ConditionSpec {
  readonly labels?: LabelsPart;
  readonly labelWeights?: LabelWeightsPart;
  readonly embedding?: EmbeddingPart;
  readonly keep?: MaskPart;
  readonly image?: ImagePart;
}

/** The parts of a spec by name, in their order. */
export const partsOf = (spec: ConditionSpec): readonly (readonly [name: string, part: Part])[] =>
  Object.entries(spec).filter((entry): entry is [string, Part] => entry[1] !== undefined);

/** The number of classes whose labels are shown, as numbers or as probabilities. */
export const classesOf = ({ labels, labelWeights }: ConditionSpec): number | undefined =>
  (labels ?? labelWeights)?.classes;

/** @throws if the condition of `owner`, such as a coupling, has one of these parts already. */
export function assertShowsNone(
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
