import * as tf from "@tensorflow/tfjs";
import { afterEach, describe, expect, test, vi } from "vitest";
import { compile, type EngineName, type Named, type Program, type Values } from "../../lib/engine";
import { floats, whole } from "./same";

const vector = (...data: number[]): Values => ({ shape: [data.length], data: Float32Array.from(data) });
const counter: Program = ({ state, inputs }) => {
  const total = tf.add(state.total, inputs.x);
  return { outputs: { mean: tf.mean(total) }, state: { total } };
};

afterEach(() => {
  vi.unstubAllEnvs();
});

describe.each<EngineName>(["onnx", "cpu", "wasm"])("ENGINE=%s", (engine) => {
  const counting = (name = "counter") =>
    compile({ name, engine, program: counter, state: { total: vector(1, 2) } });

  test("keeps state between runs, and hands out copies of it", async () => {
    const program = counting();
    const before = await program.readState();
    expect(before.total).toEqual(vector(1, 2));
    before.total.data[0] = 100;
    expect((await program.run({ x: vector(1, 1) })).mean).toEqual({ shape: [], data: Float32Array.of(2.5) });
    const first = await program.readState();
    expect((await program.run({ x: vector(2, 4) })).mean.data[0]).toBe(5.5);
    expect((await program.run({ x: vector(0, 1) })).mean.data[0]).toBe(6);
    expect(first.total).toEqual(vector(2, 3));
    expect((await program.readState()).total).toEqual(vector(4, 8));
    await program.dispose();
  });

  test("goes on from a written state, which it copies", async () => {
    const program = counting();
    const written = vector(10, 20);
    await program.run({ x: vector(1, 1) });
    await program.writeState({ total: written });
    written.data[0] = 0;
    expect((await program.readState()).total).toEqual(vector(10, 20));
    expect((await program.run({ x: vector(1, 1) })).mean.data[0]).toBe(16);
    expect((await program.readState()).total).toEqual(vector(11, 21));
    await program.dispose();
  });

  test("leaves state that a program doesn't return as it was", async () => {
    const program = compile({
      name: "reader",
      engine,
      program: ({ state }) => ({ outputs: { double: tf.mul(state.total, 2) } }),
      state: { total: vector(1, 2) },
    });
    expect((await program.run({})).double).toEqual(vector(2, 4));
    expect((await program.run({})).double).toEqual(vector(2, 4));
    expect((await program.readState()).total).toEqual(vector(1, 2));
    await program.dispose();
  });

  test("returns inputs, constants, state and numbers as they are", async () => {
    const program = compile({
      name: "mirror",
      engine,
      program: ({ state, inputs, constants }) => ({
        outputs: { x: inputs.x, again: inputs.x, w: constants.w, s: state.s, two: tf.fill([2, 2], 2) },
        state,
      }),
      state: { s: vector(7) },
      constants: { w: vector(1, 2, 3) },
    });
    const outputs = await program.run({ x: vector(4, 5) });
    expect(outputs).toEqual({
      x: vector(4, 5),
      again: vector(4, 5),
      w: vector(1, 2, 3),
      s: vector(7),
      two: { shape: [2, 2], data: Float32Array.of(2, 2, 2, 2) },
    });
    await program.dispose();
  });

  test("takes int32 inputs and returns int32 and bool as int32", async () => {
    const program = compile({
      name: "indices",
      engine,
      program: ({ inputs: { i } }) => ({
        outputs: {
          twice: tf.mul(i, tf.scalar(2, "int32")),
          large: tf.greater(i, 3),
          row: tf.gather(tf.tensor([10, 20, 30, 40, 50]), i as tf.Tensor1D),
        },
      }),
    });
    const { twice, large, row } = await program.run({ i: { shape: [3], data: Int32Array.of(0, 3, 4) } });
    expect(twice.data).toEqual(Int32Array.of(0, 6, 8));
    expect(large.data).toEqual(Int32Array.of(0, 0, 1));
    expect(row.data).toEqual(Float32Array.of(10, 40, 50));
    await program.dispose();
  });

  test("takes other shapes of inputs from run to run", async () => {
    const program = compile({
      name: "sums",
      engine,
      program: ({ inputs: { x }, constants }) => ({ outputs: { sum: tf.sum(tf.mul(x, constants.factor)) } }),
      constants: { factor: vector(2) },
    });
    for (const n of [1, 3, 2, 3, 1]) {
      const { sum } = await program.run({ x: { shape: [n, 1], data: new Float32Array(n).fill(1) } });
      expect(sum.data[0]).toBe(2 * n);
    }
    await program.dispose();
  });

  test("leaves tfjs's backend and tensors as they were", async () => {
    await tf.ready();
    const backend = tf.getBackend();
    const mine = tf.tensor([1, 2]);
    const { numTensors, numDataBuffers, numBytes } = tf.memory();
    const program = counting();
    await program.run({ x: vector(1, 1) });
    await program.run({ x: vector(1, 1) });
    const failing = compile({
      name: "failing",
      engine,
      program: ({ inputs }) => {
        tf.mul(inputs.x, 2);
        throw new Error("on purpose");
      },
    });
    await expect(failing.run({ x: vector(1) })).rejects.toThrow(
      'program "failing" failed on inputs x: float32 [1]: on purpose',
    );
    await program.dispose();
    await failing.dispose();
    expect(tf.getBackend()).toBe(backend);
    expect(tf.memory()).toMatchObject({ numTensors, numDataBuffers, numBytes });
    expect(tf.add(mine, 1).dataSync()).toEqual(Float32Array.of(2, 3));
    mine.dispose();
  });

  test("uses tensors made outside the program as constants, and leaves them usable", async () => {
    const outside = tf.tensor([1, 2]);
    const program = compile({
      name: "outside",
      engine,
      program: ({ inputs: { x } }) => ({ outputs: { y: tf.mul(x, outside) } }),
    });
    expect((await program.run({ x: vector(3, 4) })).y).toEqual(vector(3, 8));
    expect((await program.run({ x: vector(5) })).y).toEqual(vector(5, 10));
    expect(outside.dataSync()).toEqual(Float32Array.of(1, 2));
    outside.dispose();
    await program.dispose();
  });

  test("says what is wrong with an input", async () => {
    const program = counting();
    await expect(program.run({ y: vector(1, 2) } as never)).rejects.toThrow(
      'Expected input "x", which program "counter" uses, but received only y.',
    );
    await expect(program.run({})).rejects.toThrow(
      'Expected input "x", which program "counter" uses, but received none.',
    );
    await expect(program.run({ x: vector(1, 2), z: vector(1) })).rejects.toThrow(
      'Expected program "counter" to be given the inputs that it uses (x), but received "z" as well.',
    );
    await program.run({ x: vector(1, 1) });
    await expect(program.run({ X: vector(1, 2) })).rejects.toThrow(
      'Expected inputs of program "counter" named x, but received one named "X". Did you mean "x"?',
    );
    await expect(program.run({ x: { shape: [3], data: new Float32Array(2) } })).rejects.toThrow(
      'Expected 3 numbers for input "x" of program "counter" of shape [3], but received 2.',
    );
    await expect(program.run({ x: { shape: [2], data: new Float64Array(2) as never } })).rejects.toThrow(
      'Expected input "x" of program "counter" to be a Float32Array or an Int32Array, ' +
        "but received a Float64Array.",
    );
    await expect(program.run({ x: [1, 2] as never })).rejects.toThrow(
      'Expected input "x" of program "counter" as { shape, data }, but received an array.',
    );
    await expect(program.run({ x: { shape: [3], data: new Float32Array(3) } })).rejects.toThrow(
      /program "counter" failed on inputs x: float32 \[3\]: .*broadcast/,
    );
    await program.dispose();
  });

  test("says what is wrong with state", async () => {
    const program = counting();
    await expect(program.writeState({ totals: vector(1, 2) } as never)).rejects.toThrow(
      'Did you mean "total"?',
    );
    await expect(program.writeState({ total: vector(1, 2, 3) })).rejects.toThrow(
      'Expected state "total" of program "counter" as float32 [2], but received float32 [3].',
    );
    await expect(program.writeState({ total: { shape: [2], data: new Int32Array(2) } })).rejects.toThrow(
      "int32 [2]",
    );
    await program.dispose();
    const growing = compile({
      name: "growing",
      engine,
      program: ({ state: { s } }) => ({ outputs: {}, state: { s: tf.concat([s, s]) } }),
      state: { s: vector(1) },
    });
    await expect(growing.run({})).rejects.toThrow(
      'Expected state "s" returned by program "growing" as float32 [1], but received float32 [2].',
    );
    await growing.dispose();
    const partial = compile({
      name: "partial",
      engine,
      program: ({ state }) => ({ outputs: {}, state: { a: state.a } }),
      state: { a: vector(1), b: vector(2) },
    });
    await expect(partial.run({})).rejects.toThrow(
      'Expected program "partial" to return state named a, b, but received a.',
    );
    await partial.dispose();
  });

  test("says when a program returns something else than tensors", async () => {
    const program = compile({ name: "wrong", engine, program: () => ({ outputs: { y: 3 } }) as never });
    await expect(program.run({})).rejects.toThrow(
      'Expected program "wrong" to return { outputs: { name: tensor, … } }, but received number as "y".',
    );
    await program.dispose();
  });

  test("refuses overlapping runs with state, and any use after dispose", async () => {
    const program = counting();
    const first = program.run({ x: vector(1, 1) });
    await expect(program.run({ x: vector(1, 1) })).rejects.toThrow(
      'Expected one call at a time of program "counter", which has state, ' +
        "but received run while another was under way.",
    );
    await expect(program.readState()).rejects.toThrow("readState while another was under way");
    expect((await first).mean.data[0]).toBe(2.5);
    const last = program.run({ x: vector(1, 1) });
    await program.dispose();
    expect((await last).mean.data[0]).toBe(3.5);
    await program.dispose();
    for (const use of [() => program.run({ x: vector(1, 1) }), () => program.readState()]) {
      await expect(use()).rejects.toThrow("but received one that was disposed. Compile it again.");
    }
  });
});

describe("ENGINE=onnx", () => {
  const refuses = async (
    program: Program,
    message: string | RegExp,
    inputs: Named<Values> = { x: floats([2, 3], 1) },
  ) => {
    const compiled = compile({ name: "bad", engine: "onnx", program });
    await expect(compiled.run(inputs)).rejects.toThrow(message);
    await compiled.dispose();
  };

  test("names an operator that it lacks, with shapes and what to do", () =>
    refuses(
      ({ inputs: { x } }) => ({ outputs: { y: tf.topk(x, 1).values } }),
      'Expected program "bad" to use operators that ENGINE=onnx knows, ' +
        "but received TopK(x: float32 [2, 3]). Write it with other operators, " +
        "add it to the tables in lib/engine/onnx/lower, or run with ENGINE=cpu.",
    ));

  test.each<[string, (x: tf.Tensor) => unknown]>([
    ["dataSync", (x) => x.dataSync()],
    ["arraySync", (x) => tf.add(x, 1).arraySync()],
    ["print", (x) => x.print()],
  ])("refuses to read values by %s", (_, read) => {
    const start = 'Expected program "bad" to compute without looking at values, but received a read ';
    const end = " of a float32 tensor of shape \\[2, 3\\]\\. Return it";
    const program: Program = ({ inputs: { x } }) => {
      read(x);
      return { outputs: { x } };
    };
    return refuses(program, new RegExp(`^${start}.*${end}`));
  });

  test("says which operator doesn't fit its operands", async () => {
    await refuses(
      ({ inputs: { x } }) => ({ outputs: { y: tf.concat([x, tf.ones([3, 3]), tf.ones([2, 2])], 1) } }),
      'program "bad" failed on inputs x: float32 [2, 3]: ' +
        "Concat(0: float32 [2, 3], 1: float32 [3, 3], 2: float32 [2, 2]): " +
        "shapes [2, 3] and [3, 3] and [2, 2] differ beside axis 1",
    );
    await refuses(
      ({ inputs: { x } }) => ({ outputs: { y: tf.matMul(x as tf.Tensor2D, x as tf.Tensor2D) } }),
      "BatchMatMul(a: float32 [2, 3], b: float32 [2, 3]): inner lengths 3 and 2 differ",
    );
  });

  test("names the program when a run fails", () =>
    refuses(
      ({ inputs: { x } }) => ({ outputs: { y: tf.gather(tf.range(0, 5), tf.cast(x, "int32")) } }),
      /^program "bad": its run failed: .*Gather.* idx=7 must be within the inclusive range \[-5,4\]/,
      { x: vector(1, 7) },
    ));

  test("refuses random numbers inside a program", () =>
    refuses(
      ({ inputs: { x } }) => ({ outputs: { y: tf.add(x, tf.randomNormal([2, 3])) } }),
      "a draw of random numbers inside it. Draw them outside and pass them as an input.",
    ));

  test("refuses a tensor kept from another run", async () => {
    const kept: tf.Tensor[] = [];
    const compiled = compile({
      name: "keeper",
      engine: "onnx",
      program: ({ inputs: { x } }) => {
        kept.push(tf.keep(tf.mul(x, 2)));
        return { outputs: { y: tf.add(kept[0], 1) } };
      },
    });
    expect((await compiled.run({ x: vector(1) })).y).toEqual(vector(3));
    await expect(compiled.run({ x: vector(1, 2) })).rejects.toThrow(
      'Expected program "keeper" to use its own tensors, ' +
        "but received one of shape [1] that was kept from an earlier program.",
    );
    expect(() => kept[0].dataSync()).toThrow("to compute without looking at values");
    for (const t of kept) t.dispose();
    await compiled.dispose();
  });

  test("lets a program read what is constant", async () => {
    const compiled = compile({
      name: "constant",
      engine: "onnx",
      program: ({ inputs: { x } }) => ({ outputs: { y: tf.mul(x, tf.tensor([2, 3, 4]).dataSync()[1]) } }),
    });
    expect((await compiled.run({ x: vector(1, 2) })).y).toEqual(vector(3, 6));
    await compiled.dispose();
  });

  test("traces once for each set of input kinds", async () => {
    const program = vi.fn<Program>(({ inputs: { x } }) => ({ outputs: { y: tf.cast(x, "float32") } }));
    const compiled = compile({ name: "once", engine: "onnx", program });
    for (const x of [floats([2], 1), floats([3], 1), floats([2], 2), whole([2], 1, 5), floats([3], 3)]) {
      expect((await compiled.run({ x })).y.data).toEqual(Float32Array.from(x.data));
    }
    expect(program).toHaveBeenCalledTimes(3);
    await compiled.dispose();
  });
});

describe("the engine's name", () => {
  const program: Program = ({ inputs: { x } }) => ({ outputs: { y: tf.add(x, 1) } });

  test("comes from the environment where none is given", async () => {
    vi.stubEnv("ENGINE", "cup");
    expect(() => compile({ name: "p", program })).toThrow(
      'Expected one of onnx, tensorflow, wasm, cpu as ENGINE, but received "cup". Did you mean "cpu"?',
    );
    const compiled = compile({ name: "p", program, engine: "cpu" });
    expect((await compiled.run({ x: vector(1) })).y).toEqual(vector(2));
    await compiled.dispose();
  });

  test("tensorflow without its library says how to get it", async () => {
    const compiled = compile({ name: "p", program, engine: "tensorflow" });
    try {
      const { y } = await compiled.run({ x: vector(1) });
      expect(y).toEqual(vector(2)); // where the library is installed
    } catch (error) {
      const command = "npm rebuild tfjs-node-native --ignore-scripts=false";
      expect(`${error}`).toMatch(
        new RegExp(`^UsageError: Expected TensorFlow's native library .* ${command}\\.?$`),
      );
    }
    await compiled.dispose();
  });
});

test("state and constants are checked when compiling", () => {
  const program: Program = () => ({ outputs: {} });
  expect(() =>
    compile({ name: "p", program, state: { s: { shape: [2], data: new Float32Array(1) } } }),
  ).toThrow('Expected 2 numbers for state "s" of program "p" of shape [2], but received 1.');
  expect(() => compile({ name: "p", program, constants: { c: null as never } })).toThrow(
    'Expected constant "c" of program "p" as { shape, data }, but received null.',
  );
});

test("shapes are whole numbers, and programs return something", async () => {
  for (const shape of [[-1, -2], [0.5, 4], [Number.NaN]]) {
    expect(() =>
      compile({
        name: "p",
        program: () => ({ outputs: {} }),
        state: { s: { shape, data: new Float32Array(2) } },
      }),
    ).toThrow(
      `Expected a shape of whole numbers for state "s" of program "p", but received [${shape.join(", ")}]`,
    );
  }
  const empty = compile({ name: "p", engine: "onnx", program: () => ({ outputs: {} }) });
  await expect(empty.run({})).rejects.toThrow(
    'Expected program "p" to return outputs or state, but received neither',
  );
  await empty.dispose();
});

test("a wrong number of threads is an error", async () => {
  vi.stubEnv("ENGINE_THREADS", "none");
  const compiled = compile({
    name: "p",
    engine: "onnx",
    program: ({ inputs: { x } }) => ({ outputs: { x } }),
  });
  await expect(compiled.run({ x: vector(1) })).rejects.toThrow(
    'Expected a whole number above 0 as ENGINE_THREADS, but received "none".',
  );
  await compiled.dispose();
});
