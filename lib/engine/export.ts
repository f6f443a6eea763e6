import { sizeOf } from "../array";
import { expected } from "../errors";
import { checkValues } from "./check";
import { anyBatch } from "./onnx/ir/any-batch";
import type { Model, NamedValue } from "./onnx/ir/graph";
import { inStandardOperators } from "./onnx/ir/standard";
import { writeModel } from "./onnx/ir/writer";
import { names, trace } from "./onnx/trace/tracer";
import type { AnyProgram, Named, Program, Values } from "./program";
import { loadTfjs } from "./tfjs";
import { flatten, mapTree, pathOf, pathText, type Tensors, type Tree, type TreeOf } from "./tree";

/** Options of {@link exportOnnx}. */
export interface ExportOptions<Constants = Named<Values>, Inputs = Named<Values>> {
  /** Used in error messages, and as the name of the model's graph. */
  readonly name: string;
  /** The function to export, in tfjs operators. */
  readonly program: Program<Record<string, never>, Constants, Tensors<Inputs>, object>;
  /** Values that never change, such as the weights of a trained network: they become a part of the model. */
  readonly constants?: Constants;
  /** Inputs of the shapes that the model is to have; their values don't matter. */
  readonly inputs: Inputs;
  /**
   * "any" leaves the number of samples, the first length of all inputs but single numbers, open. Default: as
   * in `inputs`.
   */
  readonly batch?: "any";
}

/**
 * A program without state as an ONNX model, for onnxruntime in any language. Its inputs and outputs have the
 * program's names; those in nested records take the last name on their path (`xi.keep` is called `keep`)
 * where no other input or output ends in it, or else the whole path joined with ".". Shapes are fixed, the
 * number of samples too unless `batch` says otherwise. All operators are of the ONNX standard, opset 20.
 *
 * @throws UsageError if `batch` is something else than "any", if two inputs or outputs would have the same
 * name, or one has a name like those inside a model; with `batch: "any"`, if more than shapes depends on the
 * number of samples.
 *
 * @example
 * import { writeFileSync } from "node:fs";
 * import * as tf from "@tensorflow/tfjs-core";
 * const model = await exportOnnx({
 *   name: "norm",
 *   program: ({ inputs: { x } }) => ({ outputs: { norm: tf.norm(x, 2, 1) } }),
 *   inputs: { x: { shape: [16, 2], data: new Float32Array(32) } },
 * });
 * writeFileSync("norm.onnx", model);
 */
export async function exportOnnx<
  Inputs extends TreeOf<Inputs, Values>,
  Constants extends TreeOf<Constants, Values> = Named<Values>,
>(options: ExportOptions<Constants, Inputs>): Promise<Uint8Array> {
  const { name, program, constants = {}, inputs, batch } = options;
  if (batch !== undefined && batch !== "any") {
    const advice = "Leave it out for the number of samples of the inputs.";
    throw expected('"any" as batch', JSON.stringify(batch), advice);
  }
  const owner = `program "${name}"`;
  checkValues(owner, "constant", constants as Tree<Values>);
  const given = Object.keys(checkValues(owner, "input", inputs as Tree<Values>));
  const library = await loadTfjs();
  // No blocks of channels: their size depends on this machine, and the model may run on another.
  const traced = (given: Tree<Values>) =>
    trace(library, {
      name,
      program: program as unknown as AnyProgram,
      constants: constants as Tree<Values>,
      inputs: given,
      state: {},
      channelBlock: 0,
    });
  const { model: fixed, outputs } = traced(inputs as Tree<Values>);
  const model = inStandardOperators(
    batch === "any" ? openBatch(owner, inputs as Tree<Values>, (given) => traced(given).model) : fixed,
  );
  const publicNames = namesOf(given, Object.keys(flatten(outputs)));
  for (const key of publicNames.values()) {
    if (/^[cv]\d+$/.test(key)) throw expected("names unlike those inside a model (c0, v12, …)", `"${key}"`);
  }
  const renamed = (port: NamedValue) => ({ ...port, name: publicNames.get(port.name) as string });
  return writeModel(name, {
    ...model,
    inputs: model.inputs.map(renamed),
    outputs: model.outputs.map(renamed),
  });
}

/** Numbers of samples for which a program is traced to see what depends on them: no likely length else. */
const batches = [59, 61, 67] as const;

/** The model of a program for any number of samples. */
function openBatch(owner: string, inputs: Tree<Values>, traced: (inputs: Tree<Values>) => Model): Model {
  const [first, second, third] = batches.map((n) => ({
    n,
    model: traced(
      mapTree(inputs, ({ shape, data }) => {
        const wanted = shape.length === 0 ? [] : [n, ...shape.slice(1)];
        const length = sizeOf(wanted);
        return {
          shape: wanted,
          data: data instanceof Int32Array ? new Int32Array(length) : new Float32Array(length),
        };
      }),
    ),
  }));
  try {
    return anyBatch([first, second, third]);
  } catch (error) {
    throw expected(
      `${owner} to be the same for any number of samples`,
      (error as Error).message,
      "Leave batch out, and give inputs of the number of samples that you need.",
    );
  }
}

/** The names that inputs and outputs get, by those that they have in a traced model. */
function namesOf(inputs: readonly string[], outputs: readonly string[]): Map<string, string> {
  const keys = [...inputs, ...outputs];
  const last = (key: string) => pathOf(key).at(-1) as string;
  const nameOf = (key: string) =>
    keys.filter((other) => last(other) === last(key)).length === 1 ? last(key) : pathText(key);
  const shared = outputs.find((key) => inputs.some((other) => nameOf(other) === nameOf(key)));
  if (shared !== undefined) {
    throw expected("inputs and outputs of different names", `"${nameOf(shared)}" as both`);
  }
  for (const list of [inputs, outputs]) {
    const twice = list.find((key, i) => list.some((other, j) => j < i && nameOf(other) === nameOf(key)));
    if (twice !== undefined) {
      throw expected("inputs and outputs of different names", `two named "${nameOf(twice)}"`);
    }
  }
  return new Map([
    ...inputs.map((key): [string, string] => [names.input(key), nameOf(key)]),
    ...outputs.map((key): [string, string] => [names.output(key), nameOf(key)]),
  ]);
}
