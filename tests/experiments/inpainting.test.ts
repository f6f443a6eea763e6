import { expect, test } from "vitest";
import { type NdArray, ndarray, sliceRows } from "../../lib/array";
import { inpainting, tiles, uncoupledInpainting } from "../../lib/couplings";
import { changedKnown, knownPixels, measureInpainting, pasteKnown } from "../../lib/experiments";
import { linear } from "../../lib/interpolants";
import { type FeatureNetwork, imageDistances } from "../../lib/metrics";
import { rng } from "../../lib/random";
import { euler } from "../../lib/samplers";

const images = rng(3).normals([24, 16, 16, 3]);
const mask = tiles({ grid: 8, p: 0.3 });

/** Features that are two pixels: enough to tell sets of images apart. */
const pixels: FeatureNetwork = {
  name: "pixels",
  dimension: 2,
  imageShape: [16, 16, 3],
  heads: { any: ["any"] },
  accuracy: { any: 1 },
  features: async (x) =>
    ndarray(
      [x.shape[0], 2],
      Array.from({ length: 2 * x.shape[0] }, (_, k) => x.data[(k >> 1) * 768 + 300 * (k & 1)]),
    ),
  classify: async (x) => new Int32Array(x.shape[0]),
};

test("both couplings tell their mask, and draw the same one from the same generator", () => {
  const coupled = inpainting({ mask }).draw({ x: images }, rng(5));
  const uncoupled = uncoupledInpainting({ mask, channels: 3 }).draw({ x: images }, rng(5));
  expect(knownPixels(uncoupled.xi)).toEqual(knownPixels(coupled.xi));
  expect(knownPixels(coupled.xi).shape).toEqual([24, 16, 16, 1]);
});

test("a condition without a mask is refused", () => {
  expect(() => knownPixels({})).toThrow(/mask/);
});

test("known pixels are put back, all others kept", () => {
  const keep = ndarray([1, 1, 3, 1], [1, 0, 1]);
  const x = ndarray([1, 1, 3, 2], [1, 2, 3, 4, 5, 6]);
  const truth = ndarray([1, 1, 3, 2], [9, 2, 9, 9, 5, 9]);
  expect(Array.from(pasteKnown({ x, truth, keep }).data)).toEqual([9, 2, 3, 4, 5, 9]);
  expect(changedKnown({ x, truth, keep })).toBe(2);
});

test("the holes are measured where that is asked for, image by image", async () => {
  const pairs = inpainting({ mask }).draw({ x: sliceRows(images, 0, 12) }, rng(5));
  const options = {
    b: () => ndarray(pairs.x1.shape, new Float32Array(pairs.x1.data.length)),
    pairs,
    interpolant: linear(),
    network: pixels,
    reference: sliceRows(images, 12, 18),
    train: sliceRows(images, 18, 24),
    rng: rng(0),
    method: euler({ steps: 1 }),
  };
  expect((await measureInpainting(options)).holes).toBeUndefined();
  const { holes, holeMse, kernel } = await measureInpainting({ ...options, holes: true });
  expect(kernel).toBe((await measureInpainting(options)).kernel);
  expect(holes?.error.value).toBeCloseTo(holeMse, 10);
  expect(holes?.error.values.length).toBe(12);
  expect(holes?.edges.values.length).toBe(12);
  expect(holes?.perceptual).toBeUndefined(); // the network has no activations
});

test("the velocity that knows the answer fills without error, at the cost of the bound", async () => {
  const pairs = inpainting({ mask }).draw({ x: sliceRows(images, 0, 8) }, rng(5));
  const b = () =>
    ndarray(
      pairs.x1.shape,
      Array.from(pairs.x1.data, (value, e) => value - pairs.x0.data[e]),
    );
  const result = await measureInpainting({
    b,
    pairs,
    interpolant: linear(),
    network: pixels,
    reference: sliceRows(images, 8, 16),
    train: sliceRows(images, 16, 24),
    rng: rng(0),
    method: euler({ steps: 4 }),
  });
  expect(result.changedKnown).toBe(0);
  expect(result.holeMse).toBeLessThan(1e-10);
  expect(result.kernel).toBeCloseTo(result.kernelOfTruth, 4);
  expect(result.cost).toBeCloseTo(result.bound, 2);
  expect(result.action).toBeCloseTo(result.bound, 2);
  expect(result.nfe).toBe(4);
});

test("the raw kernel distance is that of the samples as they are, disturbed pixels included", async () => {
  const pairs = uncoupledInpainting({ mask, channels: 3 }).draw({ x: sliceRows(images, 0, 8) }, rng(5));
  const compared = { network: pixels, reference: sliceRows(images, 8, 16), train: sliceRows(images, 16, 24) };
  const result = await measureInpainting({
    b: ({ x }) => ndarray(x.shape, new Float32Array(x.data.length).fill(5)), // all pixels, known ones too
    pairs,
    interpolant: linear(),
    ...compared,
    rng: rng(0),
    method: euler({ steps: 1 }),
  });
  const of = async (generated: NdArray) =>
    (await imageDistances({ ...compared, generated, rng: rng(0) }))[0].value;
  const moved = ndarray(
    pairs.x0.shape,
    pairs.x0.data.map((value) => value + 5),
  );
  expect(result.kernelRaw).toBeCloseTo(await of(moved), 3);
  expect(result.kernel).toBeCloseTo(await of(result.filled), 6);
  expect(result.kernelRaw).toBeGreaterThan(result.kernel + 1);
  expect(result.changedKnown).toBeGreaterThan(0);
});
