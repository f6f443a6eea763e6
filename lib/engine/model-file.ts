import { readFile } from "node:fs/promises";
import type { InferenceSession, Tensor } from "onnxruntime-node";
import { UsageError } from "../errors";
import { checkNames, checkValues } from "./check";
import { checkFile } from "./onnx/provider";
import { provider } from "./onnx/provider/provider";
import { loadOrt, openSession, runFailure } from "./onnx/run/session";
import type { Named, Values } from "./program";
import { flatten } from "./tree";

/** An input or an output of a model. */
export interface Port {
  /** ONNX's name of the number format, such as "float32" or "int64"; "other" for what isn't a tensor. */
  readonly type: string;
  /** Lengths of the axes, null where the model leaves one open; empty where it doesn't say. */
  readonly shape: readonly (number | null)[];
}

/** An ONNX model from a file, whatever wrote it. */
export interface ModelFile {
  /** Its inputs by name, with their shapes and types. */
  readonly inputs: Named<Port>;
  /** Its outputs by name, with their shapes and types. */
  readonly outputs: Named<Port>;
  /** Runs it. Outputs of other formats are converted to float32 or, where they are integers, int32. */
  run(inputs: Named<Values>, outputs?: readonly string[]): Promise<Named<Values>>;
  /** Frees native memory. */
  dispose(): Promise<void>;
}

/**
 * Opens an ONNX model. @throws UsageError when there is no such file or onnxruntime can't read it.
 *
 * @example
 * await exportField("b.onnx", model, { example: { x: pairs.x0, xi: {} } });
 * const file = await openModel("b.onnx");
 * const t = { shape: [16], data: new Float32Array(16) };
 * const { value } = await file.run({ x: { shape: [16, 2], data: Float32Array.from(pairs.x0.data) }, t });
 */
export async function openModel(file: string): Promise<ModelFile> {
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    const reason = error.code === "ENOENT" ? "there is no such file" : error.message;
    throw new UsageError(`Can't read the ONNX model ${file}: ${reason}.`);
  });
  const ort = await loadOrt();
  const session = await openSession(ort, file, bytes).catch((error: Error) => {
    throw new UsageError(`${file} can't be used as an ONNX model: ${error.message}`, { cause: error });
  });
  await checkFile(ort, provider(), file, bytes);
  const inputs = ports(session.inputMetadata);
  const outputs = ports(session.outputMetadata);
  return Object.freeze({
    inputs,
    outputs,
    async run(given: Named<Values>, wanted: readonly string[] = Object.keys(outputs)) {
      const keys = Object.keys(checkValues(file, "input", given));
      checkNames(file, "input", keys, Object.keys(flatten<Port>(inputs)));
      const feeds = Object.entries(given).map(([name, { shape, data }]) => [
        name,
        data instanceof Int32Array
          ? new ort.Tensor("int32", data, [...shape])
          : new ort.Tensor("float32", data, [...shape]),
      ]);
      const results = await session.run(Object.fromEntries(feeds), [...wanted]).catch((error: unknown) => {
        throw runFailure(file, error);
      });
      return Object.fromEntries(wanted.map((name) => [name, fromTensor(results[name])]));
    },
    dispose: () => session.release(),
  });
}

function ports(metadata: readonly InferenceSession.ValueMetadata[]): Named<Port> {
  const entries = metadata.map((value): [string, Port] => [
    value.name,
    value.isTensor
      ? {
          type: value.type,
          shape: value.shape.map((length) => (typeof length === "number" && length >= 0 ? length : null)),
        }
      : { type: "other", shape: [] },
  ]);
  return Object.freeze(Object.fromEntries(entries));
}

function fromTensor({ type, data, dims }: Tensor): Values {
  const whole = type !== "float16" && type !== "float32" && type !== "float64";
  if (data instanceof Float32Array || data instanceof Int32Array) return { shape: [...dims], data };
  const numbers = data as ArrayLike<number | bigint>;
  return {
    shape: [...dims],
    data: whole ? Int32Array.from(numbers, Number) : Float32Array.from(numbers, Number),
  };
}
