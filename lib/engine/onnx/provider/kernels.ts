import type { Tensor } from "onnxruntime-node";
import { sizeOf } from "../../../array";
import type { Model, Node, Value } from "../ir/graph";
import { writeModel } from "../ir/writer";
import type { Ort } from "../run/session";
import { withDevice } from "./device";
import { onnxruntimeName, type Provider, reasonOf } from "./provider";

/** What a provider does with an operator: has it, leaves it to the processor, or fails with a reason. */
type Finding = "has" | "leaves" | { readonly fails: string };

const found = new Map<string, Finding>();

/**
 * For each node of a model, whether the provider has a kernel for its kind: the operator with its formats and
 * settings. onnxruntime doesn't say, so a model of one such node is opened and run on zeros, with the
 * processor forbidden; each kind once in a process.
 * @throws UsageError if the provider isn't there.
 */
export async function findKernels(
  ort: Ort,
  provider: Provider,
  { nodes }: Model,
): Promise<(node: Node) => Finding> {
  const keyOf = (node: Node) => `${provider} ${kindOf(node)}`;
  const unknown = new Map(nodes.map((node) => [keyOf(node), node]));
  for (const key of found.keys()) unknown.delete(key);
  if (unknown.size > 0) {
    await withDevice(ort, provider, async () => {
      for (const [key, node] of unknown) {
        const model = alone(node);
        const file = writeModel("trial", model);
        found.set(key, await findKernel(ort, provider, file, "disabled", zeros(ort, model)));
      }
    });
  }
  return (node) => found.get(keyOf(node)) as Finding;
}

/** What the provider does with all operators of a model, which is run if inputs for it are given. */
export async function findKernel(
  ort: Ort,
  provider: Provider,
  model: Uint8Array,
  graphOptimizationLevel: "all" | "disabled",
  feeds?: Readonly<Record<string, Tensor>>,
): Promise<Finding> {
  try {
    const session = await ort.InferenceSession.create(model, {
      executionProviders: [onnxruntimeName(provider)],
      graphOptimizationLevel,
      logSeverityLevel: 4,
      extra: { session: { disable_cpu_ep_fallback: "1" } },
    });
    try {
      if (feeds) await session.run(feeds);
    } finally {
      await session.release();
    }
    return "has";
  } catch (error) {
    const reason = reasonOf(error);
    return reason.includes("assigned to the default CPU EP") ? "leaves" : { fails: reason };
  }
}

/** All of a node but its lengths and names, by which kernels may differ. */
function kindOf({ op, domain, inputs, outputs, attributes }: Node): string {
  const settings = Object.entries(attributes).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.length : value,
  ]);
  const typesOf = (values: readonly Value[]) => values.map(({ type }) => type);
  // Joins and splits have one kernel for any number of parts.
  const types = [inputs, outputs].map((values) =>
    op === "Concat" || op === "Split" ? typesOf(values)[0] : typesOf(values),
  );
  return JSON.stringify([domain, op, inputs[0]?.shape.length, types, settings]);
}

/** A model of one node; its shapes and other small constants stay what they are. */
function alone(node: Node): Model {
  const values = [...new Set(node.inputs)];
  const constants = values.filter(({ type, data }) => data && (type !== "float32" || data.length <= 64));
  const named = (list: readonly Value[]) => list.map((value) => ({ name: value.name, value }));
  const inputs = values.filter((value) => !constants.includes(value));
  return { inputs: named(inputs), constants, nodes: [node], outputs: named(node.outputs) };
}

/** Most numbers in the inputs of a trial; with more of them a kernel is opened, but not run. */
const mostNumbers = 2 ** 24;

/** Zeros for each input of a model, if they aren't too many. */
function zeros(ort: Ort, { inputs }: Model): Record<string, Tensor> | undefined {
  const sizes = inputs.map(({ value }) => sizeOf(value.shape));
  if (sizes.reduce((sum, size) => sum + size, 0) > mostNumbers) return undefined;
  const tensors = inputs.map(({ name, value: { type, shape } }, i) => {
    const data = type === "int64" ? new BigInt64Array(sizes[i]) : new arrays[type](sizes[i]);
    return [name, new ort.Tensor(type, data as Float32Array, [...shape])];
  });
  return Object.fromEntries(tensors);
}

const arrays = {
  float32: Float32Array,
  int32: Int32Array,
  uint8: Uint8Array,
  int8: Int8Array,
  bool: Uint8Array,
};
