import type { Attributes, Shape, Value } from "../ir/graph";
import type { Context } from "./lowering";

/**
 * onnxruntime's images in blocks of channels, `[n, channels / block, height, width, block]`, on which it
 * convolves much faster, and its filters for them, `[out / block, in / block, height, width, block of in,
 * block of out]`. In the model both are declared with the shapes of NCHW images and of ONNX's filters.
 */
const domain = "com.microsoft.nchwc";

/** A NCHW image, or with "last" a NHWC one, in blocks of channels. */
export function toBlocks({ graph }: Context, image: Value, order: "first" | "last" = "first"): Value {
  const last = order === "last";
  const [n, height, width, channels] = image.shape;
  const shape = last ? [n, channels, height, width] : image.shape;
  return graph.node("ReorderInput", [image], "float32", shape, { channels_last: Number(last) }, domain);
}

/** The NCHW image, or with "last" the NHWC one, that blocks hold. */
export function fromBlocks({ graph }: Context, blocks: Value, order: "first" | "last" = "first"): Value {
  const [n, channels, height, width] = blocks.shape;
  const last = order === "last";
  const shape = last ? [n, height, width, channels] : blocks.shape;
  const attributes = { channels, channels_last: Number(last) };
  return graph.node("ReorderOutput", [blocks], "float32", shape, attributes, domain);
}

/** A convolution of an image in blocks by a filter in blocks, the result in blocks. */
export function convolveBlocks(
  { graph }: Context,
  image: Value,
  filter: Value,
  shape: Shape,
  attributes: Attributes,
): Value {
  const all = { dilations: [1, 1], group: 1, ...attributes };
  return graph.node("Conv", [image, filter], "float32", shape, all, domain);
}
