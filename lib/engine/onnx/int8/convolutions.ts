import { sizeOf } from "../../../array";
import type { Model, Node, Value } from "../ir/graph";

/** A convolution that can be computed in int8. */
export interface Convolution {
  readonly node: Node;
  /** `[out, in, height, width]` */
  readonly filter: Float32Array;
  /** `[out]` */
  readonly bias: Float32Array;
}

/**
 * How many convolutions stay in float32 at each end. In a U-Net these are the first layer with the first
 * residual block, and the last block: at full resolution and close to the output, they cost most precision.
 */
export const ends = 3;

/** The convolutions of a model to be computed in int8, in order: those of constant filters in between. */
export function int8Convolutions({ nodes }: Model): readonly Convolution[] {
  return nodes
    .filter(({ op, domain }) => op === "Conv" && domain === "")
    .slice(ends, -ends)
    .flatMap((node) => {
      const [, filter, bias] = node.inputs.map(known);
      const [out] = node.inputs[1].shape;
      const grouped = (node.attributes.group ?? 1) !== 1;
      if (!filter || grouped || (node.inputs.length > 2 && !bias)) return [];
      return [{ node, filter, bias: bias ?? new Float32Array(out) }];
    });
}

/** The numbers of a constant, or of one whose axes are exchanged or cut otherwise. */
function known({ data, node, shape }: Value): Float32Array | undefined {
  if (data) return data instanceof Float32Array ? data : undefined;
  if (node?.op !== "Transpose" && node?.op !== "Reshape") return undefined;
  const [from] = node.inputs;
  const numbers = known(from);
  if (!numbers || node.op === "Reshape") return numbers;
  const perm = node.attributes.perm as readonly number[];
  const strides = perm.map((axis) => sizeOf(from.shape.slice(axis + 1)));
  const place = shape.map(() => 0);
  return Float32Array.from(numbers, () => {
    const value = numbers[place.reduce((sum, at, axis) => sum + at * strides[axis], 0)];
    for (let axis = place.length - 1; axis >= 0 && ++place[axis] === shape[axis]; axis--) place[axis] = 0;
    return value;
  });
}
