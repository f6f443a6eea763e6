import type * as onnxruntime from "onnxruntime-node";
import type { Node } from "../ir/graph";
import { writeModel } from "../ir/writer";
import { absent, onnxruntimeName, type Provider } from "./provider";

const number = (name: string) => ({ name, type: "float32", shape: [1] }) as const;
const identity: Node = {
  op: "Identity",
  domain: "",
  inputs: [number("x")],
  outputs: [number("y")],
  attributes: {},
};

const trial = {
  inputs: [{ name: "x", value: identity.inputs[0] }],
  constants: [],
  nodes: [identity],
  outputs: [{ name: "y", value: identity.outputs[0] }],
};

/**
 * Runs `body` while the provider's device is open, which other sessions then need not open anew.
 * @throws UsageError if the provider isn't there, or has no device.
 */
export async function withDevice<T>(
  ort: typeof onnxruntime,
  provider: Provider,
  body: () => Promise<T>,
): Promise<T> {
  const session = await ort.InferenceSession.create(writeModel("trial", trial), {
    executionProviders: [onnxruntimeName(provider)],
    logSeverityLevel: 4,
  }).catch((error: unknown) => {
    throw absent(provider, error);
  });
  try {
    return await body();
  } finally {
    await session.release();
  }
}
