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

  it("say which file is missing or no model", async () => {
    await expect(openModel(join(folder, "none.onnx"))).rejects.toThrow("none.onnx: there is no such file");
    await expect(openModel(write("junk.onnx", Uint8Array.of(1, 2, 3)))).rejects.toThrow(
      "junk.onnx can't be used",
    );
  });
});
