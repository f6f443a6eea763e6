import { broadcastShapes, type Dtype, numberOf, type Traced, traced } from "../ir/layout";
import {
  broadcast,
  type Context,
  cast,
  elementwise,
  type Lowering,
  reshape,
  scalar,
  type Table,
} from "./lowering";

/** One tensor in, one ONNX operator, one tensor out. */
const unary =
  (op: string, dtype?: Dtype): Lowering =>
  (c, { x }) =>
    elementwise(c, op, [x], dtype);

/** The same of whole numbers as float32, as tfjs has it. */
const ofFloats =
  (op: string, dtype?: Dtype): Lowering =>
  (c, { x }) =>
    elementwise(c, op, [cast(c, x, "float32")], dtype);

const binary =
  (op: string, dtype?: Dtype): Lowering =>
  (c, { a, b }) =>
    elementwise(c, op, [a, b], dtype);

/** The same, in which booleans count as 0 and 1. */
const arithmetic =
  (op: string): Lowering =>
  (c, { a, b }) =>
    elementwise(c, op, a.dtype === "bool" ? [cast(c, a, "int32"), cast(c, b, "int32")] : [a, b]);

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
    add: (a, b) => apply("Add", a, b),
    sub: (a, b) => apply("Sub", a, b),
    mul: (a, b) => apply("Mul", a, b),
    div: (a, b) => apply("Div", a, b),
    pick: (condition, yes, no) => {
      const [a, b] = lift([yes, no]);
      return elementwise(c, "Where", [condition, a, b], a.dtype);
    },
    apply,
    test: (op, ...list) => elementwise(c, op, lift(list), "bool"),
  };
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
  Exp: ofFloats("Exp"),
  Floor: unary("Floor"),
  Identity: (_, { x }) => x,
  IsInf: ofFloats("IsInf", "bool"),
  IsNan: ofFloats("IsNaN", "bool"),
  Log: unary("Log"),
  LogicalNot: unary("Not"),
  Neg: unary("Neg"),
  Reciprocal: unary("Reciprocal"),
  Relu: unary("Relu"),
  Round: (c, { x }) => (x.dtype === "int32" ? x : elementwise(c, "Round", [x])),
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
  Pow: (c, { a, b }) => {
    if (numberOf(b) !== 2) return elementwise(c, "Pow", [a, b]);
    return broadcast(c, elementwise(c, "Mul", [a, a]), broadcastShapes([a.shape, b.shape]));
  },

  Add: arithmetic("Add"),
  Sub: arithmetic("Sub"),
  Multiply: arithmetic("Mul"),
  RealDiv: binary("Div"),
  AddN: (c, inputs) => Object.values(inputs).reduce((total, x) => elementwise(c, "Add", [total, x])),
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
  // exp(x) − 1 has lost all digits near 0, where ln(exp(x)) has lost the same ones of x.
  Expm1: formula((o, { x }) => {
    const power = o.apply("Exp", x);
    const less = o.sub(power, 1);
    const near = o.mul(less, o.div(x, o.apply("Log", power)));
    const exact = o.pick(o.test("Equal", power, 1), x, near);
    return o.pick(o.test("Less", o.apply("Abs", x), 0.5), exact, less);
  }),
  IsFinite: formula((o, { x }) => o.test("Equal", o.sub(x, x), 0)),
  LeakyRelu: (c, inputs, { alpha }) => {
    const o = operators(c);
    const x = cast(c, inputs.x, "float32");
    return o.pick(o.test("Less", x, 0), o.mul(x, alpha), x);
  },
  // Near 0, 1 + x has lost digits of x, and its logarithm the same ones.
  Log1p: formula((o, { x }) => {
    const sum = o.add(x, 1);
    const log = o.apply("Log", sum);
    const near = o.mul(log, o.div(x, o.sub(sum, 1)));
    const exact = o.pick(o.test("Equal", sum, 1), x, near);
    return o.pick(o.test("Less", x, 1), exact, log);
  }),
  NotEqual: formula((o, { a, b }) => o.apply("Not", o.test("Equal", a, b))),
  OnesLike: (c, { x }) => traced(c.graph.scalar(x.dtype, 1), x.shape),
  ZerosLike: (c, { x }) => traced(c.graph.scalar(x.dtype, 0), x.shape),
  Prelu: (c, inputs) => {
    const o = operators(c);
    const [x, alpha] = [inputs.x, inputs.alpha].map((t) => cast(c, t, "float32"));
    return o.pick(o.test("Less", x, 0), o.mul(x, alpha), x);
  },
  Relu6: formula((o, { x }) => o.apply("Min", o.apply("Relu", x), 6)),
  Rsqrt: formula((o, { x }) => o.apply("Reciprocal", o.apply("Sqrt", x))),
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
  Step: (c, { x }, { alpha }) => {
    const o = operators(c);
    return cast(c, o.pick(o.test("Greater", x, 0), 1, alpha), x.dtype);
  },
  Select: (c, { condition, t, e }) => {
    // A vector as condition chooses among rows.
    const tail = Array<number>(Math.max(0, t.shape.length - condition.shape.length)).fill(1);
    const chosen = reshape(c, condition, [...condition.shape, ...tail]);
    return elementwise(c, "Where", [chosen, t, e], t.dtype);
  },
};

const seluAlpha = 1.6732632423543772;
const seluScale = 1.0507009873554805;
