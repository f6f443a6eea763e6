import * as tf from "@tensorflow/tfjs";
import { expect, test } from "vitest";
import { compile, type Values } from "../../lib/engine";

/** Rows and columns of the filter. */
const taps = 3;
type Pixel = (row: number, column: number, channel: number) => number;

/** The same image for each of `n` samples. */
function images(
  [n, size, channels]: readonly [n: number, size: number, channels: number],
  pixel: Pixel,
): Values {
  const one = Float32Array.from({ length: size * size * channels }, (_, e) => {
    const at = Math.floor(e / channels);
    return pixel(Math.floor(at / size), at % size, e % channels);
  });
  const data = new Float32Array(n * one.length);
  for (let i = 0; i < n; i++) data.set(one, i * one.length);
  return { shape: [n, size, size, channels], data };
}

/** The gradient of Σ conv(x) · gradOutput with respect to the 3 × 3 filter. */
async function weightGradient(x: Values, gradOutput: Values): Promise<Values> {
  const shape = [taps, taps, x.shape[3], gradOutput.shape[3]] as [number, number, number, number];
  const program = compile({
    name: "weight gradient",
    program: ({ inputs }) => {
      const sum = (filter: tf.Tensor) =>
        tf.sum(
          tf.mul(tf.conv2d(inputs.x as tf.Tensor4D, filter as tf.Tensor4D, 1, "same"), inputs.gradOutput),
        );
      return { outputs: { gradient: tf.grad(sum)(tf.zeros(shape)) } };
    },
  });
  const { gradient } = await program.run({ x, gradOutput });
  await program.dispose();
  return gradient;
}

test.each([
  [16, 16, 32],
  [32, 16, 16],
  [16, 3, 16],
  [16, 16, 3],
])("of %i large images of whole numbers, %i to %i channels, is exact", async (n, from, to) => {
  const size = 40;
  const x: Pixel = (row, column, c) => (7 * row + 3 * column + c) % 5;
  const gradOutput: Pixel = (row, column, c) => (5 * row + 11 * column + c) % 3;
  const { data } = await weightGradient(images([n, size, from], x), images([n, size, to], gradOutput));
  const inside = (at: number) => at >= 0 && at < size;
  const expected = Float32Array.from(data, (_, e) => {
    const [o, c] = [e % to, Math.floor(e / to) % from];
    const [i, j] = [Math.floor(e / to / from / taps), Math.floor(e / to / from) % taps];
    let sum = 0;
    for (let row = 0; row < size; row++) {
      for (let column = 0; column < size; column++) {
        const [r, k] = [row + i - 1, column + j - 1];
        if (inside(r) && inside(k)) sum += n * x(r, k, c) * gradOutput(row, column, o);
      }
    }
    return sum;
  });
  expect(data).toEqual(expected);
});

test("adds up many pixels without losing digits", async () => {
  const [n, size, channels] = [16, 128, 16];
  const tenth = Math.fround(0.1);
  const { data } = await weightGradient(
    images([n, size, channels], () => 1),
    images([n, size, channels], () => tenth),
  );
  const tapOf = (e: number) => Math.floor(e / channels ** 2);
  const met = (shift: number) => size - Math.abs(shift - 1);
  const errors = Array.from(data, (value, e) => {
    const exact = n * met(Math.floor(tapOf(e) / taps)) * met(tapOf(e) % taps) * tenth;
    return Math.abs(value / exact - 1);
  });
  expect(Math.max(...errors)).toBeLessThan(1e-3);
});
