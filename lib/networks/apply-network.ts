import type * as tf from "@tensorflow/tfjs-core";
import { described, expected } from "../errors";
import type { Network, NetworkInput, Parameters } from "./network";

/**
 * The network's output. Of ξ the network sees a plain record: to read a part that the condition lacks gives
 * `undefined`, while a compiled program's own inputs throw.
 * @throws when the output isn't of x's shape, which would broadcast to something else in the loss.
 */
export function applyNetwork(
  network: Network,
  parameters: Parameters<tf.Tensor>,
  { x, t, xi }: NetworkInput,
): tf.Tensor {
  // Read only when the network reads it: programs notice which of their inputs are never used.
  const parts = Object.keys(xi).map((name) => [name, { enumerable: true, get: () => xi[name] }] as const);
  const output = network.apply(parameters, {
    x,
    t,
    xi: Object.defineProperties({}, Object.fromEntries(parts)),
  });
  if (output?.shape?.join() === x.shape.join()) return output;
  throw expected(
    `an output of x's shape, [${x.shape.join(", ")}], from the network "${network.name}"`,
    Array.isArray(output?.shape) ? `shape [${output.shape.join(", ")}]` : described(output),
  );
}
