import { sizeOf } from "../../../array";

/** Number formats inside a model, with their codes in ONNX's `TensorProto.DataType`. */
export const typeCodes = { float32: 1, uint8: 2, int8: 3, int32: 6, int64: 7, bool: 9 } as const;
export type ElementType = keyof typeof typeCodes;
export type Shape = readonly number[];

export type ConstantData = Float32Array | Int32Array | BigInt64Array | Uint8Array;

/** One tensor of the model: a graph input, a constant, or what a node computes. */
export interface Value {
  /** Unique in the graph. */
  readonly name: string;
  readonly type: ElementType;
  readonly shape: Shape;
  readonly node?: Node;
  readonly data?: ConstantData;
}

export type Attribute = number | string | readonly number[] | { readonly float: number };
export type Attributes = Readonly<Record<string, Attribute>>;

export interface Node {
  readonly op: string;
  readonly domain: string;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly attributes: Attributes;
}

export interface NamedValue {
  readonly name: string;
  readonly value: Value;
  /** Its shape as the model says it, with −1 for lengths that are left open; default: the value's. */
  readonly shape?: Shape;
}

/**
 * The finished model: nodes in an order in which they can run, and nothing that no output needs. Inputs and
 * outputs have the names given here, all other values their own.
 */
export interface Model {
  readonly inputs: readonly NamedValue[];
  readonly constants: readonly Value[];
  readonly nodes: readonly Node[];
  readonly outputs: readonly NamedValue[];
}

export const microsoft = "com.microsoft";

/** Operators that onnxruntime has no kernel of for int32. */
const floatsOnly = new Set(
  (
    "Acos Acosh Asin Asinh Atan Atanh Ceil Cos Cosh Elu Erf Exp Floor IsInf IsNaN Log Reciprocal Round " +
    "Sigmoid Sin Sinh Softplus Sqrt Tan Tanh Softmax LogSoftmax FusedMatMul Einsum Conv ConvTranspose " +
    "AveragePool MaxPool Resize"
  ).split(" "),
);

/** An operator that can't be computed for int32 was asked for. */
export class NoWholeNumbers extends Error {}

/**
 * A model under construction. Equal nodes (same operator, attributes and inputs) and equal small constants
 * are made once: gradients ask for the same transposes and shapes many times over.
 */
export class Graph {
  private readonly inputs: NamedValue[] = [];
  private readonly nodes: Node[] = [];
  /** Nodes by their first input that isn't a constant. */
  private readonly users = new Map<Value, Node[]>();
  private readonly knownConstants = new Map<string, Value>();
  private count = 0;

  input(name: string, type: ElementType, shape: Shape): Value {
    const value = { name, type, shape };
    this.inputs.push({ name, value });
    return value;
  }

  /** A constant; `data` is kept, not copied. */
  constant(type: ElementType, shape: Shape, data: ConstantData): Value {
    const make = () => ({ name: `c${this.count++}`, type, shape, data });
    return data.length <= 64 ? this.once(`${type} ${shape.join()}:${bits(data)}`, make) : make();
  }

  scalar(type: "float32" | "int32" | "bool", value: number): Value {
    return this.once(`${type} ${Object.is(value, -0) ? "-0" : value}`, () => {
      const arrays = { float32: Float32Array, int32: Int32Array, bool: Uint8Array };
      return this.constant(type, [], arrays[type].of(value));
    });
  }

  /** A list of whole numbers, as ONNX wants shapes, axes and pads. */
  ints(values: readonly number[]): Value {
    return this.once(`int64 ${values.join()}`, () =>
      this.constant("int64", [values.length], BigInt64Array.from(values, BigInt)),
    );
  }

  /** A constant of nothing but ones, made once for each shape. */
  ones(shape: Shape): Value {
    return this.once(`ones ${shape.join()}`, () =>
      this.constant("float32", shape, new Float32Array(sizeOf(shape)).fill(1)),
    );
  }

  private once(key: string, make: () => Value): Value {
    const known = this.knownConstants.get(key);
    if (known) return known;
    const value = make();
    this.knownConstants.set(key, value);
    return value;
  }

  /** Adds a node with one output. */
  node(
    op: string,
    inputs: readonly Value[],
    type: ElementType,
    shape: Shape,
    attributes: Attributes = {},
    domain = "",
  ): Value {
    return this.nodeOf(op, inputs, [{ type, shape }], attributes, domain)[0];
  }

  /** Adds a node with several outputs. @throws NoWholeNumbers for int32 where there is no kernel for it. */
  nodeOf(
    op: string,
    inputs: readonly Value[],
    outputs: readonly Pick<Value, "type" | "shape">[],
    attributes: Attributes = {},
    domain = "",
  ): readonly Value[] {
    if (floatsOnly.has(op) && inputs.some(({ type }) => type === "int32")) throw new NoWholeNumbers(op);
    const given = inputs.find((value) => !value.data) ?? inputs[0];
    const users = this.users.get(given) ?? [];
    if (users.length === 0) this.users.set(given, users);
    const known = users.find(
      (node) =>
        node.op === op &&
        node.domain === domain &&
        node.outputs.length === outputs.length &&
        node.inputs.length === inputs.length &&
        node.inputs.every((value, i) => value === inputs[i]) &&
        JSON.stringify(node.attributes) === JSON.stringify(attributes),
    );
    if (known) return known.outputs;
    const made = this.add(op, inputs, outputs, attributes, domain);
    users.push(this.nodes[this.nodes.length - 1]);
    return made;
  }

  /**
   * The model with these outputs and what they need. An input, a constant or a result that is an output
   * already is copied, since a value has one name.
   */
  finish(outputs: readonly NamedValue[]): Model {
    const needed = new Set<Value>();
    const named = outputs.map(({ name, value }) => {
      const result = value.node && !needed.has(value) ? value : this.copy(value);
      needed.add(result);
      return { name, value: result };
    });
    const nodes: Node[] = [];
    for (let i = this.nodes.length - 1; i >= 0; i--) {
      const node = this.nodes[i];
      if (!node.outputs.some((value) => needed.has(value))) continue;
      for (const value of node.inputs) needed.add(value);
      nodes.push(node);
    }
    const constants = [...needed].filter((value) => value.data);
    return { inputs: [...this.inputs], constants, nodes: nodes.reverse(), outputs: named };
  }

  private copy(value: Value): Value {
    return this.add("Identity", [value], [value], {}, "")[0];
  }

  private add(
    op: string,
    inputs: readonly Value[],
    outputs: readonly Pick<Value, "type" | "shape">[],
    attributes: Attributes,
    domain: string,
  ): readonly Value[] {
    const made: Value[] = [];
    const node: Node = { op, domain, inputs, outputs: made, attributes };
    for (const { type, shape } of outputs) made.push({ name: `v${this.count++}`, type, shape, node });
    this.nodes.push(node);
    return made;
  }
}

function bits(data: ConstantData): string {
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("latin1");
}
