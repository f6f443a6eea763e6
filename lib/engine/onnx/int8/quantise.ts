import {
  type Attributes,
  type ConstantData,
  type ElementType,
  type Model,
  microsoft,
  type Node,
  type Shape,
  type Value,
} from "../ir/graph";
import { type Convolution, int8Convolutions } from "./convolutions";
import type { Steps } from "./steps";

/** How the images before and after a convolution become bytes. */
export interface ConvolutionSteps {
  readonly input: Steps;
  /** For each channel. */
  readonly output: readonly Steps[];
}

/**
 * The same model with its `int8Convolutions` in int8. An image becomes bytes, channels last, which are
 * convolved by signed bytes with a scale for each output channel; only such convolutions of onnxruntime's are
 * fast. They know one scale and zero for all output channels: those of each channel are put into the
 * filter's scales and the bias.
 * @param largest the largest whole number that a filter may have
 */
export function inInt8(model: Model, steps: readonly ConvolutionSteps[], largest: number): Model {
  const add = adder(model.constants);
  const { constant, value } = add;
  const vector = (data: Float32Array) => constant("float32", [data.length], data);
  const scalar = (number: number) => constant("float32", [], Float32Array.of(number));
  const byte = (number: number) => constant("uint8", [], Uint8Array.of(number));
  /** Images in bytes, channels last: several convolutions may see the same. */
  const known = new Map<Value, Value>();
  const bytesOf = (image: Value, { scale, zero }: Steps) => {
    const bytes = add.node("QuantizeLinear", [image, scalar(scale), byte(zero)], value(image.shape));
    return add.node("Transpose", [bytes], value(channelsLast(image.shape)), { perm: [0, 2, 3, 1] });
  };

  const convolutions = new Map(
    int8Convolutions(model).map((convolution, k) => [convolution.node, { convolution, ...steps[k] }]),
  );
  for (const node of model.nodes) {
    const found = convolutions.get(node);
    if (!found) {
      add.existing(node);
      continue;
    }
    const { convolution, input, output } = found;
    const [image, { shape }] = node.inputs;
    const [result] = node.outputs;
    const bytes = known.get(image) ?? bytesOf(image, input);
    known.set(image, bytes);
    const filter = wholeFilter(convolution, largest);
    const perStep = filter.scales.map((scale, k) => (input.scale * scale) / output[k].scale);
    const start = Int32Array.from(convolution.bias, (bias, k) =>
      Math.round((bias / output[k].scale + output[k].zero) / perStep[k]),
    );
    const sums = add.node(
      "QLinearConv",
      [
        ...[bytes, scalar(1), byte(input.zero)],
        ...[constant("int8", shape, signed(filter.weights)), vector(perStep)],
        constant("int8", [output.length], new Uint8Array(output.length)),
        ...[scalar(1), byte(0), constant("int32", [output.length], start)],
      ],
      value(channelsLast(result.shape)),
      { dilations: [1, 1], group: 1, ...node.attributes, channels_last: 1 },
      microsoft,
    );
    const first = add.node("Transpose", [sums], value(result.shape), { perm: [0, 3, 1, 2] });
    const scales = vector(Float32Array.from(output, ({ scale }) => scale));
    const zeros = constant(
      "uint8",
      [output.length],
      Uint8Array.from(output, ({ zero }) => zero),
    );
    add.node("DequantizeLinear", [first, scales, zeros], result, { axis: 1 });
  }
  return { ...model, nodes: add.nodes, constants: add.constants };
}

/** Signed bytes as they lie in memory. */
const signed = ({ buffer, byteOffset, length }: Int8Array) => new Uint8Array(buffer, byteOffset, length);

const channelsLast = ([n, channels, height, width]: Shape): Shape => [n, height, width, channels];

/** Collects nodes and constants of a model. */
function adder(given: readonly Value[]) {
  const nodes: Node[] = [];
  const constants = [...given];
  let count = 0;
  const name = () => `int8_${count++}`;
  return {
    nodes,
    constants,
    existing: (node: Node) => void nodes.push(node),
    /** What a node will make: bytes. */
    value: (shape: Shape): Value => ({ name: name(), type: "uint8", shape }),
    node(op: string, inputs: readonly Value[], output: Value, attributes: Attributes = {}, domain = "") {
      nodes.push({ op, domain, inputs, outputs: [output], attributes });
      return output;
    },
    constant(type: ElementType, shape: Shape, data: ConstantData): Value {
      const made: Value = { name: name(), type, shape, data };
      constants.push(made);
      return made;
    },
  };
}

/** A filter in whole numbers, with a scale for each output channel. */
function wholeFilter({ node, filter }: Convolution, largest: number) {
  const [out] = node.inputs[1].shape;
  const size = filter.length / out;
  const scales = Float32Array.from({ length: out }, (_, k) => {
    const own = filter.subarray(k * size, (k + 1) * size);
    return own.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0) / largest || 1;
  });
  const weights = Int8Array.from(filter, (weight, i) => Math.round(weight / scales[Math.floor(i / size)]));
  return { weights, scales };
}
