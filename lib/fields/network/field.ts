import type * as tf from "@tensorflow/tfjs-core";
import { zeros } from "../../array";
import { floatInput } from "../../conditions/options";
import { assertChunk, runInChunks } from "../../engine/chunks";
import { compile } from "../../engine/compile";
import type { EngineName, Named } from "../../engine/program";
import { assertKnown, choose, expected } from "../../errors";
import { applyNetwork } from "../../networks/apply-network";
import type { NetworkInput } from "../../networks/network";
import { type Field, type FieldInput, makeField } from "../field";
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
  /**
   * "int8" computes convolutions in whole numbers of 8 bits, but for the first three and the last three: for
   * sampling faster where the processor has instructions for it, at values that are a few per cent off. Take
   * a fixed number of steps with it: methods that choose their own take more of them. Default "float32".
   */
  readonly precision?: "float32" | "int8";
  /**
   * With int8: what the network is given on the way, from `pathExamples`. The first evaluation measures on
   * them between which numbers hidden images lie.
   */
  readonly examples?: readonly FieldInput[];
}

/**
 * A network with its parameters as a field: b or g, whichever it was trained for. The parameters are baked
 * into the compiled model. Where the condition has a mask, the values at known pixels are exactly zero.
 *
 * Bound to ξ (`field.on(xi)`) it checks and copies ξ at the first evaluation only. x must not be written to
 * until the values are returned.
 * @throws unless `chunk` is a whole number above 0, and when int8 is asked for without examples; the field
 * rejects a t outside [0, 1], a ξ that the network wasn't built for, and int8 where the network has no
 * convolutions for it.
 *
 * @example
 * const b = networkField({ network: model.network, parameters: model.parameters, chunk: 256 });
 * const { x } = await solveOde(b, atBase(pairs), { method: midpoint({ steps: 5 }) });
 */
export function networkField(options: NetworkFieldOptions): Field {
  assertKnown(
    options,
    { chunk: true, engine: true, precision: true, examples: true, network: true, parameters: true },
    "networkField",
    { likely: true },
  );
  assertChunk(options.chunk);
  const compiled = compile({
    ...networkProgram(options, "field"),
    engine: options.engine,
    ...(isInt8(options) && { int8: exampleInputs(options) }),
  });
  return makeField((xi) => {
    const inputs = boundInputs(options, xi);
    return async (x, t) => {
      const value = zeros(x.shape, x);
      await runInChunks(inputs(x, t), ({ input }) => compiled.run(input), { value: value.data });
      return value;
    };
  });
}

function isInt8({ precision = "float32" }: NetworkFieldOptions): boolean {
  choose("precision", precision, { float32: false, int8: true });
  return precision === "int8";
}

/** The examples in chunks as they are evaluated. */
function exampleInputs({ examples = [], ...options }: NetworkFieldOptions) {
  if (examples.length === 0) {
    throw expected(
      "examples of what the network is given, for int8",
      "none",
      "Pass examples: pathExamples({ pairs, interpolant }), with pairs drawn of training samples.",
    );
  }
  return examples.flatMap(({ x, t, xi }) => boundInputs(options, xi)(x, t).map(({ input }) => input));
}

/**
 * Fields of one network with other parameters each, as while it is trained: all share one compiled model,
 * which takes the parameters as inputs. Each evaluation is slower than that of `networkField`, but a new
 * field costs nothing.
 * @throws as `networkField`.
 */
export function networkFields(
  options: Pick<NetworkFieldOptions, "network" | "chunk" | "engine">,
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
