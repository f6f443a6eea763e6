import type { Model, Node, Value } from "./graph";

/** A model that was traced for this number of samples. */
export interface TracedBatch {
  readonly n: number;
  readonly model: Model;
}

/** The length of an axis that the model leaves open. */
const anyLength = -1;

/**
 * One model for any number of samples, from models of the same program that were traced for three different
 * ones: whatever differs between them must be whole numbers that depend linearly on the number of samples,
 * such as shapes, and is computed from the first input's shape.
 * @throws an error that says what else depends on the number of samples.
 */
export function anyBatch(traced: readonly [TracedBatch, TracedBatch, TracedBatch]): Model {
  const [{ model: first }, ...others] = traced;
  const same = others.every(({ model }) => sameStructure(first, model));
  if (!same) throw new Error("its operators depend on the number of samples");

  const input = first.inputs.find(({ value }) => value.shape.length > 0) ?? first.inputs[0];
  const computed: Node[] = [];
  const made: Value[] = [];
  const int64 = (values: readonly number[]): Value => {
    const data = BigInt64Array.from(values, BigInt);
    const value: Value = { name: `n_c${made.length}`, type: "int64", shape: [values.length], data };
    made.push(value);
    return value;
  };
  const node = (
    op: string,
    inputs: readonly Value[],
    length: number,
    attributes: Node["attributes"] = {},
  ) => {
    const output: Value = { name: `n_v${computed.length}`, type: "int64", shape: [length] };
    computed.push({ op, domain: "", inputs, outputs: [output], attributes });
    return output;
  };
  let samples: Value | undefined;
  const dynamic = new Map<string, Value>();

  /** What stands for a constant that differs: a list with its only open length left out, or computed. */
  const inPlaceOf = (value: Value, at: number, op: string): Value => {
    const { slope, start } = linear(
      value,
      others.map(({ model }) => model.constants[at]),
      traced,
    );
    if (op === "Reshape" && slope.filter((each) => each !== 0).length === 1) {
      return int64(slope.map((each, k) => (each === 0 ? start[k] : anyLength)));
    }
    samples ??= node("Shape", [input.value], 1, { start: 0, end: 1 });
    const scaled = node("Mul", [samples, int64(slope)], slope.length);
    return node("Add", [scaled, int64(start)], slope.length);
  };

  const kept: Value[] = [];
  const differing = new Map<Value, number>();
  first.constants.forEach((value, at) => {
    const equal = others.every(({ model }) => sameConstant(value, model.constants[at]));
    if (equal) kept.push(value);
    else differing.set(value, at);
  });
  const nodes = first.nodes.map((given): Node => {
    const inputs = given.inputs.map((value) => {
      const at = differing.get(value);
      if (at === undefined) return value;
      const key = `${given.op === "Reshape"} ${value.name}`;
      const replaced = dynamic.get(key) ?? inPlaceOf(value, at, given.op);
      dynamic.set(key, replaced);
      return replaced;
    });
    return { ...given, inputs };
  });
  const open = ({ name, value }: Model["inputs"][number], k: number, from: "inputs" | "outputs") => {
    const lengths = others.map(({ model }) => model[from][k].value.shape);
    const shape = value.shape.map((length, axis) =>
      lengths.every((other) => other[axis] === length) ? length : anyLength,
    );
    return { name, value, shape };
  };
  return {
    inputs: first.inputs.map((port, k) => open(port, k, "inputs")),
    outputs: first.outputs.map((port, k) => open(port, k, "outputs")),
    constants: [...kept, ...made],
    nodes: [...computed, ...nodes],
  };
}

/** Whether two models have the same nodes in the same places; constants may differ. */
function sameStructure(a: Model, b: Model): boolean {
  if (a.nodes.length !== b.nodes.length || a.constants.length !== b.constants.length) return false;
  const places = new Map<Value, Value>();
  const meet = (x: Value, y: Value) => {
    const known = places.get(x);
    if (known) return known === y;
    places.set(x, y);
    return true;
  };
  a.inputs.forEach(({ value }, k) => {
    meet(value, b.inputs[k].value);
  });
  a.constants.forEach((value, k) => {
    meet(value, b.constants[k]);
  });
  return a.nodes.every((node, k) => {
    const other = b.nodes[k];
    return (
      node.op === other.op &&
      node.domain === other.domain &&
      JSON.stringify(node.attributes) === JSON.stringify(other.attributes) &&
      node.inputs.length === other.inputs.length &&
      node.inputs.every((value, i) => meet(value, other.inputs[i])) &&
      node.outputs.every((value, i) => meet(value, other.outputs[i]))
    );
  });
}

function sameConstant(a: Value, b: Value): boolean {
  if (a.data === b.data) return true;
  if (a.type !== b.type || a.shape.join() !== b.shape.join()) return false;
  return (a.data as Float32Array).every((value, k) => Object.is(value, (b.data as Float32Array)[k]));
}

/** The line through a list of whole numbers at three numbers of samples. @throws when there is none. */
function linear(value: Value, others: readonly Value[], traced: readonly TracedBatch[]) {
  const all = [value, ...others];
  if (all.some(({ type, shape }) => type !== "int64" || shape.join() !== value.shape.join())) {
    throw new Error("a constant other than a shape depends on the number of samples");
  }
  const [a, b, c] = all.map(({ data }) => Array.from(data as BigInt64Array, Number));
  const [n, m, l] = traced.map((each) => each.n);
  const slope = a.map((number, k) => (b[k] - number) / (m - n));
  const start = a.map((number, k) => number - slope[k] * n);
  const fits = slope.every((each, k) => Number.isInteger(each) && start[k] + each * l === c[k]);
  if (!fits) throw new Error("a shape doesn't depend linearly on the number of samples");
  return { slope, start };
}
