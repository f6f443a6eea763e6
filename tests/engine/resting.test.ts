import * as tf from "@tensorflow/tfjs";
import { expect, it } from "vitest";
import { compile } from "../../lib/engine";
import { peakBytes } from "../../lib/engine/onnx/ir/peak-bytes";
import { type Resting, rest, wake } from "../../lib/engine/onnx/run/resting";

const large = 2 ** 26; // half of what may rest

/** Models that note when they are closed. */
function models(count: number, bytes = large) {
  const closed: number[] = [];
  const all = Array.from(
    { length: count },
    (_, k): Resting => ({ bytes, close: async () => void closed.push(k) }),
  );
  return { all, closed };
}

it("closes those that rested longest, where there are more than six and all hold too much", async () => {
  const { all, closed } = models(8);
  for (const model of all.slice(0, 6)) await rest(model);
  expect(closed).toEqual([]);
  await rest(all[0]); // run again
  await rest(all[6]);
  expect(closed).toEqual([1]);
  wake(all[2]); // under way
  await rest(all[7]);
  expect(closed).toEqual([1]);
  await rest(all[2]);
  expect(closed).toEqual([1, 3]);
  for (const model of all) wake(model);
});

it("keeps any number of small ones", async () => {
  const { all, closed } = models(50, 1000);
  for (const model of all) await rest(model);
  expect(closed).toEqual([]);
  for (const model of all) wake(model);
});

it("a program whose model was closed meanwhile computes the same, also several times at once", async () => {
  const rows = 2 ** 22; // 16 MB each, and 32 at once
  const programs = Array.from({ length: 20 }, (_, k) =>
    compile({
      name: `shifted by ${k}`,
      engine: "onnx",
      program: ({ inputs: { x } }) => ({ outputs: { y: tf.max(tf.tanh(tf.add(x, k / 20)), 0) } }),
    }),
  );
  const x = { shape: [rows, 1], data: new Float32Array(rows).fill(0.5) };
  const run = async (k: number) => (await programs[k].run({ x })).y.data[0];
  const order = [...programs.keys()];
  for (let round = 0; round < 2; round++) {
    for (const k of order) expect(await run(k)).toBeCloseTo(Math.tanh(0.5 + k / 20), 6);
  }
  const several = await Promise.all([...order, ...order].map(run));
  several.forEach((y, i) => {
    expect(y).toBeCloseTo(Math.tanh(0.5 + (i % 20) / 20), 6);
  });
  for (const program of programs) await program.dispose();
}, 120_000);

it("counts the most that is held at once", () => {
  const value = (name: string, length: number) => ({ name, type: "float32" as const, shape: [length] });
  const node = (inputs: ReturnType<typeof value>[], output: ReturnType<typeof value>) => ({
    ...{ op: "Add", domain: "", attributes: {} },
    ...{ inputs, outputs: [output] },
  });
  const [x, a, b, c] = [value("x", 100), value("a", 10), value("b", 20), value("c", 5)];
  // a and b, 120 bytes, are held at once; x is given; a is done with after b, c is the output.
  const nodes = [node([x], a), node([a, a], b), node([b, x], c)];
  expect(peakBytes({ nodes, outputs: [{ name: "c", value: c }] })).toBe(120);
  // Where a is an output, too, it is held to the end.
  const outputs = [a, c].map((each) => ({ name: each.name, value: each }));
  expect(peakBytes({ nodes, outputs })).toBe(140);
});
