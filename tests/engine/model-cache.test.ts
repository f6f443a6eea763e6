import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { compile, type Program } from "../../lib/engine";
import { cacheKey, keepModel, readModel } from "../../lib/engine/onnx/run/cache";
import { floats } from "./same";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "models "));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

const writing = (content: string) => async (path: string | undefined) => {
  writeFileSync(path as string, content);
  return content.length;
};
const text = (key: string) => {
  const model = readModel(folder, key);
  return model && Buffer.from(model).toString();
};

describe("the cache of optimised models", () => {
  test("keeps what was written, and gives what `make` returned", async () => {
    const inside = join(folder, "new", "folder");
    expect(await keepModel(inside, "a", writing("first"))).toBe(5);
    expect(Buffer.from(readModel(inside, "a") as Uint8Array).toString()).toBe("first");
    expect(readdirSync(inside)).toEqual(["a.onnx"]);
  });

  test("has nothing for other keys, and forgets a damaged file", async () => {
    await keepModel(folder, "a", writing("first"));
    expect(text("b")).toBeUndefined();
    const bytes = readFileSync(join(folder, "a.onnx"));
    bytes[1] ^= 1;
    writeFileSync(join(folder, "a.onnx"), bytes);
    expect(text("a")).toBeUndefined();
    expect(readdirSync(folder)).toEqual([]);
  });

  test("holds one whole model where several are written at once", async () => {
    const contents = Array.from({ length: 8 }, (_, i) => `${i}`.repeat(1000 + i));
    await Promise.all(contents.map((content) => keepModel(folder, "a", writing(content))));
    expect(contents).toContain(text("a"));
    expect(readdirSync(folder)).toEqual(["a.onnx"]);
  });

  test("removes what was not used for longest when there is too much", async () => {
    const old = new Date(Date.now() - 7_200_000);
    for (const key of ["a", "b", "c"]) await keepModel(folder, key, writing("x".repeat(100)));
    writeFileSync(join(folder, "left.1.2.tmp"), "half");
    for (const name of ["a.onnx", "b.onnx", "c.onnx", "left.1.2.tmp"])
      utimesSync(join(folder, name), old, old);
    text("b"); // is used
    await keepModel(folder, "d", writing("y".repeat(100)), 2 * 132);
    expect(readdirSync(folder).sort()).toEqual(["b.onnx", "d.onnx"]);
  });

  test("passes on an error, and leaves no file", async () => {
    const failing = keepModel(folder, "a", async () => {
      throw new Error("on purpose");
    });
    await expect(failing).rejects.toThrow("on purpose");
    expect(readdirSync(folder)).toEqual([]);
  });

  test("works without a place to write", async () => {
    const file = join(folder, "file");
    writeFileSync(file, "");
    expect(await keepModel(join(file, "no folder"), "a", async (path) => path)).toBeUndefined();
  });

  test("tells models and circumstances apart", () => {
    const keys = [
      cacheKey(Uint8Array.of(1, 2), [16]),
      cacheKey(Uint8Array.of(1, 3), [16]),
      cacheKey(Uint8Array.of(1, 2), [8]),
    ];
    expect(new Set(keys).size).toBe(3);
    expect(cacheKey(Uint8Array.of(1, 2), [16])).toBe(keys[0]);
  });
});

describe("a large program", () => {
  /** 600 nodes of which none can be left out. */
  const program: Program = ({ inputs: { x }, constants: { w } }) => {
    let y: tf.Tensor = x;
    for (let i = 0; i < 200; i++) y = tf.tanh(tf.add(tf.mul(y, 1 + i / 1000), w));
    return { outputs: { y } };
  };
  const run = async (engine: "onnx" | "cpu", seed = 1) => {
    const compiled = compile({ name: "long", engine, program, constants: { w: floats([4], seed) } });
    const { y } = await compiled.run({ x: floats([3, 4], 2) });
    await compiled.dispose();
    return y.data as Float32Array;
  };

  test("is taken from the cache with equal results", async () => {
    vi.stubEnv("ENGINE_CACHE", folder);
    const first = await run("onnx");
    const wanted = await run("cpu");
    first.forEach((value, i) => {
      expect(Math.abs(value - wanted[i])).toBeLessThan(1e-5);
    });
    const files = readdirSync(folder);
    expect(files).toHaveLength(1);
    expect(await run("onnx")).toEqual(first);
    expect(readdirSync(folder)).toEqual(files);
    const other = await run("onnx", 3); // other constants make another model
    expect(other).not.toEqual(first);
    expect(readdirSync(folder)).toHaveLength(2);
    for (const file of readdirSync(folder)) writeFileSync(join(folder, file), "damaged");
    expect(await run("onnx")).toEqual(first);
  });

  test("is kept nowhere with ENGINE_CACHE=off, and a small one never", async () => {
    vi.stubEnv("ENGINE_CACHE", folder);
    const small = compile({
      name: "p",
      engine: "onnx",
      program: ({ inputs: { x } }) => ({ outputs: { y: tf.sin(x) } }),
    });
    await small.run({ x: floats([2], 1) });
    await small.dispose();
    expect(readdirSync(folder)).toEqual([]);
    vi.stubEnv("ENGINE_CACHE", "off");
    await run("onnx");
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe("ENGINE_PROVIDER", () => {
  const compiled = () =>
    compile({ name: "p", engine: "onnx", program: ({ inputs: { x } }) => ({ outputs: { y: tf.sin(x) } }) });

  test("names what there is", async () => {
    vi.stubEnv("ENGINE_PROVIDER", "cudda");
    await expect(compiled().run({ x: floats([2], 1) })).rejects.toThrow(
      "Expected one of cpu, cuda, directml, coreml, webgpu as ENGINE_PROVIDER, " +
        'but received "cudda". Did you mean "cuda"?',
    );
  });

  const homes = { directml: "win32", coreml: "darwin" };
  const absent = Object.entries(homes).flatMap(([name, home]) => (process.platform === home ? [] : [name]));

  test.each(absent)("says what %s needs where it isn't there", async (name) => {
    vi.stubEnv("ENGINE_PROVIDER", name);
    await expect(compiled().run({ x: floats([2], 1) })).rejects.toThrow(
      new RegExp(
        `^Expected onnxruntime to run on ${name}, as ENGINE_PROVIDER says, ` +
          'but received ".*not found.*". It needs .* Or unset',
      ),
    );
  });
});
