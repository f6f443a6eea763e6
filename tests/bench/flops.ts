import * as tf from "@tensorflow/tfjs";
import { sizeOf } from "../../lib/array";
import type { Network, NetworkInput } from "../../lib/networks";

/**
 * Floating-point operations of a network's forward pass for one sample, those of its convolutions and
 * matrix products alone, a multiplication and an addition counting as two. Counted by running it once.
 */
export async function forwardFlops(network: Network, sample: readonly number[]): Promise<number> {
  await tf.setBackend("cpu");
  const shapes: (readonly number[])[] = [];
  const profile = await tf.profile(() =>
    tf.tidy(() => {
      const parameters = Object.fromEntries(
        Object.entries(network.shapes).map(([name, shape]) => [name, tf.zeros([...shape])]),
      );
      const input: NetworkInput = { x: tf.zeros([1, ...sample]), t: tf.zeros([1]) };
      shapes.push(network.apply(parameters, input).shape);
      return [];
    }),
  );
  return profile.kernels.reduce((total, { name, inputShapes, outputShapes }) => {
    const [first, second] = inputShapes as number[][];
    const out = sizeOf(outputShapes[0] as number[]);
    if (name === "Conv2D") return total + 2 * out * sizeOf(second.slice(0, 3));
    if (name === "BatchMatMul")
      return total + 2 * out * contracted(first, second, outputShapes[0] as number[]);
    return total;
  }, 0);
}

/** Length of the axis that a matrix product sums over: size(a) size(b) = size(out) batch length². */
function contracted(a: number[], b: number[], out: number[]): number {
  const batch = sizeOf(out.slice(0, -2));
  return Math.sqrt((sizeOf(a) * sizeOf(b)) / (sizeOf(out) * batch));
}
