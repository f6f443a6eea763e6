import type { Model, Node } from "../ir/graph";
import { hasPlain, inPlainOperators } from "../ir/standard";
import type { Ort } from "../run/session";
import { findKernels } from "./kernels";
import { narrowSplits } from "./narrow-splits";
import { type Provider, refused } from "./provider";

/**
 * The model as a provider other than the processor can run it: no split into many parts, and plainer
 * operators in place of those that it has no kernel for. What it then still leaves to the processor is named
 * in a warning.
 * @throws UsageError if the provider isn't there, or fails at one of the operators.
 */
export async function fitToProvider(ort: Ort, provider: Provider, owner: string, model: Model): Promise<Model> {
  if (provider === "cpu") return model;
  const narrow = narrowSplits(model);
  const before = await findKernels(ort, provider, narrow);
  const plain = inPlainOperators(narrow, (node) => hasPlain(node) && before(node) !== "has");
  const after = await findKernels(ort, provider, plain);
  const left: Node[] = [];
  for (const node of plain.nodes) {
    const finding = after(node);
    if (finding === "leaves") left.push(node);
    else if (finding !== "has") throw refused(provider, `run ${node.op} for ${owner}`, finding.fails);
  }
  if (left.length > 0) warnOnce(leftText(provider, owner, left, plain.nodes.length));
  return plain;
}

function leftText(provider: Provider, owner: string, left: readonly Node[], all: number): string {
  const names = [...new Set(left.map(({ op }) => op))].sort();
  return (
    `${owner}: onnxruntime's ${provider} has no ${names.join(", no ")}. ` +
    `So ${left.length} of ${all} operators run on the CPU, and their numbers are copied there and back.`
  );
}

const warned = new Set<string>();

function warnOnce(text: string): void {
  if (warned.has(text)) return;
  warned.add(text);
  process.emitWarning(text, "ProviderWarning");
}
