import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import { afterAll, describe, expect, it } from "vitest";
import { exportOnnx, openModel } from "../../lib/engine";

const folder = mkdtempSync(join(tmpdir(), "export-"));
afterAll(() => rmSync(folder, { recursive: true }));

const write = (name: string, bytes: Uint8Array) => {
  const file = join(folder, name);
  writeFileSync(file, bytes);
  return file;
};
const program = {
  name: "affine",
  constants: { w: { shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) } },
  inputs: {
    x: { shape: [2, 2], data: new Float32Array(4) },
    labels: { shape: [2], data: new Int32Array(2) },
  },
};

describe("exportOnnx and openModel", () => {
  it("give a model that onnxruntime runs by the program's own names", async () => {
    const bytes = await exportOnnx({
      ...program,
      program: ({ constants, inputs }) => {
        const value = tf.matMul(inputs.x as tf.Tensor2D, constants.w as tf.Tensor2D);
        return { outputs: { value, next: tf.add(inputs.labels, 1), same: inputs.x } };
      },
    });
    const model = await openModel(write("affine.onnx", bytes));
    expect(model.inputs).toEqual({
      x: { type: "float32", shape: [2, 2] },
      labels: { type: "int32", shape: [2] },
    });
    expect(model.outputs.value).toEqual({ type: "float32", shape: [2, 3] });
    const x = { shape: [2, 2], data: Float32Array.of(1, 0, -1, 2) };
    const found = await model.run({ x, labels: { shape: [2], data: Int32Array.of(4, -1) } });
    expect(Array.from(found.value.data)).toEqual([1, 2, 3, 7, 8, 9]);
    expect(Array.from(found.next.data)).toEqual([5, 0]);
    expect(Array.from(found.same.data)).toEqual([1, 0, -1, 2]);
    await expect(model.run({ y: x, labels: { shape: [2], data: new Int32Array(2) } })).rejects.toThrow('"y"');
    await model.dispose();
  });

  it("refuse names that would clash", async () => {
    const inputs = { x: program.inputs.x };
    const same = exportOnnx({ name: "same", inputs, program: ({ inputs: { x } }) => ({ outputs: { x } }) });
    await expect(same).rejects.toThrow('"x" as both');
    const inner = exportOnnx({
      name: "inner",
      inputs,
      program: ({ inputs: { x } }) => ({ outputs: { v0: x } }),
    });
    await expect(inner).rejects.toThrow('"v0"');
  });

  it("take any number of samples, in operators of the standard", async () => {
    const w = { shape: [3, 4], data: Float32Array.from({ length: 12 }, (_, k) => Math.sin(k)) };
    const given = (n: number) => ({
      x: { shape: [n, 2, 3], data: Float32Array.from({ length: 6 * n }, (_, k) => Math.cos(3 * k)) },
      t: { shape: [n], data: Float32Array.from({ length: n }, (_, k) => k / 7) },
    });
    const bytes = await exportOnnx({
      name: "any",
      constants: { w },
      inputs: given(1),
      batch: "any",
      program: ({ constants, inputs: { x, t } }) => {
        const [n] = x.shape;
        const rows = tf.matMul(tf.reshape(x, [2 * n, 3]) as tf.Tensor2D, constants.w as tf.Tensor2D);
        const gated = tf.mul(rows, tf.sigmoid(rows)); // one operator of onnxruntime's own
        const times = tf.tile(tf.reshape(t, [n, 1, 1]), [1, 2, 4]);
        const products = tf.matMul(x as tf.Tensor3D, x as tf.Tensor3D, false, true);
        return { outputs: { y: tf.add(tf.reshape(gated, [n, 2, 4]), times), products } };
      },
    });
    expect(Buffer.from(bytes).includes("com.microsoft")).toBe(false);
    const model = await openModel(write("any.onnx", bytes));
    expect(model.inputs.x.shape).toEqual([null, 2, 3]);
    expect(model.outputs.y.shape).toEqual([null, 2, 4]);
    for (const n of [1, 2, 9]) {
      const { x, t } = given(n);
      const { y, products } = await model.run({ x, t });
      expect([y.shape, products.shape]).toEqual([
        [n, 2, 4],
        [n, 2, 2],
      ]);
      const dot = (a: number, b: (k: number) => number) =>
        [0, 1, 2].reduce((sum, k) => sum + x.data[a + k] * b(k), 0);
      for (let i = 0; i < n; i++) {
        for (let r = 0; r < 2; r++) {
          const row = 6 * i + 3 * r;
          for (let c = 0; c < 4; c++) {
            const u = dot(row, (k) => w.data[4 * k + c]);
            expect(y.data[8 * i + 4 * r + c]).toBeCloseTo(u / (1 + Math.exp(-u)) + t.data[i], 5);
          }
          for (let s = 0; s < 2; s++) {
            expect(products.data[4 * i + 2 * r + s]).toBeCloseTo(
              dot(row, (k) => x.data[6 * i + 3 * s + k]),
              5,
            );
          }
        }
      }
    }
    await model.dispose();
  });

  it("refuse any number of samples where a number, not a shape, depends on it", async () => {
    const counted = exportOnnx({
      name: "counted",
      inputs: { x: program.inputs.x },
      batch: "any",
      program: ({ inputs: { x } }) => ({ outputs: { y: tf.mul(x, x.shape[0]) } }),
    });
    await expect(counted).rejects.toThrow(
      'Expected program "counted" to be the same for any number of samples, but received a constant',
    );
  });

  it("leave inputs that are single numbers what they are, for any number of samples", async () => {
    const bytes = await exportOnnx({
      name: "scaled",
      inputs: { scale: { shape: [], data: Float32Array.of(1) }, x: program.inputs.x },
      batch: "any",
      program: ({ inputs: { scale, x } }) => ({ outputs: { y: tf.mul(scale, tf.sum(x, 1)) } }),
    });
    const model = await openModel(write("scaled.onnx", bytes));
    expect(model.inputs.scale.shape).toEqual([]);
    const { y } = await model.run({
      scale: { shape: [], data: Float32Array.of(3) },
      x: { shape: [5, 2], data: new Float32Array(10).fill(1) },
    });
    expect(y).toEqual({ shape: [5], data: new Float32Array(5).fill(6) });
    await model.dispose();
  });

  it("refuse another word, or a number, as the number of samples", async () => {
    for (const batch of ["Any", 16, true]) {
      await expect(
        exportOnnx({ ...program, program: () => ({ outputs: {} }), batch } as never),
      ).rejects.toThrow(`Expected "any" as batch, but received ${JSON.stringify(batch)}`);
    }
  });

  it("say which file is missing or no model", async () => {
    await expect(openModel(join(folder, "none.onnx"))).rejects.toThrow("none.onnx: there is no such file");
    await expect(openModel(write("junk.onnx", Uint8Array.of(1, 2, 3)))).rejects.toThrow(
      "junk.onnx can't be used",
    );
  });
});
