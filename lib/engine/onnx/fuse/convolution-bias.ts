import { sizeOf } from "../../../array";
import { reshapeValue } from "../ir/layout";
import { imageNode, nchw } from "../lower/image";
import { rewrite } from "../lower/operation";

/** conv(x) + b → conv(x, b) for one number b for each channel, which onnxruntime adds as it convolves. */
export const convolutionBias = rewrite("convolution-bias", (c, operation) => {
  if (operation.kind !== "elementwise" || operation.op !== "Add") return undefined;
  const [image, bias] = operation.operands;
  const channels = image.shape[3];
  if (image.order.join() !== nchw.join() || bias.shape.at(-1) !== channels) return undefined;
  if (sizeOf(bias.value.shape) !== channels || sizeOf(bias.shape) !== channels) return undefined;
  // Where the image repeats, or the bias has more axes, the sum has another shape than the convolution.
  if (sizeOf(image.value.shape) !== sizeOf(image.shape) || bias.shape.length > 4) return undefined;
  const { node } = image.value;
  const last = node?.op === "ReorderOutput" ? node : undefined;
  const conv = last ? last.inputs[0].node : node;
  if (conv?.op !== "Conv" || conv.inputs.length > 2) return undefined;
  const inputs = [...conv.inputs, reshapeValue(c.graph, bias.value, [channels])];
  const sum = imageNode(c, "Conv", inputs, image.shape, conv.attributes, conv.domain);
  return last ? imageNode(c, last.op, [sum.value], image.shape, last.attributes, last.domain) : sum;
});
