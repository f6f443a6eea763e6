import { sizeOf } from "../../../array";
import { swish } from "../fuse/activations";
import { biasedConvolution } from "../fuse/convolution-bias";
import { inverseDeviation, normalised } from "../fuse/layer-norm";
import { broadcast, broadcastShapes, type Dtype, numberOf, reshape, type Traced, traced } from "../ir/layout";
import { type Context, cast, elementwise, type Lowering, mapped, scalar, type Table } from "./lowering";

/** One tensor in, one ONNX operator, one tensor out. */
const unary =
  (op: string, dtype?: Dtype): Lowering =>
  (c, { x }) =>
    mapped(c, op, x, dtype);

const binary =
  (op: string, dtype?: Dtype): Lowering =>
  (c, { a, b }) =>
    elementwise(c, op, [a, b], dtype);

/** A kernel written as a formula of other elementwise operators. */
type Formula = (
  o: Operators,
  inputs: Readonly<Record<string, Traced>>,
  attrs: Readonly<Record<string, number>>,
) => Traced;

const formula =
  (f: Formula): Lowering =>
  (c, inputs, attrs) =>
    f(operators(c), inputs, attrs);

type Operand = Traced | number;

interface Operators {
  add(a: Operand, b: Operand): Traced;
  sub(a: Operand, b: Operand): Traced;
  mul(a: Operand, b: Operand): Traced;
  div(a: Operand, b: Operand): Traced;
  pick(condition: Traced, yes: Operand, no: Operand): Traced;
  apply(op: string, ...operands: Operand[]): Traced;
  test(op: string, ...operands: Operand[]): Traced;
}

export function operators(c: Context): Operators {
  const lift = (list: readonly Operand[]) => {
    const dtype = list.find((x) => typeof x !== "number" && x.dtype !== "bool") as Traced | undefined;
    return list.map((x) => (typeof x === "number" ? scalar(c, x, dtype?.dtype ?? "float32") : x));
  };
  const apply = (op: string, ...list: Operand[]) => elementwise(c, op, lift(list));
  return {
    add: (a, b) => sum(c, ...(lift([a, b]) as [Traced, Traced])),
    sub: (a, b) => difference(c, ...(lift([a, b]) as [Traced, Traced])),
    mul: (a, b) => product(c, ...(lift([a, b]) as [Traced, Traced])),
    div: (a, b) => quotient(c, ...(lift([a, b]) as [Traced, Traced])),
    pick: (condition, yes, no) => {
      const [a, b] = lift([yes, no]);
      return elementwise(c, "Where", [condition, a, b], a.dtype);
    },
    apply,
    test: (op, ...list) => elementwise(c, op, lift(list), "bool"),
  };
}

/** Arithmetic on two constants, done now; or with a neutral constant, left out. */
function folded(
  c: Context,
  a: Traced,
  b: Traced,
  f: (a: number, b: number) => number,
  neutral: { left?: number; right?: number },
): Traced | undefined {
  const [x, y] = [numberOf(a), numberOf(b)];
  const shape = broadcastShapes([a.shape, b.shape]);
  if (x !== undefined && y !== undefined && a.dtype === "float32") {
    return traced(c.graph.scalar("float32", Math.fround(f(x, y))), shape);
  }
  if (y !== undefined && y === neutral.right) return broadcast(c.graph, a, shape);
  if (x !== undefined && x === neutral.left) return broadcast(c.graph, b, shape);
  return undefined;
}

const sum = (c: Context, a: Traced, b: Traced): Traced =>
  folded(c, a, b, (x, y) => x + y, { left: 0, right: 0 }) ??
  biasedConvolution(c, a, b) ??
  elementwise(c, "Add", [a, b]);

const difference = (c: Context, a: Traced, b: Traced): Traced =>
  folded(c, a, b, (x, y) => x - y, { right: 0 }) ?? elementwise(c, "Sub", [a, b]);

const quotient = (c: Context, a: Traced, b: Traced): Traced =>
  folded(c, a, b, (x, y) => x / y, { right: 1 }) ?? elementwise(c, "Div", [a, b]);

const product = (c: Context, a: Traced, b: Traced): Traced =>
  folded(c, a, b, (x, y) => x * y, { left: 1, right: 1 }) ??
  swish(c, a, b) ??
  swish(c, b, a) ??
  normalised(a, b) ??
  normalised(b, a) ??
  scaledSquare(c, a, b) ??
  factorFirst(c, a, b) ??
  factorFirst(c, b, a) ??
  elementwise(c, "Mul", [a, b]);

/** (x · s)² with one number s as x² · s²: an optimizer clips gradients by a number and squares them. */
function scaledSquare(c: Context, a: Traced, b: Traced): Traced | undefined {
  if (a.value !== b.value || a.order.join() !== b.order.join()) return undefined;
  const { number, rest } = scaled(a) ?? {};
  if (!number || !rest) return undefined;
  return product(c, product(c, rest, rest), product(c, number, number));
}

/** small · (x · number) as (small · number) · x, which passes over the larger tensor once. */
function factorFirst(c: Context, small: Traced, large: Traced): Traced | undefined {
  if (sizeOf(small.value.shape) >= sizeOf(large.value.shape)) return undefined;
  const { number, rest } = scaled(large) ?? {};
  return number && rest && product(c, product(c, small, number), rest);
}

/** A product of a single number and something larger. */
function scaled({ value, shape, order }: Traced): { number: Traced; rest: Traced } | undefined {
  const { node } = value;
  if (node?.op !== "Mul" || value.shape.length === 0) return undefined;
  const number = node.inputs.find((input) => input.shape.length === 0);
  const x = node.inputs.find((input) => input !== number);
  if (!number || x?.shape.length !== value.shape.length) return undefined;
  return { number: traced(number), rest: traced(x, shape, order) };
}

/** Remainder with the sign of the divisor. */
const floorMod = (c: Context, a: Traced, b: Traced): Traced => {
  if (a.dtype === "int32") return elementwise(c, "Mod", [a, b]);
  const o = operators(c);
  const remainder = elementwise(c, "Mod", [a, b], a.dtype, { fmod: 1 });
  const opposite = o.test("Less", o.mul(remainder, b), 0);
  return o.pick(opposite, o.add(remainder, b), remainder);
};

export const elementwiseTable: Table = {
  Abs: unary("Abs"),
  Acos: unary("Acos"),
  Acosh: unary("Acosh"),
  Asin: unary("Asin"),
  Asinh: unary("Asinh"),
  Atan: unary("Atan"),
  Atanh: unary("Atanh"),
  Ceil: unary("Ceil"),
  Cos: unary("Cos"),
  Cosh: unary("Cosh"),
  Erf: unary("Erf"),
  Exp: unary("Exp"),
  Floor: unary("Floor"),
  Identity: (_, { x }) => x,
  IsInf: unary("IsInf", "bool"),
  IsNan: unary("IsNaN", "bool"),
  Log: unary("Log"),
  LogicalNot: unary("Not"),
  Neg: unary("Neg"),
  Reciprocal: unary("Reciprocal"),
  Relu: unary("Relu"),
  Round: unary("Round"),
  Sigmoid: unary("Sigmoid"),
  Sign: unary("Sign"),
  Sin: unary("Sin"),
  Sinh: unary("Sinh"),
  Softplus: unary("Softplus"),
  Sqrt: unary("Sqrt"),
  Tan: unary("Tan"),
  Tanh: unary("Tanh"),

  Equal: binary("Equal", "bool"),
  Greater: binary("Greater", "bool"),
  GreaterEqual: binary("GreaterOrEqual", "bool"),
  Less: binary("Less", "bool"),
  LessEqual: binary("LessOrEqual", "bool"),
  LogicalAnd: binary("And", "bool"),
  LogicalOr: binary("Or", "bool"),
  LogicalXor: binary("Xor", "bool"),
  Maximum: binary("Max"),
  Minimum: binary("Min"),
  Pow: formula((o, { a, b }) => (numberOf(b) === 2 ? o.mul(a, a) : o.apply("Pow", a, b))),

  Add: (c, { a, b }) => sum(c, a, b),
  Sub: (c, { a, b }) => difference(c, a, b),
  Multiply: (c, { a, b }) => product(c, a, b),
  RealDiv: (c, { a, b }) => quotient(c, a, b),
  AddN: (c, inputs) => Object.values(inputs).reduce((total, x) => sum(c, total, x)),
  Mod: (c, { a, b }) => floorMod(c, a, b),
  FloorDiv: (c, { a, b }) => {
    const o = operators(c);
    if (a.dtype === "int32") return o.div(o.sub(a, o.apply("Mod", a, b)), b);
    return cast(c, o.apply("Floor", o.div(a, b)), "int32"); // always int32 in tfjs
  },
  Cast: (c, { x }, { dtype }) => cast(c, x, dtype),
  ClipByValue: formula((o, { x }, { clipValueMin, clipValueMax }) =>
    o.apply("Min", o.apply("Max", x, clipValueMin), clipValueMax),
  ),
  Elu: unary("Elu"),
  EluGrad: formula((o, { dy, y }) => o.pick(o.test("GreaterOrEqual", y, 0), dy, o.mul(dy, o.add(y, 1)))),
  Expm1: formula((o, { x }) => o.sub(o.apply("Exp", x), 1)),
  IsFinite: formula((o, { x }) => o.test("Equal", o.sub(x, x), 0)),
  LeakyRelu: formula((o, { x }, { alpha }) => o.pick(o.test("Less", x, 0), o.mul(x, alpha), x)),
  Log1p: formula((o, { x }) => o.apply("Log", o.add(x, 1))),
  NotEqual: formula((o, { a, b }) => o.apply("Not", o.test("Equal", a, b))),
  OnesLike: (c, { x }) => traced(c.graph.scalar(x.dtype, 1), x.shape),
  ZerosLike: (c, { x }) => traced(c.graph.scalar(x.dtype, 0), x.shape),
  Prelu: formula((o, { x, alpha }) => o.pick(o.test("Less", x, 0), o.mul(x, alpha), x)),
  Relu6: formula((o, { x }) => o.apply("Min", o.apply("Relu", x), 6)),
  Rsqrt: (c, { x }) => inverseDeviation(c, x) ?? mapped(c, "Reciprocal", mapped(c, "Sqrt", x)),
  Selu: formula((o, { x }) =>
    o.pick(
      o.test("GreaterOrEqual", x, 0),
      o.mul(x, seluScale),
      o.mul(o.sub(o.apply("Exp", o.apply("Min", x, 0)), 1), seluScale * seluAlpha),
    ),
  ),
  Square: formula((o, { x }) => o.mul(x, x)),
  SquaredDifference: formula((o, { a, b }) => {
    const d = o.sub(a, b);
    return o.mul(d, d);
  }),
  Step: formula((o, { x }, { alpha }) => o.pick(o.test("Greater", x, 0), 1, alpha)),
  Select: (c, { condition, t, e }) => {
    // A vector as condition chooses among rows.
    const tail = Array<number>(Math.max(0, t.shape.length - condition.shape.length)).fill(1);
    const chosen = reshape(c.graph, condition, [...condition.shape, ...tail]);
    return elementwise(c, "Where", [chosen, t, e], t.dtype);
  },
};

const seluAlpha = 1.6732632423543772;
const seluScale = 1.0507009873554805;
