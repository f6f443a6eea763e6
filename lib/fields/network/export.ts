import { floatInput } from "../../conditions/options";
import { conditionInputs } from "../../conditions/parts";
import { exportOnnx } from "../../engine";
import { described, expected } from "../../errors";
import { writeAtomically } from "../../files/atomic-write";
import type { FieldInput } from "../field";
import { type NetworkWithParameters, networkProgram } from "./program";

/** Options of {@link exportField}. */
export interface ExportFieldOptions {
  /** Samples and their condition, of the shapes that the model is to take, the number of samples included. */
  readonly example: Pick<FieldInput, "x" | "xi">;
}

/**
 * Writes a network with its parameters as an ONNX model, to sample with onnxruntime outside this library. Its
 * inputs are x, t (one time per sample) and the parts of ξ that the network takes, by their names; its output
 * is `value`, as from `networkField`.
 *
 * @example
 * await exportField("b.onnx", model, { example: { x: pairs.x0, xi: pairs.xi } });
 * const exported = await openModel("b.onnx"); // or any other program with onnxruntime
 * exported.inputs; // x: float32 [16, 2], t: float32 [16]
 */
export async function exportField(
  path: string,
  model: NetworkWithParameters,
  options: ExportFieldOptions,
): Promise<void> {
  if (!options?.example?.x) {
    throw expected(
      "an example of what the field is given, { example: { x, xi } }",
      described(options?.example),
    );
  }
  const { x, xi } = options.example;
  const n = x.shape[0];
  const onnx = await exportOnnx({
    ...networkProgram(model, "field"),
    inputs: {
      x: floatInput(x),
      t: { shape: [n], data: new Float32Array(n) },
      xi: conditionInputs(xi, model.network.condition, n),
    },
  });
  writeAtomically(path, onnx);
}
