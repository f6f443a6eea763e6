import type { Model, Node, Value } from "../ir/graph";

/**
 * The most outputs of one Split. On a GPU each is a buffer, as is the input; a driver need not allow more
 * than 8 of them at once (WebGPU's limit `maxStorageBuffersPerShaderStage`).
 */
const most = 7;

/** The same model with trees of splits, none of them into more than 7 parts, in place of wider ones. */
export function narrowSplits(model: Model): Model {
  const constants = [...model.constants];
  const nodes = model.nodes.flatMap((node) => {
    if (node.op !== "Split" || node.outputs.length <= most) return [node];
    return tree(node.inputs[0], node.outputs, node.attributes.axis as number, constants);
  });
  return { ...model, nodes, constants };
}

/** The nodes that cut a value into these parts; what they need of constants is added to the list. */
function tree(whole: Value, parts: readonly Value[], axis: number, constants: Value[]): Node[] {
  const length = Math.ceil(parts.length / Math.min(most, Math.ceil(parts.length / most)));
  const groups: (readonly Value[])[] = [];
  for (let i = 0; i < parts.length; i += length) groups.push(parts.slice(i, i + length));
  if (length === 1 || groups.length === 1) return [split(whole, parts, axis, constants)];
  const joined = groups.map((group) => together(group, axis));
  return [
    split(whole, joined, axis, constants),
    ...groups.flatMap((group, i) => (group.length === 1 ? [] : tree(joined[i], group, axis, constants))),
  ];
}

/** The value of which these are the parts. */
function together(parts: readonly Value[], axis: number): Value {
  const [first] = parts;
  if (parts.length === 1) return first;
  const length = parts.reduce((sum, { shape }) => sum + shape[axis], 0);
  const shape = first.shape.map((old, i) => (i === axis ? length : old));
  return { name: `${first.name}_to_${parts[parts.length - 1].name}`, type: first.type, shape };
}

function split(whole: Value, parts: readonly Value[], axis: number, constants: Value[]): Node {
  const data = BigInt64Array.from(parts, ({ shape }) => BigInt(shape[axis]));
  const sizes: Value = {
    name: `${parts[0].name}_of_${whole.name}`,
    type: "int64",
    shape: [data.length],
    data,
  };
  constants.push(sizes);
  return { op: "Split", domain: "", inputs: [whole, sizes], outputs: parts, attributes: { axis } };
}
