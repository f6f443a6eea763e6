import { sizeOf } from "../../../array";
import type { Shape } from "../ir/graph";
import { broadcastShapes, natural, reshapeMoves, reshapeStored, type Traced } from "../ir/layout";
import { elementwise, reshape } from "../lower/lowering";
import { matMul } from "../lower/matmul";
import type { Context, Operation, Rewrite } from "../lower/operation";
import { reduce } from "../lower/reduce";

/** For a tensor that a reshape had to copy, such as rows of pixels in NCHW, the tensor before. */
type Before = WeakMap<Traced, Traced>;

/**
 * f(reshape(x)) → reshape(f(x)), where the reshape has to move numbers: what follows a reshape of pixels to
 * rows works on the pixels as stored, and the rows, unless something else needs them, are never made.
 */
export const beforeReshape: Rewrite = Object.freeze({
  name: "before-reshape",
  start: () => {
    const before: Before = new WeakMap();
    return (c: Context, operation: Operation) => {
      if (operation.kind === "reshape") return reshaped(c, before, operation);
      if (operation.kind === "elementwise") return elementwiseBefore(c, before, operation);
      if (operation.kind === "reduce") return reducedBefore(c, before, operation);
      return operation.kind === "matMul" ? productBefore(c, before, operation) : undefined;
    };
  },
});

type Of<Kind extends Operation["kind"]> = Extract<Operation, { kind: Kind }>;

/** Remembers what was copied; a reshape of a copy starts from the tensor before, if that moves nothing. */
function reshaped(c: Context, before: Before, { x, shape }: Of<"reshape">): Traced | undefined {
  const earlier = before.get(x);
  if (earlier && !movesTo(earlier, shape)) return reshape(c, earlier, shape);
  if (!reshapeMoves(x, shape)) return undefined;
  const copy = reshapeStored(c.graph, x, shape);
  before.set(copy, earlier ?? x);
  return copy;
}

/** With one operand always; with several where all are known before the reshape. */
function elementwiseBefore(
  c: Context,
  before: Before,
  { op, operands, dtype, attributes }: Of<"elementwise">,
): Traced | undefined {
  const shape = broadcastShapes(operands.map((t) => t.shape));
  const [only] = operands;
  const earlier =
    operands.length > 1 ? operandsBefore(c, before, operands, shape) : before.has(only) && [before.get(only)];
  return earlier ? reshape(c, elementwise(c, op, earlier as Traced[], dtype, attributes), shape) : undefined;
}

/**
 * Operands as they were before pixels became rows, where the last axis stayed what it is and each operand
 * either has the rows too, and becomes pixels without being moved, or is the same in all of them.
 */
function operandsBefore(
  c: Context,
  before: Before,
  operands: readonly Traced[],
  shape: Shape,
): Traced[] | undefined {
  const copied = operands.find((t) => before.has(t) && t.shape.join() === shape.join());
  const pixels = copied && before.get(copied)?.shape;
  if (!pixels || pixels.at(-1) !== shape.at(-1)) return undefined;
  const earlier: Traced[] = [];
  for (const t of operands) {
    const last = t.shape.at(-1) ?? 1;
    if (sizeOf(t.shape) === last) earlier.push(reshape(c, t, t.shape.length === 0 ? [] : [last]));
    else if (t.shape.join() !== shape.join() || movesTo(before.get(t) ?? t, pixels)) return undefined;
    else earlier.push(reshape(c, t, pixels));
  }
  return earlier;
}

const movesTo = (t: Traced, shape: Shape): boolean =>
  t.shape.join() !== shape.join() && reshapeMoves(t, shape);

/** A reduction over rows, of the pixels. */
function reducedBefore(
  c: Context,
  before: Before,
  { op, x, axes, keepDims, repeated }: Of<"reduce">,
): Traced | undefined {
  const pixels = before.get(x);
  if (!pixels || x.shape.length !== 2 || axes.join() !== "0" || pixels.shape.at(-1) !== x.shape[1]) {
    return undefined;
  }
  const result = reduce(c, op, pixels, natural(pixels.shape.length - 1), false, repeated);
  return keepDims ? reshape(c, result, [1, x.shape[1]]) : result;
}

/** A product of rows that were pixels, taken for each sample on the pixels as stored. */
function productBefore(
  c: Context,
  before: Before,
  { a, b, transposeA, transposeB }: Of<"matMul">,
): Traced | undefined {
  if (a.shape.length !== 2 || b.shape.length !== 2) return undefined;
  const lead = mergedAxes(before, a) ?? (transposeA ? mergedAxes(before, b) : undefined);
  if (!lead) return undefined;
  const pixels = (t: Traced) => reshape(c, t, [lead[0], sizeOf(lead.slice(1)), t.shape[1]]);
  if (!transposeA) {
    const rows = matMul(c, pixels(a), b, false, transposeB);
    return reshape(c, rows, [a.shape[0], rows.shape[2]]);
  }
  if (transposeB) return undefined;
  return reduce(c, "ReduceSum", matMul(c, pixels(a), pixels(b), true, false), [0], false);
}

/** The lengths of the axes that were merged into rows, where the columns are the former last axis. */
function mergedAxes(before: Before, t: Traced): Shape | undefined {
  const { shape } = before.get(t) ?? {};
  return shape && shape.length >= 3 && shape.at(-1) === t.shape[1] ? shape.slice(0, -1) : undefined;
}
