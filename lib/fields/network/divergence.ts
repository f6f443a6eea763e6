import * as tf from "@tensorflow/tfjs-core";
import { assertShape, sampleSize, zeros } from "../../array";
import { compile } from "../../engine";
import { assertChunk, chunkRows, runInChunks } from "../../engine/chunks";
import type { NetworkInput } from "../../networks/network";
import { boundMask } from "../bound-mask";
import { type Divergence, makeDivergence } from "../divergence";
import type { NetworkFieldOptions } from "./field";
import { boundInputs, floatView } from "./inputs";
import { type NetworkGiven, networkProgram } from "./program";

/**
 * The divergence of a network's field (see `networkField`) by automatic differentiation. With a probe v it
 * costs one evaluation with its gradient; exact, one for each of the d coordinates, which suits points, not
 * images.
 * @throws as `networkField` does, and when a probe is not of x's shape.
 *
 * @example
 * const divergence = networkDivergence(model);
 * const exact = await divergence({ x: pairs.x1, t: 1, xi: pairs.xi }); // exact.divergence: 16 numbers
 */
export function networkDivergence(options: NetworkFieldOptions): Divergence {
  assertChunk(options.chunk);
  const { program: b, ...settings } = networkProgram(options, "divergence");
  const compiled = compile({
    ...settings,
    engine: options.engine,
    program: ({ constants, inputs: { probe, ...input } }: NetworkGiven<ProbedInput>) => {
      // The gradient of v·b(x) with respect to x is (∂b/∂x)ᵀv, and with respect to v it is b.
      const product = (x: tf.Tensor, v: tf.Tensor) =>
        tf.sum(tf.mul(v, b({ constants, inputs: { ...input, x } }).outputs.value));
      const [gradient, value] = tf.grads(product)([input.x, probe]);
      const terms = tf.mul(gradient, probe);
      const axes = terms.shape.slice(1).map((_, axis) => axis + 1);
      return { outputs: { value, divergence: tf.sum(terms, axes) } };
    },
  });

  return makeDivergence((xi) => {
    const inputs = boundInputs(options, xi);
    const mask = boundMask(xi);
    return async (x, t, probe) => {
      if (probe) assertShape(probe, x.shape, "a probe, like x,");
      const size = sampleSize(x);
      const value = zeros(x.shape, x);
      const chunks = inputs(x, t);
      /** vᵀ(∂b/∂x)v of every sample. */
      const along = async (v: Float32Array) => {
        const divergence = new Float64Array(x.shape[0]);
        const all = { shape: x.shape, data: v };
        await runInChunks(chunks, (chunk) => compiled.run({ ...chunk.input, probe: chunkRows(all, chunk) }), {
          value: value.data,
          divergence,
        });
        return divergence;
      };
      if (probe) return { value, divergence: await along(floatView(probe).data), nfe: 1 };
      const known = mask(x)?.known;
      const divergence = new Float64Array(x.shape[0]);
      for (let j = 0; j < size; j++) {
        const unit = new Float32Array(x.data.length);
        for (let e = j; e < unit.length; e += size) if (known?.[e] !== 1) unit[e] = 1;
        (await along(unit)).forEach((term, i) => {
          divergence[i] += term;
        });
      }
      return { value, divergence, nfe: size };
    };
  });
}

interface ProbedInput extends NetworkInput {
  /** v, of x's shape. */
  readonly probe: tf.Tensor;
}
