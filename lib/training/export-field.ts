import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type * as tf from "@tensorflow/tfjs";
import type { NdArray } from "../array";
import type { Start } from "../couplings/coupling";
import { exportOnnx } from "../engine";
import type { Network, NetworkInput, Parameters } from "../networks/network";
import { conditionInputs, floats } from "./condition-inputs";

export interface ExportFieldOptions {
  /** Where to write, as `b.onnx`. */
  readonly file: string;
  readonly network: Network;
  readonly parameters: Parameters<NdArray>;
  /** Samples and conditions of the shapes that the model is to take, their number included: it can't be changed later. */
  readonly example: Start;
}

/**
 * Writes a network with its parameters as an ONNX model, to sample with onnxruntime outside this library. Its inputs are x,
 * t (one time per sample) and the parts of ξ that the network takes, by their names; its output is `value`, as from
 * `networkField`.
 */
export async function exportField({ file, network, parameters, example }: ExportFieldOptions): Promise<void> {
  const n = example.x0.shape[0];
  const model = await exportOnnx({
    name: `field (${network.name})`,
    constants: Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, floats(value)])),
    program: ({ constants, inputs }: { constants: Parameters<tf.Tensor>; inputs: NetworkInput }) => ({
      outputs: { value: network.apply(constants, inputs) },
    }),
    inputs: {
      x: floats(example.x0),
      t: { shape: [n], data: new Float32Array(n) },
      xi: conditionInputs(example.xi, network.condition, n),
    },
  });
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, model);
}
