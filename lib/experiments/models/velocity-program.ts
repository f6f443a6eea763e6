import * as tf from "@tensorflow/tfjs-core";
import type { NdArray } from "../../array";
import { floatInput } from "../../conditions/options";
import { partsOf } from "../../conditions/part";
import { exportOnnx, type Named, type Values } from "../../engine";
import type { NetworkWithParameters } from "../../fields";
import { applyNetwork } from "../../networks/apply-network";
import type { NetworkInput } from "../../networks/network";
import { rng } from "../../random";
import type { RestModel } from "./velocity";

/** Options of {@link exportVelocity}. */
export interface ExportVelocityOptions {
  /** With moments the network is what it leaves of the affine velocity, as of `trainModel`. */
  readonly model: NetworkWithParameters & Partial<Pick<RestModel, "moments">>;
  /** The shape of one sample: `[height, width, channels]` or `[d]`. */
  readonly sample: readonly number[];
  /** The number of samples that the model takes. Default "any". */
  readonly batch?: number | "any";
}

/** An input of an exported velocity, in the order of the model's. */
export interface VelocityPort {
  /** "x", "t", a part of ξ such as "labels", or "velocity" for the output. */
  readonly name: string;
  /** "int32" for whole numbers, such as labels; "float32" otherwise. */
  readonly type: "float32" | "int32";
  /** "n" where the number of samples is left open. */
  readonly shape: readonly (number | "n")[];
}

/** An exported velocity, and how to drive it. */
export interface ExportedVelocity {
  /** An ONNX model, of operators of the standard alone. */
  readonly bytes: Uint8Array;
  /** x, t and the parts of ξ, in the order of the model's inputs. */
  readonly inputs: readonly VelocityPort[];
  /** The velocity, of x's shape. */
  readonly output: VelocityPort;
}

/**
 * The velocity b_t(x, ξ) of a library model or of one's own as an ONNX model: x, t (a time for each
 * sample) and the parts of ξ → `velocity`, of x's shape, zero where ξ.keep is 1. The affine part is inside,
 * for the interpolant I_t = (1 − t) x0 + t x1.
 *
 * @example
 * const model = await pretrained(digitsByLabel);
 * const { bytes, inputs } = await exportVelocity({ model, sample: [32, 32, 1] });
 * inputs.map(({ name }) => name); // x, t, labels
 * @throws as `exportOnnx` does.
 */
export async function exportVelocity(options: ExportVelocityOptions): Promise<ExportedVelocity> {
  const { model, sample, batch = "any" } = options;
  const { network, parameters, moments } = model;
  const n = batch === "any" ? 1 : batch;
  const shape = [n, ...sample];
  const parts = partsOf(network.condition).map(([name, part]) => {
    const value = part.example(n, sample, rng("export"));
    return [name, part.input({ [name]: value }, n)] as const;
  });
  const inputs = {
    x: { shape, data: new Float32Array(n * sample.reduce((a, b) => a * b, 1)) },
    t: { shape: [n], data: new Float32Array(n) },
    xi: Object.fromEntries(parts) as Named<Values>,
  };
  const constants = {
    parameters: Object.fromEntries(
      Object.entries(parameters).map(([name, value]) => [name, floatInput(value)]),
    ) as Named<Values>,
    ...(moments && { affine: affineConstants(moments) }),
  };
  const bytes = await exportOnnx({
    name: `velocity (${network.name})`,
    ...(batch === "any" && { batch }),
    inputs,
    constants,
    program: ({ constants, inputs }: Given) => {
      const given = applyNetwork(network, constants.parameters, inputs);
      if (!moments) return { outputs: { velocity: given } };
      const value = withAffine(given, inputs, constants.affine as Affine);
      const masked = network.condition.keep ? tf.mul(value, tf.sub(1, inputs.xi.keep)) : value;
      return { outputs: { velocity: masked } };
    },
  });
  const port = (name: string, { shape, data }: Values): VelocityPort => ({
    name,
    type: data instanceof Int32Array ? "int32" : "float32",
    shape: batch === "any" ? ["n", ...shape.slice(1)] : shape,
  });
  return Object.freeze({
    bytes,
    inputs: [port("x", inputs.x), port("t", inputs.t), ...parts.map(([name, value]) => port(name, value))],
    output: port("velocity", inputs.x),
  });
}

interface Given {
  readonly constants: { readonly parameters: Named<tf.Tensor>; readonly affine?: Affine };
  readonly inputs: NetworkInput;
}

interface Affine {
  readonly mean0: tf.Tensor;
  readonly mean1: tf.Tensor;
  readonly variance0: tf.Tensor;
  readonly variance1: tf.Tensor;
  readonly covariance: tf.Tensor;
  /** v0 v1 − c², in float64 before it is rounded. */
  readonly determinant: tf.Tensor;
}

/** Moments below this count as zero, as in `affineVelocity`. */
const tiny = 1e-12;

function affineConstants(moments: RestModel["moments"]): Record<keyof Affine, Values> {
  const { mean0, mean1, variance0, variance1, covariance } = moments;
  const row = (array: NdArray | Float64Array) => {
    const data = array instanceof Float64Array ? array : array.data;
    return { shape: [1, ...mean0.shape], data: Float32Array.from(data) };
  };
  const determinant = Float64Array.from(variance0.data, (v0, e) =>
    Math.max(0, v0 * variance1.data[e] - covariance.data[e] ** 2),
  );
  const means = { mean0: row(mean0), mean1: row(mean1) };
  const spreads = { variance0: row(variance0), variance1: row(variance1), covariance: row(covariance) };
  return { ...means, ...spreads, determinant: row(determinant) };
}

/**
 * b = slope · x + offset + s_t F, as `affineVelocity` has it for the linear interpolant. What is left of a
 * variance is (v0 v1 − c²) / Var(I): in float32 the difference of two variances would lose its digits.
 */
function withAffine(rest: tf.Tensor, { x, t }: NetworkInput, a: Affine): tf.Tensor {
  const time = tf.reshape(t, [x.shape[0], ...x.shape.slice(1).map(() => 1)]);
  const before = tf.sub(1, time);
  const square = (value: tf.Tensor) => tf.mul(value, value);
  const position = tf.addN([
    tf.mul(square(before), a.variance0),
    tf.mul(tf.mul(tf.mul(2, before), time), a.covariance),
    tf.mul(square(time), a.variance1),
  ]);
  const both = tf.addN([
    tf.mul(tf.neg(before), a.variance0),
    tf.mul(tf.sub(before, time), a.covariance),
    tf.mul(time, a.variance1),
  ]);
  const moves = tf.greater(position, tiny);
  const safe = tf.where(moves, position, tf.onesLike(position));
  const slope = tf.where(moves, tf.div(both, safe), tf.zerosLike(both));
  const velocity = tf.add(tf.sub(a.variance0, tf.mul(2, a.covariance)), a.variance1);
  const left = tf.where(
    moves,
    tf.div(a.determinant, safe),
    tf.mul(tf.maximum(velocity, 0), tf.onesLike(position)),
  );
  const axes = x.shape.slice(1).map((_, k) => k + 1);
  const scale = tf.sqrt(tf.maximum(tf.mean(left, axes, true), tiny));
  const mean = tf.add(tf.mul(before, a.mean0), tf.mul(time, a.mean1));
  const affine = tf.add(tf.mul(slope, tf.sub(x, mean)), tf.sub(a.mean1, a.mean0));
  return tf.add(affine, tf.mul(scale, rest));
}
