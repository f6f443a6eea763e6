import type { Tensor } from "onnxruntime-node";
import { sizeOf } from "../../../array";
import { expected } from "../../../errors";
import type { Model, Value } from "../ir/graph";
import { writeModel } from "../ir/writer";
import { type Ort, openSession } from "../run/session";
import { ends, int8Convolutions } from "./convolutions";
import type { ConvolutionSteps } from "./quantise";
import { finestSteps, type Range, wholeRange } from "./steps";

/** A model, and inputs of its shapes. */
export interface Examples {
  readonly model: Model;
  readonly feeds: readonly Readonly<Record<string, Tensor>>[];
}

/**
 * Runs models of one program on examples, and finds for each of its convolutions how the images before and
 * after it become bytes: in the finest steps that reach every number seen.
 * @throws UsageError if the program has no convolutions for it.
 */
export async function calibrate(
  ort: Ort,
  name: string,
  examples: readonly Examples[],
): Promise<readonly ConvolutionSteps[]> {
  const seen = examples.map(({ model }) => int8Convolutions(model));
  const [convolutions] = seen;
  if (convolutions.length === 0) {
    throw expected(
      `program "${name}" to have more than ${2 * ends} convolutions of constant filters for int8, ` +
        `of which the first and last ${ends} stay in float32`,
      "none between them",
      "Leave the precision at float32.",
    );
  }
  const ranges = convolutions.map(({ node }) => ({
    input: Array<Range>(node.inputs[0].shape[1]).fill({ low: 0, high: 0 }),
    output: Array<Range>(node.outputs[0].shape[1]).fill({ low: 0, high: 0 }),
  }));
  for (const [i, { model, feeds }] of examples.entries()) {
    const images = new Set(seen[i].flatMap(({ node }) => [node.inputs[0], node.outputs[0]]));
    const outputs = [...images].map((value) => ({ name: value.name, value }));
    const session = await openSession(ort, name, writeModel(name, { ...model, outputs }));
    try {
      for (const given of feeds) {
        const results = await session.run(given);
        seen[i].forEach(({ node }, k) => {
          const data = ({ name }: Value) => results[name].data as Float32Array;
          widen(ranges[k].input, node.inputs[0], data(node.inputs[0]));
          widen(ranges[k].output, node.outputs[0], data(node.outputs[0]));
        });
      }
    } finally {
      await session.release();
    }
  }
  return ranges.map(({ input, output }) => ({
    input: finestSteps(wholeRange(input)),
    output: output.map(finestSteps),
  }));
}

/** Widens the ranges of channels to hold `[n, channels, height, width]` images. */
function widen(ranges: Range[], { shape }: Value, data: Float32Array): void {
  const pixels = sizeOf(shape.slice(2));
  for (let start = 0, k = 0; start < data.length; start += pixels, k = (k + 1) % ranges.length) {
    let { low, high } = ranges[k];
    for (let i = start; i < start + pixels; i++) {
      if (data[i] < low) low = data[i];
      if (data[i] > high) high = data[i];
    }
    ranges[k] = { low, high };
  }
}
