import { createHash } from "node:crypto";
import { engineNameOf } from "./compile";
import { writeModel } from "./onnx/ir/writer";
import { provider } from "./onnx/provider/provider";
import { loadOrt } from "./onnx/run/session";
import { trace } from "./onnx/trace/tracer";
import type { AnyProgram, EngineName, Values } from "./program";
import { loadTfjs } from "./tfjs";
import type { Tree } from "./tree";

export interface FingerprintOptions {
  /** Used in error messages; it makes no difference to the fingerprint. */
  readonly name: string;
  readonly program: AnyProgram;
  /** State and inputs of the right shapes. Their values make no difference. */
  readonly state: Tree<Values>;
  readonly inputs: Tree<Values>;
}

/**
 * A hexadecimal hash of all that a program computes: its operators, their attributes and order, shapes, and
 * every number that its closures put in. It is that of the program traced as an ONNX model, whatever engine
 * is to run it, and the same in every process and on every machine.
 *
 * @throws UsageError if the program uses an operator that can't be traced.
 */
export async function programFingerprint({
  name,
  program,
  state,
  inputs,
}: FingerprintOptions): Promise<string> {
  const { model } = trace(await loadTfjs(), {
    ...{ name, program, state, inputs },
    constants: {},
    channelBlock: 0, // the number of this machine's processor is no part of what is computed
  });
  return createHash("sha256").update(writeModel("", model)).digest("hex");
}

/** What runs programs: the engine, the version of its library and, for onnxruntime, its provider. */
export async function engineVersion(engine?: EngineName): Promise<string> {
  const name = engineNameOf(engine);
  if (name !== "onnx") return `${name} ${(await loadTfjs()).version_core}`;
  const { versions } = (await loadOrt()).env;
  return `onnx ${versions.node ?? versions.common} ${provider()}`;
}
