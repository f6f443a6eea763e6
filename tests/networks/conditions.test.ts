import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type NdArray, ndarray, sampleSize, sizeOf, takeRows } from "../../lib/array";
import {
  type Condition,
  type ConditionSpec,
  embeddingPart,
  imagePart,
  labelsPart,
  labelWeightsPart,
  maskPart,
  takeConditionRows,
} from "../../lib/conditions";
import { networkField } from "../../lib/fields";
import { mlp, type Network, sit, unet } from "../../lib/networks";
import { rng } from "../../lib/random";
import { randomParameters } from "./evaluate";

const engine = "cpu";
const classes = 3;
const width = 2;
/** Labels of the four samples of each test: the first is changed by some. */
const n = 4;

const kinds: Readonly<Record<string, { sample: number[]; make(condition: ConditionSpec): Network }>> = {
  mlp: { sample: [3], make: (condition) => mlp({ dim: 3, width: 6, depth: 2, condition }) },
  unet: {
    sample: [4, 2, 2],
    make: (condition) =>
      unet({
        channels: 2,
        dim: 4,
        mults: [1, 1],
        groups: 2,
        heads: 1,
        headWidth: 3,
        blocksPerLevel: 1,
        timeFeatures: 2,
        stem: 3,
        condition,
      }),
  },
  sit: {
    sample: [4, 2, 2],
    make: (condition) =>
      sit({ channels: 2, patch: 2, width: 8, depth: 1, heads: 2, timeFeatures: 2, condition }),
  },
};

const specs: fc.Arbitrary<ConditionSpec> = fc
  .record({
    labels: fc.constantFrom("none", "hard", "soft"),
    noLabel: fc.boolean(),
    embedding: fc.boolean(),
    noEmbedding: fc.boolean(),
    keep: fc.boolean(),
    image: fc.boolean(),
  })
  .map(({ labels, noLabel, embedding, noEmbedding, keep, image }) => ({
    ...(labels === "hard" && { labels: labelsPart({ classes, missing: noLabel }) }),
    ...(labels === "soft" && { labelWeights: labelWeightsPart({ classes, missing: noLabel }) }),
    ...(embedding && { embedding: embeddingPart({ width, missing: noEmbedding }) }),
    ...(keep && { keep: maskPart() }),
    ...(image && { image: imagePart({ channels: 1 }) }),
  }));

/**
 * A condition of `n` samples as the spec says, the last ones without label and embedding where these may be
 * missing.
 */
function condition(spec: ConditionSpec, sample: readonly number[]): Condition {
  const source = rng("condition");
  const lead = [n, ...sample.slice(0, -1)];
  const isImage = sample.length > 1;
  const keepShape = isImage ? [...lead, 1] : [n, ...sample];
  const embedding = source.normals([n, width]);
  if (spec.embedding?.missing) embedding.data.fill(Number.NaN, (n - 1) * width);
  const weights = ndarray([n, classes], [0.2, 0.3, 0.5, 1, 0, 0, 0, 0.5, 0.5, 0.1, 0.9, 0]);
  if (spec.labelWeights?.missing) weights.data.fill(0, (n - 1) * classes);
  return {
    ...(spec.labelWeights && { labelWeights: weights }),
    ...(spec.labels && { labels: Int32Array.of(0, 1, 2, spec.labels.missing ? -1 : 1) }),
    ...(spec.embedding && { embedding }),
    ...(spec.keep && {
      keep: ndarray(
        keepShape,
        Float32Array.from({ length: sizeOf(keepShape) }, (_, e) => (e % 3 === 1 ? 1 : 0)),
      ),
    }),
    ...(spec.image && { image: source.normals([...lead, 1]) }),
  };
}

function fieldOf(network: Network) {
  const random = randomParameters(network.shapes);
  // Of a size at which no part of the condition is drowned by another.
  const parameters = Object.fromEntries(
    Object.entries(random).map(([name, { shape, data }]) => [
      name,
      ndarray(
        shape,
        data.map((v) => 0.6 * v),
      ),
    ]),
  );
  return networkField({ network, parameters, engine });
}

const rowsOf = (array: NdArray) =>
  Array.from({ length: n }, (_, i) =>
    Array.from(array.data.subarray(i * sampleSize(array), (i + 1) * sampleSize(array))),
  );
const distance = (a: readonly number[], b: readonly number[]) =>
  Math.max(...a.map((value, e) => Math.abs(value - b[e])));

describe.each(Object.entries(kinds))("the condition of %s", (_, { sample, make }) => {
  const x = rng("x").normals([n, ...sample]);
  const span = sample.length > 1 ? sample[sample.length - 1] : 1;

  it("may have any parts: x's shape, finite, zero where known, each sample by itself", async () => {
    await fc.assert(
      fc.asyncProperty(specs, fc.shuffledSubarray([0, 1, 2, 3], { minLength: n }), async (spec, order) => {
        const b = fieldOf(make(spec));
        const xi = condition(spec, sample);
        const out = await b({ x, t: 0.4, xi });
        expect(out.shape).toEqual(x.shape);
        out.data.forEach((value, e) => {
          if (!Number.isFinite(value)) throw new Error(`${value} at ${e}`);
          const known = xi.keep?.data[Math.floor(e / span)] === 1;
          if (known !== (value === 0)) throw new Error(`${value} where keep is ${Number(known)}`);
        });
        const moved = await b({ x: takeRows(x, order), t: 0.4, xi: takeConditionRows(xi, order) });
        const wanted = takeRows(out, order);
        expect(distance(Array.from(moved.data), Array.from(wanted.data))).toBeLessThan(1e-5);
      }),
      { numRuns: 12, seed: 1 },
    );
  });

  it("matters: each label or embedding, or a missing one, changes that sample's field alone", async () => {
    const spec = {
      labels: labelsPart({ classes, missing: true }),
      embedding: embeddingPart({ width, missing: true }),
    };
    const b = fieldOf(make(spec));
    const xi = condition(spec, sample);
    const at = async (label: number, vector: number[]) => {
      const labels = Int32Array.from(xi.labels as Int32Array);
      const embedding = ndarray([n, width], Float32Array.from(xi.embedding?.data ?? []));
      labels[0] = label;
      embedding.data.set(vector);
      return rowsOf(await b({ x, t: 0.4, xi: { labels, embedding } }));
    };
    const outs: number[][][] = [];
    const missing = [Number.NaN, Number.NaN];
    for (const label of [-1, 0, 1, 2]) outs.push(await at(label, [0, 0]));
    outs.push(await at(0, [1, 0]), await at(0, [0, 1]), await at(0, missing), await at(-1, missing));
    outs.forEach((a, i) => {
      for (const other of outs.slice(0, i)) {
        expect(distance(a[0], other[0])).toBeGreaterThan(1e-4);
        expect(a.slice(1)).toEqual(other.slice(1));
      }
    });
  });

  it("takes a probability of 1 for a label and zeros for none, to the bit", async () => {
    const hard = { labels: labelsPart({ classes, missing: true }) };
    const labels = Int32Array.of(2, -1, 0, 1);
    const labelWeights = ndarray([n, classes], [0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0]);
    const wanted = await fieldOf(make(hard))({ x, t: 0.4, xi: { labels } });
    const soft = fieldOf(make({ labelWeights: labelWeightsPart({ classes, missing: true }) }));
    expect(await soft({ x, t: 0.4, xi: { labelWeights } })).toEqual(wanted);
    expect(await soft({ x, t: 0.4, xi: { labels } })).toEqual(wanted);
  });
});

describe("a condition that a network wasn't built for", () => {
  const x = rng("x").normals([1, 3]);
  const at = (spec: ConditionSpec, xi: Condition) => fieldOf(kinds.mlp.make(spec))({ x, t: 0.5, xi });
  const labels = Int32Array.of(-1);
  const labelWeights = ndarray([1, classes], [0, 1, 0]);
  const embedding = ndarray([1, width], [0, Number.NaN]);

  it("is refused in words that say what to do", async () => {
    await expect(at({ labels: labelsPart({ classes }) }, { labels })).rejects.toThrow(
      /labels from 0 to 2 for the network, .* −1, .*labelDropout\(coupling, \{ p \}\)/,
    );
    await expect(at({ labels: labelsPart({ classes }) }, {})).rejects.toThrow(/ξ with labels/);
    await expect(at({ labels: labelsPart({ classes }) }, { labelWeights })).rejects.toThrow(
      /labelWeightsPart/,
    );
    await expect(at({ labelWeights: labelWeightsPart({ classes }) }, { labels })).rejects.toThrow(/−1/);
    await expect(
      at({ labelWeights: labelWeightsPart({ classes }) }, { labels: Int32Array.of(1), labelWeights }),
    ).rejects.toThrow(/one with both/);
    await expect(at({ labelWeights: labelWeightsPart({ classes: 4 }) }, { labelWeights })).rejects.toThrow(
      /label weights for the network of shape \[1, 4\]/,
    );
    await expect(at({ embedding: embeddingPart({ width }) }, {})).rejects.toThrow(/ξ with embedding/);
    await expect(at({ embedding: embeddingPart({ width: 3 }) }, { embedding })).rejects.toThrow(
      /shape \[1, 3\]/,
    );
    await expect(at({ embedding: embeddingPart({ width }) }, { embedding })).rejects.toThrow(
      /finite .* missing: true/,
    );
    await expect(at({ embedding: embeddingPart({ width, missing: true }) }, { embedding })).rejects.toThrow(
      /throughout/,
    );
    await expect(at({ labels: labelsPart({ classes }) }, { labels: Int32Array.of(0, 1) })).rejects.toThrow(
      /1 entries in ξ.labels/,
    );
  });

  it.each([Uint8Array, Float64Array])("takes labels that are stored in an %o", async (Numbers) => {
    const network = kinds.mlp.make({ labels: labelsPart({ classes }) });
    const field = networkField({ network, parameters: randomParameters(network.shapes), engine });
    const x = rng(0).normals([3, 3]);
    const at = (labels: unknown) => field({ x, t: 0.5, xi: { labels: labels as Int32Array } });
    expect((await at(Numbers.of(0, 2, 1))).data).toEqual((await at(Int32Array.of(0, 2, 1))).data);
  });

  it.each(Object.entries(kinds))("can be labels of one class, %s", async (_, { sample, make }) => {
    for (const missing of [false, true]) {
      const network = make({ labels: labelsPart({ classes: 1, missing }) });
      const soft = make({ labelWeights: labelWeightsPart({ classes: 1, missing }) });
      const parameters = randomParameters(network.shapes);
      const x = rng(0).normals([2, ...sample]);
      const xi = { labels: Int32Array.of(0, missing ? -1 : 0) };
      const [hard, weighed] = await Promise.all(
        [network, soft].map((one) => networkField({ network: one, parameters, engine })({ x, t: 0.3, xi })),
      );
      // The same table of one vector, looked up or weighed.
      hard.data.forEach((value, e) => {
        expect(value).toBeCloseTo(weighed.data[e], 5);
      });
      expect(Math.max(...hard.data.map(Math.abs))).toBeGreaterThan(0);
    }
  });

  it("can't be built of something else than parts, or of parts under other names", () => {
    const make = (spec: object) => () => kinds.mlp.make(spec as ConditionSpec);
    expect(make({ classes: 3 })).toThrow(/condition.classes as a part, such as labelsPart.* received 3/);
    expect(make({ labels: embeddingPart({ width }) })).toThrow(/kind "labels" .* kind "embedding"/);
    expect(make({ pose: { kind: "pose" } })).toThrow(/"pose", which this library doesn't have/);
    expect(() => labelsPart({ classes: 0 })).toThrow(/condition.labels.classes as a whole number/);
    expect(() => imagePart({ channels: 1.5 })).toThrow(/received 1.5/);
    const both = { labels: labelsPart({ classes }), labelWeights: labelWeightsPart({ classes }) };
    expect(make(both)).toThrow(/labels and labelWeights/);
  });

  it("is the same again after JSON", () => {
    fc.assert(
      fc.property(specs, (spec) => {
        const network = kinds.mlp.make(spec);
        const stored = JSON.parse(JSON.stringify(network.options)) as { condition: ConditionSpec };
        expect(JSON.stringify(kinds.mlp.make(stored.condition).options)).toBe(
          JSON.stringify(network.options),
        );
      }),
      { numRuns: 20, seed: 1 },
    );
  });
});
