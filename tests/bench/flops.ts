import type * as tf from "@tensorflow/tfjs";
import { sizeOf } from "../../lib/array";
import type { Named, Values } from "../../lib/engine";
import type { Node } from "../../lib/engine/onnx/graph";
import { trace } from "../../lib/engine/onnx/tracer";
import { loadTfjs } from "../../lib/engine/tfjs";
import type { Network, NetworkInput } from "../../lib/networks";

/**
 * Floating-point operations of a network's forward pass over a batch, those of its convolutions and matrix
 * products alone, a multiplication and an addition counting as two. Products with fixed matrices, by which
 * the engine repeats pixels, are not the network's and don't count.
 */
export async function forwardFlops(network: Network, batch: Named<Values>): Promise<number> {
  const { target: _, ...inputs } = batch;
  const zeros = Object.fromEntries(
    Object.entries(network.shapes).map(([name, shape]) => [
      name,
      { shape, data: new Float32Array(sizeOf(shape)) },
    ]),
  );
  const { model } = trace(await loadTfjs(), {
    name: `operations of ${network.name}`,
    program: ({ state, inputs }) => ({
      outputs: { value: network.apply(state, inputs as unknown as NetworkInput) as tf.Tensor },
    }),
    state: zeros,
    constants: {},
    inputs,
    channelBlock: 0,
  });
  return model.nodes.reduce((total, node) => total + nodeFlops(node), 0);
}

function nodeFlops({ op, inputs, outputs, attributes }: Node): number {
  const [first, second] = inputs;
  const out = sizeOf(outputs[0]?.shape ?? []);
  if (op === "Conv") return 2 * out * sizeOf(second.shape.slice(1));
  if (op !== "MatMul" && op !== "FusedMatMul") return 0;
  if (first.data || second.data) return 0;
  return 2 * out * (first.shape.at(attributes.transA === 1 ? -2 : -1) as number);
}
