import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import { afterAll, describe, expect, expectTypeOf, test, vi } from "vitest";
import {
  type Arrays,
  type Compiled,
  compile,
  type EngineName,
  exportOnnx,
  type Named,
  openModel,
  programFlops,
  type Tensors,
  type Tree,
  type Values,
} from "../../lib/engine";

const vector = (...data: number[]): Values => ({ shape: [data.length], data: Float32Array.from(data) });

/** As a network's input is: an interface, with a record of whatever a condition holds. */
interface Input {
  readonly x: tf.Tensor;
  readonly t: tf.Tensor;
  readonly xi: Readonly<Record<string, tf.Tensor>>;
}

describe.each<EngineName>(["onnx", "cpu"])("ENGINE=%s", (engine) => {
  /** y = w x + Σ xi, with the number of runs and of their inputs as state. */
  const counting = () =>
    compile({
      name: "nested",
      engine,
      constants: { layer: { w: vector(2) } },
      state: { counts: { runs: vector(0) }, slots: {}, last: vector(0, 0) },
      program: ({
        state: { counts, ...rest },
        constants,
        inputs: { batch, step },
      }: {
        state: { counts: { runs: tf.Tensor }; slots: object; last: tf.Tensor };
        constants: { layer: { w: tf.Tensor } };
        inputs: { batch: Input; step: { add: tf.Tensor } };
      }) => {
        const known = Object.values(batch.xi).reduce((sum, part) => tf.add(sum, part), batch.t);
        return {
          outputs: { y: tf.add(tf.mul(constants.layer.w, batch.x), known), deep: { same: batch.x } },
          state: { ...rest, counts: { runs: tf.add(counts.runs, step.add) }, last: batch.x },
        };
      },
    });
  const inputs = {
    batch: { x: vector(1, 2), t: vector(3), xi: { keep: vector(10) } },
    step: { add: vector(1) },
  };

  test("takes and returns nested records", async () => {
    const program = counting();
    const { y, deep } = await program.run(inputs);
    expect(y).toEqual(vector(15, 17));
    expect(deep).toEqual({ same: vector(1, 2) });
    expect(await program.readState()).toEqual({ counts: { runs: vector(1) }, slots: {}, last: vector(1, 2) });
    await program.writeState({ counts: { runs: vector(7) }, slots: {}, last: vector(0, 0) });
    await program.run(inputs);
    expect((await program.readState()).counts.runs).toEqual(vector(8));
    await program.dispose();
  });

  test("says by its path what is wrong with an entry", async () => {
    const program = counting();
    const { batch, step } = inputs;
    const run = (given: object) => program.run(given as typeof inputs);
    await expect(run({ batch })).rejects.toThrow(
      'Expected input "step", which program "nested" uses, but received only batch.',
    );
    await expect(run({ batch: { ...batch, T: batch.t, t: undefined }, step })).rejects.toThrow(
      'Expected input "batch.t", which program "nested" uses, ' +
        'but received only batch.x, batch.xi, batch.T. Did you mean "batch.T"?',
    );
    await expect(run({ batch: { ...batch, labels: vector(1) }, step })).rejects.toThrow(
      'Expected program "nested" to be given the inputs that it uses ' +
        '(batch.x, batch.t, batch.xi.keep, step.add), but received "batch.labels" as well.',
    );
    await expect(run({ batch: { ...batch, xi: { keep: [1] } }, step })).rejects.toThrow(
      'Expected input "batch.xi.keep" of program "nested" as { shape, data }, but received an array.',
    );
    await expect(
      run({ batch: { ...batch, x: { shape: [3], data: new Float32Array(2) } }, step }),
    ).rejects.toThrow(
      'Expected 3 numbers for input "batch.x" of program "nested" of shape [3], but received 2.',
    );
    await expect(run({ ...inputs, batch: { ...batch, t: vector(1, 2, 3) } })).rejects.toThrow(
      /failed on inputs batch.x: float32 \[2\], batch.t: float32 \[3\], batch.xi.keep: float32 \[1\]/,
    );
    await program.run(inputs);
    await expect(run({ batch: { ...batch, xi: { keeps: vector(1) } }, step })).rejects.toThrow(
      'one named "batch.xi.keeps". Did you mean "batch.xi.keep"?',
    );
    await expect(run({ batch: { ...batch, xi: {} }, step })).rejects.toThrow('none named "batch.xi.keep".');
    await expect(
      program.writeState({ counts: { runs: vector(1, 2) }, slots: {}, last: vector(0, 0) }),
    ).rejects.toThrow(
      'Expected state "counts.runs" of program "nested" as float32 [1], but received float32 [2].',
    );
    await program.dispose();
  });

  test("says by its path what is wrong with what a program returns", async () => {
    const wrong = compile({
      name: "wrong",
      engine,
      program: (() => ({ outputs: { a: { b: 3 } } })) as never,
    });
    await expect(wrong.run({})).rejects.toThrow('but received number as "a.b".');
    const partial = compile({
      name: "partial",
      engine,
      state: { slots: { m: vector(1), v: vector(2) } },
      program: (({ state }: { state: { slots: Named<tf.Tensor> } }) => ({
        outputs: {},
        state: { slots: { m: state.slots.m } },
      })) as never,
    });
    await expect(partial.run({})).rejects.toThrow(
      'Expected program "partial" to return state named slots.m, slots.v, but received slots.m.',
    );
    const growing = compile({
      name: "growing",
      engine,
      state: { slots: { m: vector(1) } },
      program: ({ state: { slots } }) => ({
        outputs: {},
        state: { slots: { m: tf.concat([slots.m, slots.m]) } },
      }),
    });
    await expect(growing.run({})).rejects.toThrow(
      'Expected state "slots.m" returned by program "growing" as float32 [1], but received float32 [2].',
    );
    for (const program of [wrong, partial, growing]) await program.dispose();
  });

  test("takes names that mean something to JavaScript, and dots and slashes in names", async () => {
    const names = ["__proto__", "constructor", "a.b", "a/b", "a~1b", "hasOwnProperty", ""];
    const record = (make: (i: number) => Values) =>
      Object.fromEntries(names.map((name, i) => [name, make(i)] as const));
    const program = compile({
      name: "names",
      engine,
      state: { kept: record((i) => vector(i)) },
      program: ({
        state,
        inputs,
      }: {
        state: { kept: Named<tf.Tensor> };
        inputs: { given: Named<tf.Tensor> };
      }) => {
        const sums = names.map((name) => [name, tf.add(state.kept[name], inputs.given[name])] as const);
        return { outputs: { sums: Object.fromEntries(sums) }, state: { kept: Object.fromEntries(sums) } };
      },
    });
    for (let run = 1; run <= 2; run++) {
      const { sums } = await program.run({ given: record((i) => vector(10 * i)) });
      expect(Object.keys(sums)).toEqual(names);
      names.forEach((name, i) => {
        expect(Object.getOwnPropertyDescriptor(sums, name)?.value).toEqual(vector(i + 10 * i * run));
      });
      expect(Object.keys((await program.readState()).kept)).toEqual(names);
    }
    await expect(program.run({ given: {} })).rejects.toThrow(
      "named given.__proto__, given.constructor, given.a.b",
    );
    await program.dispose();
  });
});

test("traces once for each set of input kinds, in whichever order entries are given", async () => {
  const body = vi.fn(({ inputs: { a, b } }: { inputs: { a: Named<tf.Tensor>; b: { x: tf.Tensor } } }) => ({
    outputs: { y: tf.sub(tf.add(a.x, a.y), b.x) },
  }));
  const program = compile({ name: "once", engine: "onnx", program: body });
  const one = await program.run({ a: { x: vector(1), y: vector(2) }, b: { x: vector(5) } });
  const other = await program.run({ b: { x: vector(5) }, a: { y: vector(2), x: vector(1) } });
  expect([one.y, other.y]).toEqual([vector(-2), vector(-2)]);
  expect(body).toHaveBeenCalledTimes(1);
  await program.dispose();
});

test("counts operations of programs with nested state and inputs", async () => {
  const operations = await programFlops({
    name: "product",
    state: { layers: { first: { w: [3, 5] } } },
    inputs: { batch: { x: { shape: [2, 3], data: new Float32Array(6) } } },
    program: ({ state, inputs }) => ({ outputs: { y: tf.matMul(inputs.batch.x, state.layers.first.w) } }),
  });
  expect(operations).toBe(2 * 2 * 3 * 5);
});

test("counts operations of convolutions that enlarge, and not how pools spread their gradients", async () => {
  const image = { shape: [1, 4, 4, 3], data: new Float32Array(48) };
  const operations = await programFlops({
    name: "enlarged",
    state: { filter: [3, 3, 2, 3] },
    inputs: { image },
    program: ({ state: { filter }, inputs: { image } }) => ({
      outputs: {
        y: tf.conv2dTranspose(image as tf.Tensor4D, filter as tf.Tensor4D, [1, 8, 8, 2], 2, "same"),
      },
    }),
  });
  // Each number of the image meets the whole filter for its channel.
  expect(operations).toBe(2 * 48 * 3 * 3 * 2);
  const spread = await programFlops({
    name: "pooled",
    state: {},
    inputs: { image },
    program: ({ inputs: { image } }) => ({
      outputs: { y: tf.grad((x) => tf.sum(tf.square(tf.avgPool(x as tf.Tensor4D, 2, 2, "valid"))))(image) },
    }),
  });
  expect(spread).toBe(0);
});

describe("an exported model", () => {
  const folder = mkdtempSync(join(tmpdir(), "export-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  test("calls nested entries by the last name on their path where it is the only one", async () => {
    const bytes = await exportOnnx({
      name: "nested",
      constants: { layer: { w: vector(2) } },
      inputs: { x: vector(1), xi: { keep: vector(1), image: vector(1) }, other: { image: vector(1) } },
      program: ({ constants, inputs: { x, xi, other } }) => ({
        outputs: {
          value: tf.mul(x, constants.layer.w),
          more: { sum: tf.add(xi.keep, tf.add(xi.image, other.image)), keep: xi.keep },
        },
      }),
    });
    const file = join(folder, "nested.onnx");
    writeFileSync(file, bytes);
    const model = await openModel(file);
    expect(Object.keys(model.inputs).sort()).toEqual(["other.image", "x", "xi.image", "xi.keep"]);
    expect(Object.keys(model.outputs).sort()).toEqual(["more.keep", "sum", "value"]);
    const { sum } = await model.run(
      { x: vector(1), "xi.keep": vector(1), "xi.image": vector(20), "other.image": vector(300) },
      ["sum"],
    );
    expect(sum).toEqual(vector(321));
    await model.dispose();
  });

  test("never has one name for two entries", async () => {
    const twice = exportOnnx({
      name: "twice",
      inputs: { "a.b": vector(1), a: { b: vector(1) }, c: { b: vector(1) } },
      program: ({ inputs }) => ({ outputs: { y: tf.addN([inputs["a.b"], inputs.a.b, inputs.c.b]) } }),
    });
    await expect(twice).rejects.toThrow('two named "a.b"');
  });
});

test("the types of inputs, outputs and state follow from the program", () => {
  const program = ({ inputs }: { inputs: { batch: Input; flag?: tf.Tensor } }) => ({
    outputs: { loss: tf.mean(inputs.batch.x), deep: { xi: inputs.batch.xi } },
  });
  const nested = compile({ name: "p", program, state: { a: { b: vector(1) } } });
  type State = { a: Values; slots: { [slot: string]: Values } };
  expectTypeOf<Tensors<State>>().toEqualTypeOf<{
    readonly a: tf.Tensor;
    readonly slots: { readonly [slot: string]: tf.Tensor };
  }>();
  expectTypeOf<Tensors<{ w: readonly number[] }>>().toEqualTypeOf<{ readonly w: tf.Tensor }>();
  expectTypeOf<Arrays<{ a: tf.Tensor4D; b?: Input }>>().toEqualTypeOf<{
    readonly a: Values;
    readonly b?: Batch;
  }>();
  expectTypeOf<State>().toExtend<Tree<Values>>();
  type Batch = { readonly x: Values; readonly t: Values; readonly xi: Readonly<Record<string, Values>> };
  expectTypeOf(nested.run).parameter(0).toEqualTypeOf<{ readonly batch: Batch; readonly flag?: Values }>();
  type Outputs = Awaited<ReturnType<typeof nested.run>>;
  expectTypeOf<Outputs["deep"]["xi"]>().toEqualTypeOf<Readonly<Record<string, Values>>>();
  expectTypeOf<Awaited<ReturnType<typeof nested.readState>>["a"]["b"]>().toEqualTypeOf<Values>();

  const flat: Compiled = compile({
    name: "p",
    state: { total: vector(1) },
    program: ({ state, inputs }) => ({ outputs: { y: tf.add(state.total, inputs.x) } }),
  });
  expectTypeOf(flat.run).returns.resolves.toEqualTypeOf<Named<Values>>();

  // @ts-expect-error a number is no tensor
  compile({ name: "p", program: () => ({ outputs: { y: 3 } }) });
  // @ts-expect-error state is made of arrays
  () => compile({ name: "p", program: () => ({ outputs: {} }), state: { a: { b: 3 } } });
  const other = ({ state }: { state: { a: { b: tf.Tensor } } }) => ({
    outputs: {},
    state: { a: { c: state.a.b } },
  });
  // @ts-expect-error the next state has other names
  compile({ name: "p", state: { a: { b: vector(1) } }, program: other });
  // @ts-expect-error t is missing
  () => nested.run({ batch: { x: vector(1), xi: {} } });
});

test("the types of a program hold for batches of any kind, and for trees", async () => {
  function lossOf<B extends Named<tf.Tensor>>(loss: (batch: B) => tf.Tensor) {
    const program = compile({
      name: "any",
      state: { parameters: vector(1), slots: { m: vector(2) } },
      program: ({ inputs }: { inputs: { batch: B; rest: Tree<tf.Tensor> } }) => {
        const rest = Object.values(inputs.rest).length;
        return { outputs: { loss: tf.add(loss(inputs.batch), rest) } };
      },
    });
    return async (batch: Arrays<B>) => {
      const { loss } = await program.run({ batch, rest: { a: {} } });
      await program.dispose();
      return loss;
    };
  }
  const sum = lossOf(({ x, y }: { x: tf.Tensor; y: tf.Tensor }) => tf.add(x, y));
  expect(await sum({ x: vector(1), y: vector(2) })).toEqual(vector(4));
});
