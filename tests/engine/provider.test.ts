import fc from "fast-check";
import { afterEach, describe, expect, test, vi } from "vitest";
import { sizeOf } from "../../lib/array";
import { Graph, type Model } from "../../lib/engine/onnx/ir/graph";
import { hasPlain, inPlainOperators } from "../../lib/engine/onnx/ir/standard";
import { writeModel } from "../../lib/engine/onnx/ir/writer";
import { backwardSlices } from "../../lib/engine/onnx/provider/backward-slices";
import { narrowSplits } from "../../lib/engine/onnx/provider/narrow-splits";
import { reasonOf } from "../../lib/engine/onnx/provider/provider";
import { loadOrt, openSession, runFailure } from "../../lib/engine/onnx/run/session";

afterEach(() => vi.unstubAllEnvs());

/** What a model computes on the processor from 0, 1, 2, … as its only input x. */
async function run(model: Model): Promise<Record<string, number[]>> {
  const ort = await loadOrt();
  const { shape } = model.inputs[0].value;
  const x = new ort.Tensor(
    "float32",
    Float32Array.from({ length: sizeOf(shape) }, (_, i) => i),
    [...shape],
  );
  const session = await openSession(ort, "trial", writeModel("trial", model), { optimise: false });
  const results = await session.run({ x });
  await session.release();
  return Object.fromEntries(
    Object.entries(results).map(([name, { data, dims }]) => [
      name,
      [...dims, ...Array.from(data as Float32Array)],
    ]),
  );
}

const split = (sizes: readonly number[], axis: number): Model => {
  const graph = new Graph();
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const shape = (length: number) => [2, 3].toSpliced(axis, 0, length);
  const x = graph.input("x", "float32", shape(total));
  const outputs = sizes.map((size) => ({ type: "float32" as const, shape: shape(size) }));
  const parts = graph.nodeOf("Split", [x, graph.ints(sizes)], outputs, { axis });
  return graph.finish(parts.map((value, i) => ({ name: `part ${i}`, value })));
};

describe("narrowSplits", () => {
  test("gives the same parts by splits into at most 7", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 2, maxLength: 120 }),
        fc.nat(2),
        async (sizes, axis) => {
          const wide = split(sizes, axis);
          const narrow = narrowSplits(wide);
          expect(Math.max(...narrow.nodes.map(({ outputs }) => outputs.length))).toBeLessThanOrEqual(7);
          expect(await run(narrow)).toEqual(await run(wide));
        },
      ),
      {
        numRuns: 10,
        examples: [
          [Array(7).fill(1), 0],
          [Array(8).fill(1), 1],
          [Array(50).fill(2), 2],
        ] as never,
      },
    );
  });

  test("leaves a split into 7 as it is", () => {
    const model = split(Array(7).fill(1), 0);
    expect(narrowSplits(model).nodes).toEqual(model.nodes);
  });
});

test("slices that run backwards are the same from the last element on", async () => {
  const graph = new Graph();
  const x = graph.input("x", "float32", [6, 5]);
  const given = [
    [4, 1],
    [-(2 ** 31), 3],
    [0, 1],
    [-2, 1],
  ].map((list) => graph.ints(list));
  const value = graph.node("Slice", [x, ...given], "float32", [3, 2]);
  const model = graph.finish([{ name: "y", value }]);
  const careful = backwardSlices(model);
  expect(careful.nodes.map(({ outputs: [{ shape }] }) => shape)).toEqual([
    [5, 5],
    [3, 2],
  ]);
  const rows = [4, 2, 0].flatMap((row) => [1, 2].map((column) => 5 * row + column));
  expect((await run(careful)).y).toEqual([3, 2, ...rows]);
});

test("blocks of pixels as channels are the same in plainer operators", async () => {
  const graph = new Graph();
  const x = graph.input("x", "float32", [2, 3, 4, 6]);
  const value = graph.node("SpaceToDepth", [x], "float32", [2, 12, 2, 3], { blocksize: 2 });
  const model = graph.finish([{ name: "y", value }]);
  const plain = inPlainOperators(model, hasPlain);
  expect(plain.nodes.map(({ op }) => op)).toEqual(["Reshape", "Transpose", "Reshape"]);
  expect(await run(plain)).toEqual(await run(model));
});

test.each([
  ["a plain reason\nand more", "a plain reason"],
  [
    "/src/core/webgpu_context.cc:136 onnxruntime::webgpu::Initialize(const Config&)::<lambda()> " +
      "result.status == Status::Success was false. Failed to get a WebGPU adapter: No supported adapters\n",
    "Failed to get a WebGPU adapter: No supported adapters",
  ],
  [
    "Non-zero status code returned while running Split node. Name:'Split_0' Status Message: " +
      "/src/webgpu/shader_helper.cc:306 onnxruntime::AddVariableImpl(bool) a <= b was false. " +
      "Too many storage buffers in shader. Current: 17, Max is 16\n\n",
    "Split node: Too many storage buffers in shader. Current: 17, Max is 16",
  ],
])("of an error of onnxruntime's the reason is kept: %#", (message, reason) => {
  expect(reasonOf(new Error(message))).toBe(reason);
});

test("a model that fails as it runs elsewhere is no stack trace of a dependency's", () => {
  vi.stubEnv("ENGINE_PROVIDER", "webgpu");
  expect(runFailure("field", new Error("/a.cc:3 f() a was false. Too large")).message).toBe(
    'Expected webgpu, as ENGINE_PROVIDER says, to run program "field", but received "Too large". ' +
      "Unset ENGINE_PROVIDER.",
  );
});
