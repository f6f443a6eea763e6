import * as tf from "@tensorflow/tfjs";
import { assertShape, sampleSize, zeros } from "../array";
import { maskOf } from "../conditions/mask";
import { compile } from "../engine";
import type { Divergence } from "../fields/divergence";
import type { NetworkInput, Parameters } from "../networks/network";
import { conditionInputs, floats } from "./condition-inputs";
import { assertChunk, runInChunks } from "./in-chunks";
import type { NetworkFieldOptions } from "./network-field";

/**
 * The divergence of a network's field (see `networkField`) by its gradient. With a probe v it costs one evaluation with its
 * gradient; exact, one for each of the d coordinates, which suits points, not images.
 */
export function networkDivergence({ network, parameters, chunk, engine }: NetworkFieldOptions): Divergence {
  assertChunk(chunk);
  const compiled = compile({
    name: `divergence (${network.name})`,
    engine,
    constants: Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, floats(value)])),
    program: ({
      constants,
      inputs: { x, probe, ...rest },
    }: {
      constants: Parameters<tf.Tensor>;
      inputs: NetworkInput & { probe: tf.Tensor };
    }) => {
      // Of v·b(x), whose derivative by x is (∂b/∂x)ᵀv and by v is b.
      const [slope, value] = tf.grads((at: tf.Tensor, v: tf.Tensor) =>
        tf.sum(tf.mul(v, network.apply(constants, { ...rest, x: at }))),
      )([x, probe]);
      const product = tf.mul(slope, probe);
      const axes = product.shape.slice(1).map((_, axis) => axis + 1);
      return { outputs: { value, divergence: tf.sum(product, axes) } };
    },
  });

  return async ({ x, t, xi }, probe) => {
    if (probe) assertShape(probe, x.shape, "a probe, like x,");
    const size = sampleSize(x);
    const value = zeros(x.shape, x);
    const divergence = new Float64Array(x.shape[0]);
    const given = { x: floats(x), xi: conditionInputs(xi, network.condition, x.shape[0]) };
    const add = (v: Float32Array) =>
      runInChunks(
        compiled,
        { ...given, probe: { shape: x.shape, data: v } },
        { t, chunk },
        (out, start, count) => {
          value.data.set(out.value.data.subarray(0, count * size), start * size);
          for (let i = 0; i < count; i++) divergence[start + i] += out.divergence.data[i];
        },
      );
    if (probe) {
      await add(Float32Array.from(probe.data));
      return { value, divergence, nfe: 1 };
    }
    const known = maskOf(xi, x)?.known;
    for (let j = 0; j < size; j++) {
      const unit = new Float32Array(x.data.length);
      for (let e = j; e < unit.length; e += size) if (known?.[e] !== 1) unit[e] = 1;
      await add(unit);
    }
    return { value, divergence, nfe: size };
  };
}
