import { ndarray } from "../array";
import { expected, UsageError } from "../errors";
import type { Condition } from "./condition";
import { embeddingKind } from "./embedding";
import { imageKind } from "./image";
import { labelWeightsKind } from "./label-weights";
import { labelsKind } from "./labels";
import { maskKind } from "./mask";
import {
  type ConditionSpec,
  type Part,
  type PartInput,
  type PartKind,
  type PartValue,
  partsOf,
} from "./part";
import { assertConditionRows } from "./rows";

/** The kinds of parts the library has, in the order in which networks take them. Register a new one here. */
export const partKinds: Readonly<Record<string, PartKind>> = Object.freeze({
  labels: labelsKind,
  labelWeights: labelWeightsKind,
  embedding: embeddingKind,
  keep: maskKind,
  image: imageKind,
});

/**
 * A spec in canonical form, so that two can be compared as JSON: the parts in the order of `partKinds`, then
 * others by name. Parts read from JSON are rebuilt.
 * @throws when a part is of a kind that the library can't make.
 */
export function frozenCondition(spec: ConditionSpec = {}): ConditionSpec {
  const given = partsOf(spec);
  const rank = (name: string) => {
    const at = Object.keys(partKinds).indexOf(name);
    return at < 0 ? Number.POSITIVE_INFINITY : at;
  };
  const ordered = [...given].sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1));
  return Object.freeze(Object.fromEntries(ordered.map(([name, part]) => [name, madePart(name, part)])));
}

function madePart(name: string, part: Part): Part {
  if (typeof part !== "object" || part === null) {
    throw expected(
      `condition.${name} as a part, such as labelsPart({ classes: 10 })`,
      JSON.stringify(part),
      "Pass condition: coupling.condition, or the parts that the network is to take.",
    );
  }
  const own = Object.hasOwn(partKinds, part.kind) ? partKinds[part.kind] : undefined;
  if (own && own.name !== name) {
    throw expected(`a part of kind "${name}" as condition.${name}`, `one of kind "${part.kind}"`);
  }
  if (typeof part.input === "function") return part;
  if (!own) {
    throw new UsageError(
      `The part "${name}" of a condition is of kind "${part.kind}", which this library doesn't have: ` +
        "pass the network it was made with.",
    );
  }
  return own.make(part as unknown as Readonly<Record<string, unknown>>);
}

/** A network's parts of ξ by name, as the engine takes them. */
export type ConditionInputs = Readonly<Record<string, PartInput>>;

/**
 * The parts of ξ that a network takes, for `n` samples, as the engine takes them.
 * @throws when a part is missing, of the wrong shape, or unknown where that isn't allowed.
 */
export function conditionInputs(xi: Condition, spec: ConditionSpec, n: number): ConditionInputs {
  assertConditionRows(xi, n);
  return Object.fromEntries(partsOf(spec).map(([name, part]) => [name, part.input(xi, n)]));
}

/**
 * ξ with rows marked as unknown: −1 for labels, zeros for label weights, NaN for embeddings; masks and images
 * stay.
 *
 * @example hideParts({ labels: Int32Array.of(0, 1, 1) }, { rows: (row) => row === 2 }).labels; // 0, 1, −1
 * @param options.rows which rows; default all
 * @param options.kinds which parts; default all that can be hidden
 */
export function hideParts(
  xi: Condition,
  {
    rows = () => true,
    kinds = Object.values(partKinds),
  }: { readonly rows?: (row: number) => boolean; readonly kinds?: readonly PartKind[] } = {},
): Condition {
  const hidden = kinds.flatMap(({ name, missingValue }) => {
    const value = xi[name];
    return value === undefined || missingValue === undefined
      ? []
      : [[name, withRows(value, rows, missingValue)]];
  });
  return Object.freeze({ ...xi, ...Object.fromEntries(hidden) });
}

/** Whether ξ has a part that `hideParts` would hide. */
export const canHide = (xi: Condition, kinds: readonly PartKind[] = Object.values(partKinds)): boolean =>
  kinds.some(({ name, missingValue }) => xi[name] !== undefined && missingValue !== undefined);

function withRows(value: PartValue, rows: (row: number) => boolean, missing: number): PartValue {
  if (ArrayBuffer.isView(value)) {
    return Int32Array.from(value, (label, i) => (rows(i) ? missing : label));
  }
  const { shape, data } = value;
  const size = data.length / Math.max(shape[0], 1);
  return ndarray(
    shape,
    data.map((kept, e) => (rows(Math.floor(e / size)) ? missing : kept)),
  );
}
