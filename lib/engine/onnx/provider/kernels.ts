import type { Model, Node } from "../ir/graph";
import { writeModel } from "../ir/writer";
import type { Ort } from "../run/session";
import { absent, onnxruntimeName, type Provider, reasonOf } from "./provider";

/**
 * What a provider says of an operator: that it has it, that it leaves it to the processor, or why it fails.
 */
export type Finding = "has" | "leaves" | { readonly fails: string };

const known = new Map<string, Finding>();

/**
 * For each kind of node in a model (an operator with its formats and settings) whether the provider has a
 * kernel for it. onnxruntime doesn't say, so that a model of one such node is opened, with the processor
 * forbidden. The kinds are looked at once in a process.
 * @throws UsageError if the provider isn't there.
 */
export async function findKernels(
  ort: Ort,
  provider: Provider,
  { nodes }: Model,
): Promise<(node: Node) => Finding> {
  const keyOf = (node: Node) => `${provider} ${kind(node)}`;
  const unknown = new Map(nodes.map((node) => [keyOf(node), node]));
  for (const key of known.keys()) unknown.delete(key);
  if (unknown.size > 0) {
    const open = (node: Node, more: object = {}) =>
      ort.InferenceSession.create(writeModel("trial", alone(node)), {
        executionProviders: [onnxruntimeName(provider)],
        graphOptimizationLevel: "disabled",
        logSeverityLevel: 4,
        ...more,
      });
    // While it is open, the provider's device is; else each trial would open that anew.
    const held = await open(identity).catch((error: unknown) => {
      throw absent(provider, error);
    });
    try {
      for (const [key, node] of unknown) {
        const finding = await open(node, { extra: { session: { disable_cpu_ep_fallback: "1" } } }).then(
          (session) => session.release().then(() => "has" as const),
          (error: Error): Finding =>
            error.message.includes("assigned to the default CPU EP") ? "leaves" : { fails: reasonOf(error) },
        );
        known.set(key, finding);
      }
    } finally {
      await held.release();
    }
  }
  return (node) => known.get(keyOf(node)) as Finding;
}

/** The node without its lengths: a provider's kernels differ by all else. */
function kind({ op, domain, inputs, outputs, attributes }: Node): string {
  const settings = Object.entries(attributes).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.length : value,
  ]);
  const formats = [inputs, outputs].map((values) => values.map(({ type }) => type));
  // Joins and splits have one kernel for any number of parts.
  const parts = op === "Concat" || op === "Split" ? formats.map(([type]) => type) : formats;
  return JSON.stringify([domain, op, inputs[0]?.shape.length, parts, settings]);
}

/** A model of one node; its shapes and other small constants stay what they are. */
function alone(node: Node): Model {
  const values = [...new Set(node.inputs)];
  const stays = values.filter(({ type, data }) => data && (type !== "float32" || data.length <= 64));
  const inputs = values.filter((value) => !stays.includes(value));
  const named = (list: readonly Node["inputs"][number][]) =>
    list.map((value) => ({ name: value.name, value }));
  return { inputs: named(inputs), constants: stays, nodes: [node], outputs: named(node.outputs) };
}

const number = (name: string) => ({ name, type: "float32", shape: [1] }) as const;
const identity: Node = {
  op: "Identity",
  domain: "",
  inputs: [number("x")],
  outputs: [number("y")],
  attributes: {},
};
