import * as tf from "@tensorflow/tfjs";
import type { Named } from "../engine";
import { expected } from "../errors";
import type { Network } from "../networks/network";

/** The most equal parts of a batch of so many samples that leave as many in each as the network is best computed for. */
export function defaultParts({ together }: Pick<Network, "together">, samples: number): number {
  let parts = Math.max(1, Math.floor(samples / (together ?? samples)));
  while (samples % parts !== 0) parts--;
  return parts;
}

/** A loss, and its gradient as one vector. */
interface Slope {
  readonly value: tf.Tensor;
  readonly gradient: tf.Tensor1D;
}

/**
 * The sum of what `slope` gives for equal parts of a batch, cut along the first axis. Inputs named `step.` aren't of the batch.
 *
 * Each part waits for the one before, so that intermediate results of one part at a time are kept.
 */
export function sumOfParts(
  inputs: Named<tf.Tensor>,
  parts: number,
  slope: (part: Named<tf.Tensor>) => Slope,
): Slope {
  if (parts === 1) return slope(inputs);
  const names = Object.keys(inputs).filter((name) => !name.startsWith("step."));
  const cut = names.map((name) => tf.split(checked(name, inputs[name], parts), parts));
  const after = (done: Slope | undefined, x: tf.Tensor) =>
    done && x.dtype === "float32" ? tf.add(x, tf.mul(tf.slice(done.gradient, 0, 1), 0)) : x;
  return Array.from({ length: parts }).reduce<Slope | undefined>((done, _, i) => {
    const next = slope(Object.fromEntries(names.map((name, k) => [name, after(done, cut[k][i])])));
    return done
      ? { value: tf.add(done.value, next.value), gradient: tf.add(done.gradient, next.gradient) }
      : next;
  }, undefined) as Slope;
}

function checked(name: string, input: tf.Tensor, parts: number): tf.Tensor {
  const { shape } = input;
  if (shape.length > 0 && shape[0] % parts === 0) return input;
  throw expected(
    `a batch of samples that ${parts} parts divide`,
    `"${name}" of shape [${shape.join(", ")}]`,
    "Change batch or parts.",
  );
}
