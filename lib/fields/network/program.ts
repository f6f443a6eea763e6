import type * as tf from "@tensorflow/tfjs-core";
import type { NdArray } from "../../array";
import { floatInput } from "../../conditions/options";
import type { Named } from "../../engine";
import { applyNetwork } from "../../networks/apply-network";
import type { Network, NetworkInput, Parameters } from "../../networks/network";

/** A network with its parameters. */
export interface NetworkWithParameters {
  /** What is computed. */
  readonly network: Network;
  /** Its parameters, by name. */
  readonly parameters: Parameters<NdArray>;
}

/** The program that gives a network's output as `value`, with its parameters as constants. */
export function networkProgram({ network, parameters }: NetworkWithParameters, name: string) {
  return {
    name: `${name} (${network.name})`,
    constants: Object.fromEntries(Object.entries(parameters).map(([key, value]) => [key, floatInput(value)])),
    program: ({ constants, inputs }: NetworkGiven) => ({
      outputs: { value: applyNetwork(network, constants, inputs) },
    }),
  };
}

/** What a network's program is given. */
export interface NetworkGiven<Input extends NetworkInput = NetworkInput> {
  readonly constants: Named<tf.Tensor>;
  readonly inputs: Input;
}
