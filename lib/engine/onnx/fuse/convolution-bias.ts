import { sizeOf } from "../../../array";
import { reshapeValue, type Traced } from "../ir/layout";
import { imageNode, nchw } from "../lower/image";
import type { Context } from "../lower/lowering";

/** A convolution plus one number for each of its channels, which onnxruntime adds as it convolves. */
export function biasedConvolution(c: Context, image: Traced, bias: Traced): Traced | undefined {
  const channels = image.shape[3];
  if (image.order.join() !== nchw.join() || bias.shape.at(-1) !== channels) return undefined;
  if (sizeOf(bias.value.shape) !== channels || sizeOf(bias.shape) !== channels) return undefined;
  const { node } = image.value;
  const last = node?.op === "ReorderOutput" ? node : undefined;
  const conv = last ? last.inputs[0].node : node;
  if (conv?.op !== "Conv" || conv.inputs.length > 2) return undefined;
  const inputs = [...conv.inputs, reshapeValue(c.graph, bias.value, [channels])];
  const sum = imageNode(c, "Conv", inputs, image.shape, conv.attributes, conv.domain);
  return last ? imageNode(c, last.op, [sum.value], image.shape, last.attributes, last.domain) : sum;
}
