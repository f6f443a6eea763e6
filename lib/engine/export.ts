import { expected } from "../errors";
import { checkValues } from "./check";
import { names, trace } from "./onnx/tracer";
import { writeModel } from "./onnx/writer";
import type { CompileOptions, Named, Values } from "./program";
import { loadTfjs } from "./tfjs";

export interface ExportOptions extends Pick<CompileOptions, "name" | "program" | "constants"> {
  /** Inputs of the shapes that the model is to have; their numbers don't matter. */
  readonly inputs: Named<Values>;
}

/**
 * A program without state as an ONNX model, for onnxruntime in any language: its inputs and outputs have the program's names.
 * Shapes are fixed, the number of samples too. Some operators are onnxruntime's own (com.microsoft), so other runtimes may
 * refuse it.
 */
export async function exportOnnx(options: ExportOptions): Promise<Uint8Array> {
  const { name, program, constants = {}, inputs } = options;
  const owner = `program "${name}"`;
  checkValues(owner, "constant", constants);
  checkValues(owner, "input", inputs);
  // Channels are not taken in blocks, which only the machine that was asked for their size could run.
  const { model, outputs } = trace(await loadTfjs(), {
    name,
    program,
    constants,
    inputs,
    state: {},
    channelBlock: 0,
  });
  for (const key of [...Object.keys(inputs), ...outputs]) {
    if (/^[cv]\d+$/.test(key)) throw expected("names unlike those inside a model (c0, v12, …)", `"${key}"`);
  }
  const shared = outputs.find((key) => key in inputs);
  if (shared) throw expected("inputs and outputs of different names", `"${shared}" as both`);
  const rename = (value: { readonly name: string }, to: string) => {
    (value as { name: string }).name = to;
  };
  for (const value of model.inputs) rename(value, value.name.slice(names.input("").length));
  for (const { value } of model.outputs) rename(value, value.name.slice(names.output("").length));
  return writeModel(name, model);
}
