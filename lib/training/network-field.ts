import type * as tf from "@tensorflow/tfjs";
import { type NdArray, sampleSize, zeros } from "../array";
import { compile, type EngineName } from "../engine";
import type { Field } from "../fields/field";
import type { Network, NetworkInput, Parameters } from "../networks/network";
import { conditionInputs, floats } from "./condition-inputs";
import { assertChunk, runInChunks } from "./in-chunks";

export interface NetworkFieldOptions {
  readonly network: Network;
  readonly parameters: Parameters<NdArray>;
  /**
   * Most samples evaluated at once. Default 16 images or 4096 points. Smaller numbers are filled up to a power
   * of two, so that few compiled models serve all numbers of samples.
   */
  readonly chunk?: number;
  readonly engine?: EngineName;
}

/**
 * A network with its parameters as a field: b or g, whichever it was trained for. The parameters are baked
 * into the compiled model. Where the condition has a mask, the values at known pixels are exactly zero.
 */
export function networkField({ network, parameters, chunk, engine }: NetworkFieldOptions): Field {
  assertChunk(chunk);
  const compiled = compile({
    name: `field (${network.name})`,
    engine,
    constants: Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, floats(value)])),
    program: ({ constants, inputs }: { constants: Parameters<tf.Tensor>; inputs: NetworkInput }) => ({
      outputs: { value: network.apply(constants, inputs) },
    }),
  });

  return async ({ x, t, xi }) => {
    const out = zeros(x.shape, x);
    const size = sampleSize(x);
    const inputs = { x: floats(x), xi: conditionInputs(xi, network.condition, x.shape[0]) };
    await runInChunks(compiled, inputs, { t, chunk }, ({ value }, start, count) =>
      out.data.set(value.data.subarray(0, count * size), start * size),
    );
    return out;
  };
}
