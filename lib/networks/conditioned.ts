import * as tf from "@tensorflow/tfjs-core";
import { type ConditionSpec, type Entry, partsOf } from "../conditions/part";
import { expected } from "../errors";
import type { Layer } from "./layer";
import type { NetworkInput, PartShapes } from "./network";

type Into<Kind extends Entry["into"]> = Extract<Entry, { readonly into: Kind }>;

/** The parts of a condition, grouped by how they enter a network. */
export interface Entries {
  /** The number of channels appended to x_t. */
  readonly channels: number;
  /** The parts that are appended to x_t, each with so many channels. */
  readonly appended: readonly { readonly name: string; readonly count: number }[];
  /** The labels, as indices or probabilities. */
  readonly classes?: Into<"classes"> & { readonly name: string };
  /** The parts with one vector per sample. */
  readonly vectors: readonly (Into<"vector"> & { readonly name: string })[];
}

/** How a condition enters a network for images or points with these channels. */
export function entriesOf(
  spec: ConditionSpec,
  x: { readonly channels: number; readonly image: boolean },
): Entries {
  const all = partsOf(spec).map(([name, part]) => ({ name, ...part.entry(x) }));
  const of = <Kind extends Entry["into"]>(into: Kind) =>
    all.filter((entry): entry is Into<Kind> & { name: string } => entry.into === into);
  const [classes, more] = of("classes");
  if (more) throw expected("labels or label weights in a condition", `${classes.name} and ${more.name}`);
  const appended = of("channels");
  return {
    channels: appended.reduce((sum, { count }) => sum + count, 0),
    appended: appended.map(({ name, count }) => ({ name, count })),
    ...(classes && { classes }),
    vectors: of("vector"),
  };
}

/** x_t and the parts of the condition that are appended to it, joined along the last axis. */
export function joinCondition(input: NetworkInput, { appended }: Entries): tf.Tensor {
  return appended.length === 0
    ? input.x
    : tf.concat([input.x, ...appended.map(({ name }) => partOf(input, name))], -1);
}

/**
 * To be called with the shapes of x and of the parts of ξ, before these are joined.
 * @param owner the network, as an error calls it
 * @throws unless what is appended to x_t has its height and width, and the channels it was built for. Parts
 *   whose shape isn't given are passed over.
 */
export function assertAppended(
  owner: string,
  { appended }: Entries,
  x: readonly number[],
  xi: PartShapes,
): void {
  const shown = (shape: readonly (number | string)[]) => `[${shape.join(", ")}]`;
  for (const { name, count } of appended) {
    const found = xi[name];
    const wanted = [...x.slice(1, -1), count];
    if (!found || (found.length === x.length && wanted.every((length, k) => found[k + 1] === length)))
      continue;
    const beside = `of shape ${shown(["any", ...wanted])} for ${owner}, beside an x of shape ${shown(x)}`;
    throw expected(`ξ.${name} ${beside}`, `shape ${shown(found)}`);
  }
}

/** The shapes of the parts that are appended to x_t; those that aren't there are left out. */
export const appendedShapes = ({ xi }: NetworkInput, { appended }: Entries): PartShapes =>
  Object.fromEntries(
    appended.flatMap(({ name }) => {
      const part = Object.hasOwn(xi, name) ? xi[name] : undefined;
      return part ? [[name, part.shape]] : [];
    }),
  );

/**
 * A layer for each vector of the condition: that of ξ.embedding as `vector`, others by name under `beside`.
 */
export function vectorLayers<L extends Layer<[x: tf.Tensor]>>(
  { vectors }: Entries,
  make: (width: number) => L,
): { readonly vector?: L; readonly beside?: Readonly<Record<string, L>> } {
  const layers = new Map(vectors.map(({ name, width }) => [name, make(width)]));
  const vector = layers.get("embedding");
  layers.delete("embedding");
  return { ...(vector && { vector }), ...(layers.size > 0 && { beside: Object.fromEntries(layers) }) };
}

type Embed = (x: tf.Tensor) => tf.Tensor;

/** The outputs of the layers for classes and vectors, in the order of the condition's parts. */
export function embeddedParts(
  at: {
    readonly classes?: Embed;
    readonly vector?: Embed;
    readonly beside?: Readonly<Record<string, Embed>>;
  },
  { classes, vectors }: Entries,
  input: NetworkInput,
): readonly tf.Tensor[] {
  const labels = at.classes && classes ? [at.classes(partOf(input, classes.name))] : [];
  const embedded = vectors.flatMap(({ name }) => {
    const embed = name === "embedding" ? at.vector : at.beside?.[name];
    return embed ? [embed(partOf(input, name))] : [];
  });
  return [...labels, ...embedded];
}

/** A part of the given condition. @throws if it is missing. */
export function partOf({ xi }: NetworkInput, name: string): tf.Tensor {
  const value = Object.hasOwn(xi, name) ? xi[name] : undefined;
  if (value) return value;
  throw expected(
    `a condition with ${name}, which the network was built for`,
    "one without",
    "Build the network with the condition of the coupling: condition: coupling.condition.",
  );
}

/** Zero where ξ.keep = 1: known pixels don't move (section 4.1). */
export function maskOutput(out: tf.Tensor, input: NetworkInput, spec: ConditionSpec): tf.Tensor {
  return spec.keep ? tf.mul(out, tf.sub(1, partOf(input, "keep"))) : out;
}
