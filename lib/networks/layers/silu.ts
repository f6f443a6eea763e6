import * as tf from "@tensorflow/tfjs-core";
import { gated } from "./gated";

/** x · sigmoid(x), of any shape. */
export const silu = gated((x) => ({ gate: tf.sigmoid(x), derivative: () => undefined }));
