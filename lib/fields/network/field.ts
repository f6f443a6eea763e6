import type * as tf from "@tensorflow/tfjs";
import { zeros } from "../../array";
import { floatInput } from "../../conditions/options";
import { assertChunk, runInChunks } from "../../engine/chunks";
import { compile } from "../../engine/compile";
import type { EngineName, Named } from "../../engine/program";
import { applyNetwork } from "../../networks/apply-network";
import type { NetworkInput } from "../../networks/network";
import { type Field, makeField } from "../field";
import { boundInputs } from "./inputs";
import { type NetworkWithParameters, networkProgram } from "./program";

export interface NetworkFieldOptions extends NetworkWithParameters {
  /**
   * Largest number of samples evaluated at once. Default 16 images or 4096 points. Smaller numbers are padded
   * to a power of two, so that a few compiled models serve any number of samples.
   */
  readonly chunk?: number;
  /** What computes. Default: the engine of the environment variable ENGINE, or "onnx". */
  readonly engine?: EngineName;
}

/**
 * A network with its parameters as a field: b or g, whichever it was trained for. The parameters are baked
 * into the compiled model. Where the condition has a mask, the values at known pixels are exactly zero.
 *
 * Bound to ξ (`field.on(xi)`) it checks and copies ξ at the first evaluation only. x must not be written to
 * until the values are returned.
 * @throws unless `chunk` is a whole number above 0; the field rejects a t outside [0, 1] and a ξ that the
 * network wasn't built for.
 *
 * @example
 * const b = networkField({ network: model.network, parameters: model.parameters, chunk: 256 });
 * const { x } = await solveOde(b, atBase(pairs), { method: midpoint({ steps: 5 }) });
 */
export function networkField(options: NetworkFieldOptions): Field {
  assertChunk(options.chunk);
  const compiled = compile({ ...networkProgram(options, "field"), engine: options.engine });
  return makeField((xi) => {
    const inputs = boundInputs(options, xi);
    return async (x, t) => {
      const value = zeros(x.shape, x);
      await runInChunks(inputs(x, t), ({ input }) => compiled.run(input), { value: value.data });
      return value;
    };
  });
}

/**
 * Fields of one network with other parameters each, as while it is trained: all share one compiled model,
 * which takes the parameters as inputs. Each evaluation is slower than that of `networkField`, but a new
 * field costs nothing.
 * @throws as `networkField`.
 */
export function networkFields(
  options: Omit<NetworkFieldOptions, "parameters">,
): (parameters: NetworkWithParameters["parameters"]) => Field {
  assertChunk(options.chunk);
  const { network, engine } = options;
  const compiled = compile({
    name: `field in training (${network.name})`,
    program: ({ inputs: { parameters, input } }: FieldsGiven) => ({
      outputs: { value: applyNetwork(network, parameters, input) },
    }),
    engine,
  });
  return (given) => {
    const parameters = Object.fromEntries(
      Object.entries(given).map(([name, values]) => [name, floatInput(values)]),
    );
    return makeField((xi) => {
      const inputs = boundInputs(options, xi);
      return async (x, t) => {
        const value = zeros(x.shape, x);
        await runInChunks(inputs(x, t), ({ input }) => compiled.run({ parameters, input }), {
          value: value.data,
        });
        return value;
      };
    });
  };
}

interface FieldsGiven {
  readonly inputs: { readonly parameters: Named<tf.Tensor>; readonly input: NetworkInput };
}
