import * as tf from "@tensorflow/tfjs";
import { type NdArray, ndarray } from "../../lib/array";
import { type Layer, parametersApi } from "../../lib/networks/layer";
import { rng } from "../../lib/random";

/** An array of random numbers, for parameters and inputs of tests. */
export const random = (seed: number | string, shape: readonly number[]): NdArray => rng(seed).normals(shape);

export const tensor = (array: NdArray): tf.Tensor => tf.tensor(array.data, [...array.shape], "float32");

/** Random values for a layer's parameters. */
export function randomParameters(shapes: Readonly<Record<string, readonly number[]>>, seed = 1) {
  return Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => [name, random(`${seed} ${name}`, shape)]),
  );
}

/** A layer's value, by tfjs's own plain JavaScript backend. */
export function evaluate<Inputs extends readonly unknown[]>(
  layer: Layer<Inputs>,
  parameters: Readonly<Record<string, NdArray>>,
  ...inputs: Inputs
): NdArray {
  const { weights } = parametersApi(layer.parameters);
  const out = layer.apply(
    weights(Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, tensor(value)]))),
    ...inputs,
  );
  return ndarray(out.shape, out.dataSync() as Float32Array);
}
