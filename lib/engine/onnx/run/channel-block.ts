import type * as tf from "@tensorflow/tfjs-core";
import { sizeOf } from "../../../array";
import type { AnyProgram, Values } from "../../program";
import type { Tfjs } from "../../tfjs";
import { childKey } from "../../tree";
import { writeModel } from "../ir/writer";
import { names, trace } from "../trace/tracer";
import { type Ort, openSession } from "./session";

/**
 * How many channels onnxruntime's blocked convolutions take together on this machine (16 with AVX-512, 8
 * with AVX2, none on others). It doesn't say, so a small convolution is computed with each size and compared
 * with the ordinary one; 0 if none agrees.
 */
export async function findChannelBlock(ort: Ort, library: Tfjs): Promise<number> {
  const wanted = await convolution(ort, library, 0);
  for (const block of [16, 8]) {
    try {
      const found = await convolution(ort, library, block);
      if (found.every((value, i) => Math.abs(value - wanted[i]) < 1e-3)) return block;
    } catch {
      // This build of onnxruntime has no such operators.
    }
  }
  return 0;
}

async function convolution(ort: Ort, library: Tfjs, channelBlock: number): Promise<Float32Array> {
  const numbers = (...shape: number[]): Values => ({
    shape,
    data: Float32Array.from({ length: sizeOf(shape) }, (_, i) => ((i * 37) % 23) / 8 - 1),
  });
  const inputs = { x: numbers(1, 4, 5, 16), filter: numbers(3, 3, 16, 32) };
  const program: AnyProgram = ({ inputs: { x, filter } }) => ({
    outputs: { y: library.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 1, "same") },
  });
  const { model } = trace(library, {
    name: "trial",
    program,
    state: {},
    constants: {},
    inputs,
    channelBlock,
  });
  const session = await openSession(ort, "trial", writeModel("trial", model));
  try {
    const feeds = Object.entries(inputs).map(([name, { shape, data }]) => [
      names.input(childKey("", name)),
      new ort.Tensor("float32", data as Float32Array, [...shape]),
    ]);
    const results = await session.run(Object.fromEntries(feeds));
    return results[names.output(childKey("", "y"))].data as Float32Array;
  } finally {
    await session.release();
  }
}
