import type * as tf from "@tensorflow/tfjs-core";
import { type NdArray, ndarray, sizeOf, zeros } from "../array";
import { expected } from "../errors";
import type { Rng } from "../random";
import type { Parameters } from "./network";

/** One trainable array of a layer: its shape and how it is initialised. */
export interface Parameter {
  readonly shape: readonly number[];
  draw(rng: Rng): NdArray;
}

/** Looks up a layer's weights by the layer's own names. */
export type Weights = (name: string) => tf.Tensor;

/**
 * A part of a network: the parameters that it needs, by name, and a pure function of their values and its
 * inputs. A layer holds no values itself, so the same layer serves training, sampling and tests.
 */
export interface Layer<Inputs extends readonly unknown[] = readonly never[]> {
  readonly parameters: Readonly<Record<string, Parameter>>;
  apply(weights: Weights, ...inputs: Inputs): tf.Tensor;
}

/** Makes a layer from parameters and a function. */
export function layer<Inputs extends readonly unknown[]>(parts: Layer<Inputs>): Layer<Inputs> {
  return Object.freeze({ ...parts });
}

/**
 * Layers arranged in records and lists; a parameter is named by its path, such as
 * `down.0.blocks.1.norm1.scale`.
 */
export type Layers = Layer | { readonly [key: string]: Layers | undefined } | readonly Layers[];

/** The same arrangement, with each layer a function of its inputs alone. */
export type Bound<T> =
  T extends Layer<infer Inputs>
    ? (...inputs: Inputs) => tf.Tensor
    : T extends undefined
      ? undefined
      : { readonly [K in keyof T]: Bound<T[K]> };

/** All parameters of an arrangement of layers, by path. */
export function parametersOf(layers: Layers): Readonly<Record<string, Parameter>> {
  if (isLayer(layers)) return layers.parameters;
  const all: Record<string, Parameter> = {};
  for (const [key, part] of Object.entries(layers)) {
    if (part === undefined) continue;
    for (const [name, parameter] of Object.entries(parametersOf(part))) all[`${key}.${name}`] = parameter;
  }
  return Object.freeze(all);
}

/** Gives each layer its weights. */
export function bind<T extends Layers>(layers: T, weights: Weights): Bound<T> {
  return bindPart(layers, weights) as Bound<T>;
}

function bindPart(layers: Layers, weights: Weights): unknown {
  if (isLayer(layers)) return (...inputs: readonly never[]) => layers.apply(weights, ...inputs);
  const parts = Object.entries(layers).map(([key, part]) => [
    key,
    part && bindPart(part, (name) => weights(`${key}.${name}`)),
  ]);
  return Array.isArray(layers) ? parts.map(([, part]) => part) : Object.fromEntries(parts);
}

const isLayer = (part: Layers): part is Layer => typeof (part as Layer).apply === "function";

/** Combines several layers into one. */
export function compose<T extends Layers, Inputs extends readonly unknown[]>(
  layers: T,
  apply: (parts: Bound<T>, ...inputs: Inputs) => tf.Tensor,
): Layer<Inputs> {
  return Object.freeze({
    parameters: parametersOf(layers),
    apply: (weights: Weights, ...inputs: Inputs) => apply(bind(layers, weights), ...inputs),
  });
}

/** Drawn from U(−1/√fanIn, 1/√fanIn). */
export const uniformInit = (shape: readonly number[], fanIn: number): Parameter => ({
  shape,
  draw: (rng) => {
    const bound = 1 / Math.sqrt(fanIn);
    return ndarray(
      shape,
      Float32Array.from({ length: sizeOf(shape) }, () => bound * (2 * rng.uniform() - 1)),
    );
  },
});

/** Drawn from N(0, 1). */
export const normalInit = (shape: readonly number[]): Parameter => ({
  shape,
  draw: (rng) => rng.normals(shape),
});

/** All values equal to `value`. */
export const constantInit = (shape: readonly number[], value: number): Parameter => ({
  shape,
  draw: () => {
    const array = zeros(shape);
    array.data.fill(value);
    return array;
  },
});

/** What a network needs from its layers: shapes, initial values, and weights by name. */
export function parametersApi(parameters: Readonly<Record<string, Parameter>>) {
  const names = Object.keys(parameters);
  return {
    shapes: Object.freeze(
      Object.fromEntries(names.map((name) => [name, Object.freeze([...parameters[name].shape])])),
    ),
    /** Each parameter has its own random stream, so adding one does not change the others' initial values. */
    init: (rng: Rng): Parameters<NdArray> =>
      Object.freeze(
        Object.fromEntries(names.map((name) => [name, parameters[name].draw(rng.fork("parameter", name))])),
      ),
    weights:
      (values: Parameters<tf.Tensor>): Weights =>
      (name) => {
        const value = values[name];
        if (!value) {
          throw expected(`parameters named ${names.join(", ")}`, `none named "${name}"`);
        }
        return value;
      },
  };
}
