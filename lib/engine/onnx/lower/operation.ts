import type { backend_util, slice_util } from "@tensorflow/tfjs-core";
import type { Attributes, Graph, Shape, Value } from "../ir/graph";
import type { Dtype, Traced } from "../ir/layout";

/** What a lowering works with. */
export interface Context {
  readonly graph: Graph;
  /** tfjs's own arithmetic of shapes and paddings, so that both agree. */
  readonly util: typeof backend_util;
  readonly slices: typeof slice_util;
  /** Channels in one block of onnxruntime's blocked convolutions on this machine; 0 without them. */
  readonly channelBlock: number;
  /** What is tried, in this order, before an operation becomes nodes as it is. */
  readonly rewrites: readonly ApplyRewrite[];
}

/** An ONNX operator on each element, with broadcasting. */
interface Elementwise {
  readonly kind: "elementwise";
  readonly op: string;
  readonly operands: readonly Traced[];
  readonly dtype: Dtype;
  readonly attributes: Attributes;
}

/** A sum, mean, product or extreme over axes. */
interface Reduce {
  readonly kind: "reduce";
  readonly op: string;
  readonly x: Traced;
  readonly axes: readonly number[];
  readonly keepDims: boolean;
  /**
   * The result for elements that repeat this many times along the axes, from the result without repetition.
   */
  readonly repeated: (result: Traced, times: number) => Traced;
}

/** A reduction of numbers that all are stored, over axes of what is stored, which keep length 1. */
interface ReduceStored {
  readonly kind: "reduceStored";
  readonly op: string;
  readonly value: Value;
  readonly axes: readonly number[];
}

/** A product of matrices over the last two axes, either of them transposed. */
interface MatMul {
  readonly kind: "matMul";
  readonly a: Traced;
  readonly b: Traced;
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

interface Softmax {
  readonly kind: "softmax";
  readonly op: "Softmax" | "LogSoftmax";
  readonly x: Traced;
  readonly axis: number;
}

interface Reshape {
  readonly kind: "reshape";
  readonly x: Traced;
  readonly shape: Shape;
}

/**
 * What lowerings are made of: operations on traced tensors, each of which rewrites see before it becomes
 * nodes.
 */
export type Operation = Elementwise | Reduce | ReduceStored | MatMul | Softmax | Reshape;

/** Builds something better in place of an operation, or nothing where the rewrite doesn't apply. */
export type ApplyRewrite = (c: Context, operation: Operation) => Traced | undefined;

/** A way to express an operation in fewer or faster nodes. Models are correct without it. */
export interface Rewrite {
  readonly name: string;
  /** Begins a trace: what the rewrite remembers of operations lasts for that trace. */
  readonly start: () => ApplyRewrite;
}

/** A rewrite that depends on the operation and the nodes of its operands alone. */
export const rewrite = (name: string, apply: ApplyRewrite): Rewrite =>
  Object.freeze({ name, start: () => apply });

/** What the first rewrite that applies builds for an operation. */
export function rewritten(c: Context, operation: Operation): Traced | undefined {
  for (const apply of c.rewrites) {
    const better = apply(c, operation);
    if (better) return better;
  }
  return undefined;
}
