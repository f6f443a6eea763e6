import { sizeOf } from "../array";
import type { Node } from "./onnx/ir/graph";
import { trace } from "./onnx/trace/tracer";
import type { AnyProgram, Named, Program, Values } from "./program";
import { loadTfjs } from "./tfjs";
import { mapTree, type Tensors, type Tree, type TreeOf } from "./tree";

/** Options of {@link programFlops}. */
export interface ProgramFlopsOptions<State = Named<readonly number[]>, Inputs = Named<Values>> {
  /** Used in error messages. */
  readonly name: string;
  readonly program: Program<State, Record<string, never>, Tensors<Inputs>, object>;
  /** Shapes of the program's state, float32: its values are not needed, and take no memory. */
  readonly state: State;
  readonly inputs: Inputs;
}

/**
 * Floating-point operations of one run of a program, in its convolutions and matrix products alone; a
 * multiplication and an addition count as two. Nothing is computed: the program is traced on shapes. Products
 * with fixed matrices, by which the engine repeats pixels, are not the program's and don't count.
 */
export async function programFlops<
  State extends TreeOf<State, readonly number[]>,
  Inputs extends TreeOf<Inputs, Values>,
>({ name, program, state, inputs }: ProgramFlopsOptions<State, Inputs>): Promise<number> {
  const none = new Float32Array(0);
  const { model } = trace(await loadTfjs(), {
    name,
    program: program as unknown as AnyProgram,
    inputs: inputs as Tree<Values>,
    state: mapTree(state as Tree<readonly number[]>, (shape) => ({ shape, data: none })),
    constants: {},
    channelBlock: 0,
  });
  return model.nodes.reduce((total, node) => total + nodeFlops(node), 0);
}

function nodeFlops({ op, inputs, outputs, attributes }: Node): number {
  const [first, second] = inputs;
  const out = sizeOf(outputs[0]?.shape ?? []);
  if (op === "Conv") return 2 * out * sizeOf(second.shape.slice(1));
  if (op === "ConvTranspose") {
    if (second.node?.op === "Expand") return 0; // how gradients of pools are spread
    return 2 * sizeOf(first.shape) * sizeOf(second.shape.slice(1));
  }
  if (op !== "MatMul" && op !== "FusedMatMul") return 0;
  if (first.data || second.data) return 0;
  const ofVectors =
    attributes.transB === 1 && [first, second].every(({ shape }) => shape.length === 3 && shape[1] === 1);
  if (ofVectors) return 0; // how sums of elementwise products are computed
  return 2 * out * (first.shape.at(attributes.transA === 1 ? -2 : -1) as number);
}
