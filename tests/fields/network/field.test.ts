import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import * as tf from "@tensorflow/tfjs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { concatRows, ndarray, sliceRows } from "../../../lib/array";
import {
  type Condition,
  type ConditionSpec,
  concatConditions,
  conditionRows,
  embeddingPart,
  imagePart,
  labelsPart,
  labelWeightsPart,
  maskPart,
  type Part,
} from "../../../lib/conditions";
import type { EngineName } from "../../../lib/engine";
import { bindField, networkField } from "../../../lib/fields";
import { networkFields } from "../../../lib/fields/network/field";
import { mlp, type Network } from "../../../lib/networks";
import { rng } from "../../../lib/random";
import { randomParameters } from "../../networks/evaluate";
import { parameters, probe, tiny } from "./tiny";

const engine = "cpu";

/** Each kind of part, with and without missing rows. */
const parts: ConditionSpec[] = [
  {},
  { labels: labelsPart({ classes: 3 }) },
  { labels: labelsPart({ classes: 3, missing: true }) },
  { labelWeights: labelWeightsPart({ classes: 3, missing: true }) },
  { embedding: embeddingPart({ width: 2 }) },
  { embedding: embeddingPart({ width: 2, missing: true }) },
  { keep: maskPart() },
  { image: imagePart({ channels: 2 }) },
  {
    labels: labelsPart({ classes: 3 }),
    embedding: embeddingPart({ width: 2 }),
    keep: maskPart(),
    image: imagePart({ channels: 1 }),
  },
];

const networkFor = (condition: ConditionSpec) => mlp({ dim: 3, width: 8, depth: 2, condition });

/** Values for each part of a network's condition. */
const conditionFor = ({ condition }: Network, n: number): Condition =>
  Object.fromEntries(
    Object.entries(condition as Record<string, Part>).map(([name, part]) => [
      name,
      part.example(n, [3], rng(name)),
    ]),
  );

/** The spec, whose parts count how often they are asked for their input. */
function counted(spec: ConditionSpec): { readonly condition: ConditionSpec; readonly calls: () => number } {
  let calls = 0;
  const condition = Object.fromEntries(
    Object.entries(spec as Record<string, Part>).map(([name, part]) => [
      name,
      {
        ...part,
        input(xi: Condition, n: number) {
          calls++;
          return part.input(xi, n);
        },
      },
    ]),
  );
  return { condition, calls: () => calls };
}

describe("networkField", () => {
  it("gives the same values however the samples are cut into chunks", async () => {
    const { x, xi } = probe(11);
    const whole = await networkField({ network: tiny, parameters, engine, chunk: 11 })({ x, t: 0.3, xi });
    expect(whole.shape).toEqual(x.shape);
    for (const chunk of [1, 4, 64]) {
      const cut = await networkField({ network: tiny, parameters, engine, chunk })({ x, t: 0.3, xi });
      expect(
        cut.data.every((value, i) => Math.abs(value - whole.data[i]) < 1e-5 * (1 + Math.abs(value))),
      ).toBe(true);
    }
  });

  it("is exactly zero on known pixels alone", async () => {
    const { x, xi } = probe();
    const b = await networkField({ network: tiny, parameters, engine })({ x, t: 0.3, xi });
    b.data.forEach((value, i) => {
      expect(value === 0).toBe(xi.keep.data[i] === 1);
    });
  });

  it("keeps double precision's format and refuses wrong conditions", async () => {
    const network = mlp({ dim: 2, width: 4 });
    const field = networkField({ network, parameters: network.init(rng(0)), engine });
    const { data } = await field({ x: ndarray([3, 2], new Float64Array(6)), t: 0, xi: {} });
    expect(data).toBeInstanceOf(Float64Array);
    await expect(field({ x: ndarray([3, 2], new Float64Array(6)), t: Number.NaN, xi: {} })).rejects.toThrow(
      /finite time/,
    );

    expect(() => networkField({ network, parameters, chunk: 0.5 })).toThrow(/a chunk of 1 sample or more/);
    const masked = networkField({ network: tiny, parameters, engine });
    const { x, xi } = probe();
    const { keep, labels } = xi;
    await expect(masked({ x, t: 0.5, xi: { labels } })).rejects.toThrow(/condition ξ with keep/);
    await expect(masked({ x: sliceRows(x, 0, 5), t: 0.5, xi })).rejects.toThrow(/5 entries in ξ.labels/);
    await expect(masked({ x, t: 0.5, xi: { keep, labels: new Int32Array(12).fill(3) } })).rejects.toThrow(
      /labels from 0 to 2 for the network, but received 3/,
    );
  });
});

describe.each(["cpu", "onnx"] as EngineName[])("a network's field bound to ξ on %s", (engine) => {
  it("gives the same values to the bit, of float32, float64 and a part of a larger array", async () => {
    for (const spec of parts) {
      const network = networkFor(spec);
      const given = { network, parameters: randomParameters(network.shapes), engine, chunk: 4 };
      const unbound = networkField(given);
      for (const n of [1, 4, 7]) {
        const xi = conditionFor(network, n);
        const bound = bindField(networkField(given), xi);
        const all = rng(n).normals([n + 2, 3]);
        const single = sliceRows(all, 1, n + 1);
        const before = all.data.slice();
        for (const x of [single, ndarray(single.shape, Float64Array.from(single.data))]) {
          for (const t of [0.2, 0.2, 0.9]) {
            const value = await bound(x, t);
            expect(value).toEqual(await unbound({ x, t, xi }));
            expect(value.data.some((v) => v !== 0)).toBe(true);
          }
        }
        expect(all.data).toEqual(before);
      }
    }
  });

  it("can be asked for several values at once", async () => {
    const network = networkFor(parts[8]);
    const given = { network, parameters: randomParameters(network.shapes), engine, chunk: 4 };
    const xi = conditionFor(network, 7);
    const bound = bindField(networkField(given), xi);
    const places = [0.1, 0.5, 0.7].map((t) => ({ x: rng(t).normals([7, 3]), t }));
    const together = await Promise.all(places.map(({ x, t }) => bound(x, t)));
    for (const [i, { x, t }] of places.entries()) expect(together[i]).toEqual(await bound(x, t));
    for (const value of together) expect(together.filter(({ data }) => data === value.data)).toHaveLength(1);
  });
});

describe("a network's field bound to ξ", () => {
  it("checks and copies ξ once, and other fields of the same network theirs", async () => {
    const { condition, calls } = counted(parts[8]);
    const network = networkFor(condition);
    const field = networkField({ network, parameters: randomParameters(network.shapes), engine, chunk: 4 });
    const xi = conditionFor(network, 7);
    const { labels, keep } = xi as Required<Condition>;
    const x = rng(1).normals([7, 3]);
    const bound = bindField(field, xi);
    const first = await bound(x, 0.3);
    expect(calls()).toBe(4);
    labels.fill(0);
    keep.data.fill(0);
    for (let i = 0; i < 5; i++) expect(await bound(x, 0.3)).toEqual(first);
    expect(calls()).toBe(4);
    const other = bindField(field, xi);
    expect(await other(x, 0.3)).not.toEqual(first);
    expect(await bound(x, 0.3)).toEqual(first);
    expect(calls()).toBe(8);
    await field({ x, t: 0.3, xi });
    expect(calls()).toBe(12);
  });

  it("takes any number of samples where ξ is empty, else that of ξ", async () => {
    const network = mlp({ dim: 3, width: 4 });
    const field = networkField({ network, parameters: randomParameters(network.shapes), engine });
    const bound = bindField(field, {});
    for (const n of [0, 5, 2]) {
      const x = rng(1).normals([n, 3]);
      expect(await bound(x, 0.3)).toEqual(await field({ x, t: 0.3, xi: {} }));
    }
    const { x, xi } = probe(3);
    const masked = bindField(networkField({ network: tiny, parameters, engine }), xi);
    await masked(x, 0.5);
    await expect(masked(sliceRows(x, 0, 2), 0.5)).rejects.toThrow(/2 entries in ξ.labels/);
    await expect(masked(x, Number.NaN)).rejects.toThrow(/finite time/);
  });

  it("does not depend on the rows of padding", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 5, max: 8 }), fc.integer(), async (n, seed) => {
        const network = networkFor(parts[8]);
        const field = networkField({ network, parameters: randomParameters(network.shapes), engine });
        const x = rng(seed).normals([n, 3]);
        const xi = conditionFor(network, n);
        const value = await field({ x, t: 0.3, xi });
        expect(value.shape).toEqual([n, 3]);
        // Eight samples need no padding: other rows in its place change nothing.
        const others = rng(seed + 1).normals([8 - n, 3]);
        const filled = await field({
          x: concatRows([x, others]),
          t: 0.3,
          xi: concatConditions([xi, conditionRows(conditionFor(network, 8), n, 8)]),
        });
        expect(sliceRows(filled, 0, n)).toEqual(value);
      }),
      { numRuns: 20 },
    );
  });

  it("keeps no memory from one evaluation to the next", async () => {
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    const inUse = async () => {
      collect();
      await new Promise((done) => setTimeout(done, 50)); // buffers are freed in a later turn
      collect();
      await new Promise((done) => setTimeout(done, 50));
      const { heapUsed, arrayBuffers } = process.memoryUsage();
      return heapUsed + arrayBuffers;
    };
    const network = mlp({ dim: 64, width: 8, depth: 1, condition: { keep: maskPart() } });
    const xi = { keep: ndarray([300, 64], new Float32Array(300 * 64)) };
    const x = rng(1).normals([300, 64]);
    for (const engine of ["onnx", "cpu"] as const) {
      const given = { network, parameters: randomParameters(network.shapes), engine, chunk: 128 };
      const bound = bindField(networkField(given), xi);
      const evaluate = async (times: number) => {
        for (let i = 0; i < times; i++) await bound(x, i / times);
        return { bytes: await inUse(), tensors: tf.memory().numTensors };
      };
      const before = await evaluate(50);
      const after = await evaluate(200);
      // Values alone are 15 MB, 77 kB at each evaluation.
      expect(after.bytes - before.bytes).toBeLessThan(2e6);
      expect(after.tensors).toBe(before.tensors);
    }
  });
});

describe.each(["cpu", "onnx"] as const)(
  "fields of one network with parameters of their own: %s",
  (engine) => {
    it("have the values of fields made one by one", async () => {
      const { x, xi } = probe(20);
      const other = randomParameters(tiny.shapes, 5);
      const fieldOf = networkFields({ network: tiny, engine });
      const [first, second] = [fieldOf(parameters), fieldOf(other)];
      const compare = async (field: typeof first, given: typeof parameters) => {
        const wanted = await networkField({ network: tiny, parameters: given, engine })({ x, t: 0.3, xi });
        const { data } = await field({ x, t: 0.3, xi });
        const largest = Math.max(...wanted.data.map(Math.abs));
        const apart = Math.max(...data.map((value, e) => Math.abs(value - wanted.data[e])));
        expect(apart).toBeLessThan(1e-5 * largest);
      };
      await compare(first, parameters);
      await compare(second, other);
      await compare(first, parameters);
    });
  },
);
