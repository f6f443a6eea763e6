import type * as tf from "@tensorflow/tfjs-core";
import type { ConditionSpec } from "../conditions/part";
import { expected } from "../errors";
import { maskOutput } from "./conditioned";
import { type Bound, bind, type Layers, parametersApi, parametersOf } from "./layer";
import type { Network, NetworkInput } from "./network";

/** What a network is made of. */
export interface NetworkParts<L extends Layers> extends Pick<Network, "name" | "microbatch" | "check"> {
  /** The options that rebuild it, its condition included. */
  readonly options: Readonly<Record<string, unknown>> & { readonly condition: ConditionSpec };
  readonly layers: L;
  /** The output before masking, from layers that have their weights. */
  apply(at: Bound<L>, input: NetworkInput): tf.Tensor;
}

/** Makes a network from layers and a function of them; its output is zero where ξ.keep = 1. */
export function defineNetwork<const L extends Layers>(parts: NetworkParts<L>): Network {
  const { name, options, microbatch, check, layers } = parts;
  const { condition } = options;
  const { shapes, init, weights } = parametersApi(parametersOf(layers));
  return Object.freeze({
    name,
    options: Object.freeze({ ...options }),
    condition,
    ...(microbatch !== undefined && { microbatch }),
    ...(check && { check }),
    shapes,
    init,
    apply: (parameters, input) =>
      maskOutput(parts.apply(bind(layers, weights(parameters)), input), input, condition),
  } satisfies Network);
}

/** @throws unless x is images `[n, h, w, channels]` with height and width above 0, divisible by `divisor`. */
export function assertImages(
  shape: readonly number[],
  {
    owner,
    channels,
    divisor,
  }: { readonly owner: string; readonly channels: number; readonly divisor: number },
  { why, advice }: { readonly why: string; readonly advice: string },
): void {
  if (shape.length !== 4 || shape[3] !== channels) {
    throw expected(
      `images of shape [any, any, any, ${channels}] for ${owner}`,
      `shape [${shape.join(", ")}]`,
    );
  }
  const [, h, w] = shape;
  if (h === 0 || w === 0) throw expected(`images of one pixel or more for ${owner}`, `${h} × ${w}`);
  if (h % divisor !== 0 || w % divisor !== 0) {
    throw expected(`a height and width divisible by ${divisor}, ${why}`, `${h} × ${w}`, advice);
  }
}
