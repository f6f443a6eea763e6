import {
  type Attributes,
  type ElementType,
  type Model,
  microsoft,
  type Node,
  type Shape,
  type Value,
} from "./graph";

/**
 * The same model in operators of the ONNX standard alone, for runtimes other than onnxruntime. Its own
 * optimiser makes most of these into its own operators again.
 * @throws when the model has an operator for which nothing stands here.
 */
export const inStandardOperators = (model: Model): Model =>
  inPlainOperators(model, ({ domain }) => domain !== "");

/**
 * The same model with plainer operators, all of them of the standard, in place of some.
 * @throws when nothing stands here for one of them.
 */
export function inPlainOperators(model: Model, isReplaced: (node: Node) => boolean): Model {
  const constants = new Set(model.constants);
  const nodes = model.nodes.flatMap((node) => {
    if (!isReplaced(node)) return [node];
    const replace = replacements[nameOf(node)];
    if (!replace) throw new Error(`no standard operators stand for ${nameOf(node)}`);
    const made = builder(node);
    replace(made, node);
    for (const constant of made.constants) constants.add(constant);
    return made.nodes;
  });
  return { ...model, nodes, constants: [...constants] };
}

/** Whether there are plainer operators for this one. */
export const hasPlain = (node: Node): boolean => Object.hasOwn(replacements, nameOf(node));

const nameOf = ({ domain, op }: Node) => (domain === "" ? op : `${domain}.${op}`);

/** Collects the nodes that replace one; the last of them has its output. */
function builder({ outputs: [output] }: Node) {
  const nodes: Node[] = [];
  const constants: Value[] = [];
  const name = () => `${output.name}_${nodes.length + constants.length}`;
  const add = (op: string, inputs: readonly Value[], value: Value, attributes: Attributes = {}) => {
    nodes.push({ op, domain: "", inputs, outputs: [value], attributes });
    return value;
  };
  return {
    nodes,
    constants,
    node(op: string, inputs: readonly Value[], shape: Shape, attributes?: Attributes): Value {
      return add(op, inputs, { name: name(), type: output.type as ElementType, shape }, attributes);
    },
    last: (op: string, inputs: readonly Value[]) => add(op, inputs, output),
    number(value: number): Value {
      const constant: Value = { name: name(), type: "float32", shape: [], data: Float32Array.of(value) };
      constants.push(constant);
      return constant;
    },
    ints(values: readonly number[]): Value {
      const data = BigInt64Array.from(values, BigInt);
      const constant: Value = { name: name(), type: "int64", shape: [values.length], data };
      constants.push(constant);
      return constant;
    },
  };
}

type Builder = ReturnType<typeof builder>;

const replacements: Readonly<Record<string, (b: Builder, node: Node) => void>> = {
  /** x · sigmoid(α x) */
  [`${microsoft}.QuickGelu`](b, { inputs: [x], attributes }) {
    const { float: alpha } = attributes.alpha as { float: number };
    const scaled = alpha === 1 ? x : b.node("Mul", [x, b.number(alpha)], x.shape);
    b.last("Mul", [x, b.node("Sigmoid", [scaled], x.shape)]);
  },
  /** u · sigmoid(2√(2/π) (u + 0.044715 u³)), GELU in its approximation by tanh, of x plus a bias. */
  [`${microsoft}.FastGelu`](b, { inputs: [x, bias] }) {
    const { shape } = x;
    const u = bias ? b.node("Add", [x, bias], shape) : x;
    const slope = 2 * Math.sqrt(2 / Math.PI);
    const cubic = b.node("Mul", [b.node("Mul", [u, u], shape), b.number(0.044715 * slope)], shape);
    const factor = b.node("Add", [cubic, b.number(slope)], shape);
    b.last("Mul", [u, b.node("Sigmoid", [b.node("Mul", [u, factor], shape)], shape)]);
  },
  /** a · b over the last two axes, either of them transposed. */
  [`${microsoft}.FusedMatMul`](b, { inputs: [left, right], attributes }) {
    const turned = (value: Value, turn: unknown) => {
      if (!turn) return value;
      const rank = value.shape.length;
      const perm = value.shape.map((_, axis) => (axis < rank - 2 ? axis : 2 * rank - 3 - axis));
      return b.node(
        "Transpose",
        [value],
        perm.map((axis) => value.shape[axis]),
        { perm },
      );
    };
    const known = ["transA", "transB"];
    const other = Object.keys(attributes).find((name) => !known.includes(name));
    if (other) throw new Error(`no standard operators stand for FusedMatMul with ${other}`);
    b.last("MatMul", [turned(left, attributes.transA), turned(right, attributes.transB)]);
  },
  /** Blocks of pixels as channels. */
  SpaceToDepth(b, { inputs: [x], attributes }) {
    const [n, channels, height, width] = x.shape;
    const block = attributes.blocksize as number;
    const cut = [n, channels, height / block, block, width / block, block];
    const perm = [0, 3, 5, 1, 2, 4];
    const apart = b.node("Reshape", [x, b.ints(cut)], cut);
    const moved = perm.map((axis) => cut[axis]);
    const turned = b.node("Transpose", [apart], moved, { perm });
    b.last("Reshape", [turned, b.ints([n, channels * block ** 2, height / block, width / block])]);
  },
};
