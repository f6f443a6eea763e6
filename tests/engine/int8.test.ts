import * as tf from "@tensorflow/tfjs";
import fc from "fast-check";
import { afterEach, describe, expect, test, vi } from "vitest";
import { compile, type Named, type Values } from "../../lib/engine";
import { finestSteps, type Range } from "../../lib/engine/onnx/int8/steps";
import { floats } from "./same";

const size = { n: 2, height: 6, width: 5, from: 16, to: 32 };
const conv = (x: tf.Tensor, filter: tf.Tensor) =>
  tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 1, "same");

/** A filter of one pixel that leaves images as they are. */
function unchanged(channels: number): Values {
  const data = new Float32Array(channels ** 2);
  for (let k = 0; k < channels; k++) data[k * channels + k] = 1;
  return { shape: [1, 1, channels, channels], data };
}

const constants = {
  filter: floats([3, 3, size.from, size.to], 1, -1, 1),
  bias: floats([size.to], 2, -3, 3),
  before: unchanged(size.from),
  after: unchanged(size.to),
};

/** A convolution with bias, between three others on each side that leave images as they are. */
function program({ constants, inputs }: { constants: Named<tf.Tensor>; inputs: Named<tf.Tensor> }) {
  let y = inputs.x;
  for (let k = 0; k < 3; k++) y = conv(tf.mul(y, 1 + k), constants.before);
  y = tf.add(conv(tf.div(y, 6), constants.filter), constants.bias);
  for (let k = 0; k < 3; k++) y = conv(tf.mul(y, 1 + k), constants.after);
  return { outputs: { y: tf.div(y, 6) } };
}

const images = (seed: number, low = -1, high = 2) =>
  floats([size.n, size.height, size.width, size.from], seed, low, high);

async function run(x: Values, more: { readonly int8?: readonly { readonly x: Values }[] } = {}) {
  const compiled = compile({ name: "seven convolutions", program, constants, engine: "onnx", ...more });
  try {
    return (await compiled.run({ x })).y;
  } finally {
    await compiled.dispose();
  }
}

/** The least and largest number of each channel, 0 included. */
function rangesOf({ shape, data }: Values): readonly Range[] {
  const channels = shape.at(-1) as number;
  return Array.from({ length: channels }, (_, k) => {
    const own = data.filter((_, i) => i % channels === k);
    return { low: Math.min(0, ...own), high: Math.max(0, ...own) };
  });
}

describe("a convolution in int8", () => {
  test("is as precise as bytes allow, at every number", async () => {
    const x = images(3);
    const [wanted, found] = [await run(x), await run(x, { int8: [{ x }] })];
    const { n, height, width, from, to } = size;
    const output = rangesOf(wanted).map(({ low, high }) => (high - low) / 255);
    const step = (Math.max(...x.data) - Math.min(...x.data)) / 255;
    const largest = 63; // the largest weight on processors that add products in 16 bits; 127 on others
    const { data: filter } = constants.filter;
    let different = 0;
    for (let i = 0; i < wanted.data.length; i++) {
      const k = i % to;
      const row = Math.floor(i / to / width) % height;
      const column = Math.floor(i / to) % width;
      const sample = Math.floor(i / to / width / height);
      let most = 0;
      for (let j = 0; j < 9 * from; j++) most = Math.max(most, Math.abs(filter[j * to + k]));
      let bound = output[k];
      for (let tap = 0; tap < 9; tap++) {
        const [r, c] = [row + Math.floor(tap / 3) - 1, column + (tap % 3) - 1];
        if (r < 0 || r >= height || c < 0 || c >= width) continue;
        for (let channel = 0; channel < from; channel++) {
          const weight = Math.abs(filter[(tap * from + channel) * to + k]);
          const value = Math.abs(x.data[((sample * height + r) * width + c) * from + channel]);
          bound += (weight * step + ((value + step) * most) / largest) / 2;
        }
      }
      expect(Math.abs(found.data[i] - wanted.data[i])).toBeLessThan(bound);
      if (Math.abs(found.data[i] - wanted.data[i]) > 1e-3) different++;
    }
    expect(n * height * width * to).toBe(wanted.data.length);
    expect(different).toBeGreaterThan(0.8 * wanted.data.length); // it isn't float32
    const rms = (values: ArrayLike<number>) =>
      Math.sqrt(Array.from(values).reduce((sum, v) => sum + v * v, 0) / values.length);
    expect(rms(found.data.map((v, i) => v - wanted.data[i]))).toBeLessThan(0.01 * rms(wanted.data));
  });

  test("cuts off what lies beyond the examples", async () => {
    const example = images(3);
    const x = { ...example, data: example.data.map((v) => 100 * v) };
    const found = await run(x, { int8: [{ x: example }] });
    rangesOf(await run(example)).forEach(({ low, high }, k) => {
      const own = found.data.filter((_, i) => i % size.to === k);
      const step = (high - low) / 255;
      expect(Math.max(...own)).toBeLessThanOrEqual(high + step);
      expect(Math.min(...own)).toBeGreaterThanOrEqual(low - step);
      expect(Math.max(...own) - Math.min(...own)).toBeGreaterThan(0.5 * (high - low));
    });
  });

  test("takes examples of several shapes together, and other numbers of samples", async () => {
    const wide = images(4, -4, 8);
    const narrow = {
      shape: [1, ...wide.shape.slice(1)],
      data: images(5).data.slice(0, wide.data.length / 2),
    };
    const x = { shape: [4, ...wide.shape.slice(1)], data: Float32Array.from([...wide.data, ...wide.data]) };
    const [wanted, both, small] = [
      await run(x),
      await run(x, { int8: [{ x: narrow }, { x: wide }] }),
      await run(x, { int8: [{ x: narrow }] }),
    ];
    const worst = (found: Values) => Math.max(...found.data.map((v, i) => Math.abs(v - wanted.data[i])));
    expect(worst(both)).toBeLessThan(0.02 * Math.max(...wanted.data));
    expect(worst(small)).toBeGreaterThan(0.2 * Math.max(...wanted.data));
  });
});

describe("what can't be done in int8", () => {
  afterEach(() => vi.unstubAllEnvs());

  const x = images(3);
  const few = ({ constants, inputs }: { constants: Named<tf.Tensor>; inputs: Named<tf.Tensor> }) => ({
    outputs: { y: conv(inputs.x, constants.filter) },
  });

  test("a program of few convolutions", async () => {
    const { filter } = constants;
    const compiled = compile({
      name: "one",
      program: few,
      constants: { filter },
      engine: "onnx",
      int8: [{ x }],
    });
    await expect(compiled.run({ x })).rejects.toThrow(
      /more than 6 convolutions .* received none between them/,
    );
    await compiled.dispose();
  });

  test("without examples, with wrong ones, on another engine or processor", async () => {
    const given = { name: "seven", program, constants };
    expect(() => compile({ ...given, int8: [] })).toThrow(/examples of inputs of program "seven" for int8/);
    expect(() => compile({ ...given, int8: { x } as never })).toThrow(/for int8, but received object/);
    expect(() => compile({ ...given, int8: [{ x: 3 }] as never })).toThrow(/example input "x" .* number/);
    expect(() => compile({ ...given, engine: "cpu", int8: [{ x }] })).toThrow(/ENGINE=onnx for int8/);
    vi.stubEnv("ENGINE_PROVIDER", "webgpu");
    const elsewhere = compile({ ...given, engine: "onnx", int8: [{ x }] });
    await expect(elsewhere.run({ x })).rejects.toThrow(/the processor for int8.*ENGINE_PROVIDER=webgpu/);
  });
});

describe("steps", () => {
  const end = fc.double({ min: 0, max: 1e3, noNaN: true });
  const range = fc.tuple(end, end).map(([a, b]): Range => ({ low: -a, high: b }));
  /** The nearest number that a byte stands for. */
  const rounded = (x: number, { scale, zero }: { scale: number; zero: number }) =>
    scale * (Math.min(255, Math.max(0, Math.round(x / scale) + zero)) - zero);

  test("reach both ends of a range, and zero exactly", () => {
    fc.assert(
      fc.property(range, fc.double({ min: 0, max: 1, noNaN: true }), ({ low, high }, part) => {
        const steps = finestSteps({ low, high });
        const x = low + part * (high - low);
        expect(steps.zero).toBe(Math.min(255, Math.max(0, Math.round(steps.zero))));
        expect(rounded(0, steps)).toBe(0);
        // Rounding zero to a byte moves both ends by half a step.
        expect(Math.abs(rounded(x, steps) - x)).toBeLessThanOrEqual(steps.scale * 1.000001);
      }),
    );
  });
});
