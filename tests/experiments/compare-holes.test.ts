import { expect, test } from "vitest";
import { ndarray } from "../../lib/array";
import { tiles } from "../../lib/couplings";
import { compareHoles, pasteKnown } from "../../lib/experiments";
import { type FeatureNetwork, type HoleMeasures, holeMeasures } from "../../lib/metrics";
import { rng } from "../../lib/random";

const truth = rng(3).normals([24, 16, 16, 1]);
const keep = tiles({ grid: 4, p: 0.4 }).draw({ n: 24, h: 16, w: 16 }, rng(4));
const pixels: FeatureNetwork = {
  name: "pixels",
  dimension: 4,
  imageShape: [16, 16, 1],
  heads: { any: ["any"] },
  accuracy: { any: 1 },
  features: async (x) =>
    ndarray(
      [x.shape[0], 4],
      Array.from({ length: 4 * x.shape[0] }, (_, k) => x.data[(k >> 2) * 256 + 60 * (k & 3)]),
    ),
  classify: async (x) => new Int32Array(x.shape[0]),
};

/** The truth with noise in its holes. */
const run = (noise: number, seed: number): Promise<HoleMeasures> => {
  const z = rng(seed).normals(truth.shape);
  const x = ndarray(
    truth.shape,
    truth.data.map((value, e) => value + noise * z.data[e]),
  );
  const filled = pasteKnown({ x, truth, keep });
  return holeMeasures({ x: filled, truth, keep, network: pixels, rng: rng(0) });
};

test("compares all measures, by error and kernel distance alike, and calls equal models a tie", async () => {
  const near = [await run(0.1, 1), await run(0.1, 2)];
  const far = [await run(2, 3), await run(2, 4)];
  const compared = compareHoles({ a: near, b: far, rng: rng(5) });
  expect(compared.map(({ measure }) => measure)).toEqual([
    "error",
    "classifier",
    "edges",
    "outliers",
    "features",
  ]);
  const [error] = compared;
  expect(error.a).toBeCloseTo((near[0].error.value + near[1].error.value) / 2, 12);
  expect(error.verdict).toBe("a");
  const edges = compared.find(({ measure }) => measure === "edges");
  const mean = (runs: readonly HoleMeasures[]) => (runs[0].edges.value + runs[1].edges.value) / 2;
  expect(edges?.difference).toBeCloseTo(mean(near) - mean(far), 6);
  const same = compareHoles({ a: near, b: near, rng: rng(5) });
  for (const { verdict, difference } of same) {
    expect(verdict).toBe("tie");
    expect(difference).toBe(0);
  }
});

test("runs on other images are refused", async () => {
  const whole = await run(1, 1);
  const edges = { ...whole.edges, values: whole.edges.values.slice(1) };
  const error = { ...whole.error, values: whole.error.values.slice(1) };
  expect(() => compareHoles({ a: [whole], b: [{ ...whole, error }], rng: rng(5) })).toThrow(/same/);
  expect(() => compareHoles({ a: [whole], b: [{ ...whole, edges }], rng: rng(5) })).toThrow(/same/);
  expect(() => compareHoles({ a: [], b: [whole], rng: rng(5) })).toThrow(/at least one run/);
});
