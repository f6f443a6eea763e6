import type * as tf from "@tensorflow/tfjs-core";
import { compose, type Layer } from "../layer";
import { dense } from "./dense";
import { silu } from "./silu";

/** Two dense layers over the condition's vectors: `[n, from]` → `[n, width]`. */
export function vectorEmbedding(options: {
  readonly from: number;
  readonly width: number;
}): Layer<[embedding: tf.Tensor]> {
  const { from, width } = options;
  return compose(
    { hidden: dense({ from, to: width }), out: dense({ from: width, to: width }) },
    (at, embedding: tf.Tensor) => at.out(silu(at.hidden(embedding))),
  );
}
