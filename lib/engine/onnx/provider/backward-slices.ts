import type { Model, Node, Value } from "../ir/graph";

/**
 * The same model with slices that run backwards only from the last element on, after one that cuts off what
 * comes behind: onnxruntime's WebGPU (1.30) begins at the last element wherever a backward slice is to begin.
 */
export function backwardSlices(model: Model): Model {
  const constants = [...model.constants];
  const nodes = model.nodes.flatMap((node) => (node.op === "Slice" ? fromLast(node, constants) : [node]));
  return { ...model, nodes, constants };
}

/** The nodes for a slice; what they need of constants is added to the list. */
function fromLast(node: Node, constants: Value[]): readonly Node[] {
  const [x, starts, , axes, steps] = node.inputs;
  const [from, along, by] = [starts, axes, steps].map(({ data }) => Array.from(data ?? [], Number));
  const late = along.filter((axis, i) => by[i] < 0 && from[i] < x.shape[axis] - 1);
  if (late.length === 0) return [node];
  const kept = late.map((axis) => from[along.indexOf(axis)] + 1);
  const [output] = node.outputs;
  const ints = (role: string, values: readonly number[]): Value => {
    const data = BigInt64Array.from(values, BigInt);
    const value: Value = { name: `${output.name}_${role}`, type: "int64", shape: [values.length], data };
    constants.push(value);
    return value;
  };
  const shape = x.shape.map((length, axis) => (late.includes(axis) ? kept[late.indexOf(axis)] : length));
  const cut: Value = { name: `${output.name}_cut`, type: x.type, shape };
  const zeros = late.map(() => 0);
  const inputs = [x, ints("from", zeros), ints("to", kept), ints("along", late)];
  return [
    { op: "Slice", domain: "", inputs, outputs: [cut], attributes: {} },
    { ...node, inputs: [cut, ...node.inputs.slice(1)] },
  ];
}
