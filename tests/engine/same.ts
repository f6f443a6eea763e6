import * as tf from "@tensorflow/tfjs";
import fc from "fast-check";
import { expect } from "vitest";
import { sizeOf } from "../../lib/array";
import { compile, type Named, type Values } from "../../lib/engine";
import { rng } from "../../lib/random";

/** A use of an operator: what it is applied to, and whether its gradient is to be compared as well. */
export interface Case {
  readonly name: string;
  readonly inputs: readonly Values[];
  readonly f: (...inputs: tf.Tensor[]) => tf.Tensor | tf.Tensor[];
  /** Default: every float32 input has a gradient. */
  readonly gradient?: boolean;
  /** Largest difference allowed, relative to 1 + |value|. */
  readonly tolerance?: number;
}

/** Numbers from a range, float32. */
export function floats(shape: readonly number[], seed: number, low = -2, high = 2): Values {
  const source = rng(seed);
  const data = Float32Array.from({ length: sizeOf(shape) }, () => low + (high - low) * source.uniform());
  return { shape, data };
}

/** Whole numbers 0, …, below − 1 as int32. */
export function whole(shape: readonly number[], seed: number, below: number): Values {
  const source = rng(seed);
  return { shape, data: Int32Array.from({ length: sizeOf(shape) }, () => source.int(below)) };
}

export const seed = fc.integer({ min: 0, max: 2 ** 20 });
export const axisLength = fc.integer({ min: 1, max: 5 });
export const shapeOf = (least: number, most: number) =>
  fc.array(axisLength, { minLength: least, maxLength: most });

/** Two shapes that broadcast together. */
export const pairOfShapes = fc
  .tuple(shapeOf(1, 4), fc.nat(4), fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }))
  .map(([shape, drop, ones]): [number[], number[]] => {
    const a = shape.map((length, i) => (ones[i] ? 1 : length));
    const b = shape.map((length, i) => (ones[4 + i] ? 1 : length)).slice(Math.min(drop, shape.length));
    return drop % 2 === 0 ? [a, b] : [b, a];
  });

/**
 * Runs all cases, with gradients of a randomly weighted sum, in one program on ENGINE=onnx, and operator by
 * operator on ENGINE=cpu, and compares every number.
 */
export async function expectSame(cases: readonly Case[]): Promise<void> {
  const { inputs, program } = programOf(cases);
  const run = async (engine: "onnx" | "cpu") => {
    const compiled = compile({
      name: `test of ${cases.map((one) => one.name).join(", ")}`.slice(0, 60),
      engine,
      program,
    });
    try {
      return await compiled.run(inputs);
    } finally {
      await compiled.dispose();
    }
  };
  const before = tf.memory().numTensors;
  const [traced, eager] = [await run("onnx"), await run("cpu")];
  expect(tf.memory().numTensors).toBe(before);
  expectClose(cases, traced, eager);
}

/** All cases in one program: their values, and the gradients of a randomly weighted sum of them. */
export function programOf(cases: readonly Case[]) {
  const inputs: Record<string, Values> = {};
  cases.forEach((one, i) => {
    one.inputs.forEach((values, k) => {
      inputs[`${i}.${k}`] = values;
    });
  });
  const program = ({ inputs }: { inputs: Named<tf.Tensor> }) => {
    const outputs: Record<string, tf.Tensor> = {};
    cases.forEach((one, i) => {
      const given = one.inputs.map((_, k) => inputs[`${i}.${k}`]);
      const list = (result: tf.Tensor | tf.Tensor[]) => (Array.isArray(result) ? result : [result]);
      list(one.f(...given)).forEach((value, k) => {
        outputs[`${i}.value.${k}`] = value;
      });
      if (one.gradient === false) return;
      const floating = given.flatMap((t, k) => (t.dtype === "float32" ? [k] : []));
      const weighted = (...xs: tf.Tensor[]) => {
        const all = given.map((t, k) => (floating.includes(k) ? xs[floating.indexOf(k)] : t));
        const terms = list(one.f(...all)).map((value) => tf.sum(tf.mul(value, weights(value.shape))));
        return tf.addN(terms) as tf.Scalar;
      };
      tf.grads(weighted)(floating.map((k) => given[k])).forEach((gradient, k) => {
        outputs[`${i}.gradient.${floating[k]}`] = gradient;
      });
    });
    return { outputs };
  };
  return { inputs, program };
}

/** Compares the outputs of `programOf(cases)`, number by number. */
export function expectClose(cases: readonly Case[], found: Named<Values>, wanted: Named<Values>): void {
  const wrong: string[] = [];
  for (const [key, values] of Object.entries(wanted)) {
    const one = cases[Number(key.split(".")[0])];
    const shapes = one.inputs.map((values) => `[${values.shape}]`).join(" ");
    const where = `${one.name} (${key.slice(key.indexOf(".") + 1)}) of ${shapes}`;
    const difference = compare(found[key], values, one.tolerance ?? 2e-5);
    if (difference) wrong.push(`${where}: ${difference}`);
  }
  if (wrong.length > 0) throw new Error(wrong.join("\n"));
}

function compare(onnx: Values, cpu: Values, tolerance: number): string | undefined {
  if (onnx.shape.join() !== cpu.shape.join()) return `shape [${onnx.shape}] on onnx, [${cpu.shape}] on cpu`;
  if (onnx.data.constructor !== cpu.data.constructor) {
    return `${onnx.data.constructor.name} on onnx, ${cpu.data.constructor.name} on cpu`;
  }
  for (let i = 0; i < cpu.data.length; i++) {
    const [a, b] = [onnx.data[i], cpu.data[i]];
    if (!(Math.abs(a - b) <= tolerance * (1 + Math.abs(b)) || Object.is(a, b))) {
      return `number ${i} is ${a} on onnx, ${b} on cpu`;
    }
  }
  return undefined;
}

/** Weights that differ from element to element, so that a gradient at the wrong element shows. */
function weights(shape: readonly number[]): tf.Tensor {
  return tf.tensor(floats(shape, 7, 0.5, 1.5).data, [...shape]);
}

/** Compares what the arbitraries draw, all in one program per run. */
export function property(cases: readonly fc.Arbitrary<Case>[], numRuns: number): Promise<void> {
  return fc.assert(
    fc.asyncProperty(fc.tuple(...cases), (drawn) => expectSame(drawn)),
    { numRuns, endOnFailure: true },
  );
}
