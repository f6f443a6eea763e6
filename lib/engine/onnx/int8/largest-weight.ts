import { Graph, microsoft } from "../ir/graph";
import { writeModel } from "../ir/writer";
import { type Ort, openSession } from "../run/session";

/**
 * The largest whole number that a filter may have: 127, or 63 where the processor adds two products of bytes
 * in 16 bits, which cuts off larger sums (AVX2 and AVX-512 without VNNI). onnxruntime doesn't say, so a
 * convolution of the largest bytes is computed.
 */
export async function largestWeight(ort: Ort): Promise<number> {
  const [channels, most] = [16, 127];
  const graph = new Graph();
  const byte = (number: number) => graph.constant("uint8", [], Uint8Array.of(number));
  const one = graph.scalar("float32", 1);
  const shape = [1, 1, 1, channels];
  const x = graph.input("x", "float32", shape);
  const bytes = graph.node("QuantizeLinear", [x, one, byte(0)], "uint8", shape);
  const sums = graph.node(
    "QLinearConv",
    [
      ...[bytes, one, byte(0)],
      graph.constant("int8", [channels, channels, 1, 1], new Uint8Array(channels ** 2).fill(most)),
      graph.constant("float32", [channels], new Float32Array(channels).fill(1 / (most * channels))),
      graph.constant("int8", [channels], new Uint8Array(channels)),
      ...[one, byte(0)],
    ],
    "uint8",
    shape,
    { kernel_shape: [1, 1], channels_last: 1 },
    microsoft,
  );
  const y = graph.node("DequantizeLinear", [sums, one, byte(0)], "float32", shape);
  const model = graph.finish([{ name: "y", value: y }]);
  const session = await openSession(ort, "trial of int8", writeModel("trial of int8", model));
  try {
    const full = new ort.Tensor("float32", new Float32Array(channels).fill(255), shape);
    const results = await session.run({ x: full });
    return (results.y.data as Float32Array).every((sum) => sum === 255) ? most : 63;
  } finally {
    await session.release();
  }
}
