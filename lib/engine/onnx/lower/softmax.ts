import { repeats, type Traced, traced } from "../ir/layout";
import { operators } from "./elementwise";
import { type Context, type Lowering, type Table, withValue } from "./lowering";
import { rewritten } from "./operation";
import { axesOf, reduce } from "./reduce";

/** Softmax or its logarithm, along the axis as it is stored. */
export function softmax(c: Context, op: "Softmax" | "LogSoftmax", x: Traced, axis: number): Traced {
  if (repeats(x, axis) || x.value.shape.length === 0) {
    const length = x.shape[axis];
    return traced(c.graph.scalar("float32", op === "Softmax" ? 1 / length : -Math.log(length)), x.shape);
  }
  const better = rewritten(c, { kind: "softmax", op, x, axis });
  if (better) return better;
  const at = x.order.indexOf(axis);
  if (at === x.order.length - 1) {
    return withValue(x, c.graph.node(op, [x.value], "float32", x.value.shape, { axis: at }));
  }
  // Along any other axis than the last, onnxruntime's Softmax moves everything twice.
  const o = operators(c);
  const shifted = o.sub(x, reduce(c, "ReduceMax", x, [axis], true));
  const powers = o.apply("Exp", shifted);
  const sum = reduce(c, "ReduceSum", powers, [axis], true);
  return op === "Softmax" ? o.div(powers, sum) : o.sub(shifted, o.apply("Log", sum));
}

const lowering =
  (op: "Softmax" | "LogSoftmax"): Lowering =>
  (c, { logits }, { dim, axis }) =>
    softmax(c, op, logits, axesOf(dim ?? axis, logits.shape.length)[0]);

export const softmaxTable: Table = { Softmax: lowering("Softmax"), LogSoftmax: lowering("LogSoftmax") };
