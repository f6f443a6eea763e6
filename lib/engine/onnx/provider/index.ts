import type { Model, Node } from "../ir/graph";
import { hasPlain, inPlainOperators } from "../ir/standard";
import type { Ort } from "../run/session";
import { backwardSlices } from "./backward-slices";
import { findKernel, findKernels } from "./kernels";
import { narrowSplits } from "./narrow-splits";
import { type Provider, refused } from "./provider";

/**
 * The model as a provider other than the processor can run it: without what its kernels are known to
 * fail at, and with plainer operators in place of those that it has no kernel for. What it then still leaves
 * to the processor is named in a warning.
 * @throws UsageError if the provider isn't there, or fails at one of the operators.
 */
export async function fitToProvider(
  ort: Ort,
  provider: Provider,
  owner: string,
  model: Model,
): Promise<Model> {
  if (provider === "cpu") return model;
  const careful = backwardSlices(narrowSplits(model));
  const before = await findKernels(ort, provider, careful);
  const plain = inPlainOperators(careful, (node) => hasPlain(node) && before(node) !== "has");
  const after = await findKernels(ort, provider, plain);
  const left: Node[] = [];
  for (const node of plain.nodes) {
    const finding = after(node);
    if (finding === "leaves") left.push(node);
    else if (finding !== "has") throw refused(provider, `run ${node.op} for ${owner}`, finding.fails);
  }
  if (left.length > 0) warnOf(provider, owner, left, plain.nodes.length);
  return plain;
}

/** Says of a model from a file that a provider other than the processor can't run all of it, if so. */
export async function checkFile(
  ort: Ort,
  provider: Provider,
  file: string,
  model: Uint8Array,
): Promise<void> {
  if (provider === "cpu" || (await findKernel(ort, provider, model, "all")) !== "leaves") return;
  warn(
    `${file}: onnxruntime's ${provider} hasn't got all of its operators.`,
    "The others will run on the CPU, and their numbers be copied there and back.",
  );
}

/** What is left to the processor. */
function warnOf(provider: Provider, owner: string, left: readonly Node[], all: number): void {
  const names = [...new Set(left.map(nameOf))].sort();
  warn(
    `${owner}: onnxruntime's ${provider} has no ${names.join(", no ")}.`,
    `${left.length} of ${all} operators will run on the CPU, and their numbers be copied there and back.`,
  );
}

const warned = new Set<string>();

/** Warns, once for each fact. */
function warn(fact: string, consequence: string): void {
  if (warned.has(fact)) return;
  warned.add(fact);
  process.emitWarning(`${fact} ${consequence}`, "ProviderWarning");
}

/** The operator, with its formats where they are others than float32. */
function nameOf({ op, inputs: [input], outputs: [output] }: Node): string {
  const from = input && input.type !== "float32" ? ` of ${input.type}` : "";
  return op === "Cast" ? `${op}${from} to ${output.type}` : `${op}${from}`;
}
