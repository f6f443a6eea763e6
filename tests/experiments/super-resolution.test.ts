import { expect, test } from "vitest";
import { ndarray, sliceRows } from "../../lib/array";
import { averagePool, superResolution } from "../../lib/couplings";
import { measureRestored, measureSuperResolution } from "../../lib/experiments";
import { linear } from "../../lib/interpolants";
import {
  classifierTest,
  type FeatureNetwork,
  imageDistances,
  outlierPixels,
  pairedFeatureDistance,
  ssim,
} from "../../lib/metrics";
import { rng } from "../../lib/random";
import { euler } from "../../lib/samplers";

const images = rng(3).normals([24, 16, 16, 3]);

/** Features that are two pixels. */
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
const compared = {
  factor: 4,
  network: pixels,
  reference: sliceRows(images, 8, 16),
  train: sliceRows(images, 16, 24),
};

test("images that differ by a known amount have the scores of that amount, each its own", async () => {
  const truth = sliceRows(images, 0, 8);
  const brighter = (image: number) => 0.1 * (image + 1);
  const x = ndarray(
    truth.shape,
    truth.data.map((value, e) => value + brighter(Math.floor(e / 768))),
  );
  const result = await measureRestored({ ...compared, x, truth, rng: rng(0) });
  for (let i = 0; i < 8; i++) {
    expect(result.psnr.values[i]).toBeCloseTo(10 * Math.log10(4 / brighter(i) ** 2), 3);
    expect(result.consistency.values[i]).toBeCloseTo(brighter(i) ** 2, 4);
    expect(result.featureError.values[i]).toBeCloseTo(Math.SQRT2 * brighter(i), 4);
    const alone = { x: sliceRows(x, i, i + 1), truth: sliceRows(truth, i, i + 1) };
    expect(result.ssim.values[i]).toBeCloseTo(ssim(alone).value, 12);
  }
  const of = async (generated: typeof x) => {
    const { network, reference, train } = compared;
    return imageDistances({ network, reference, train, generated, rng: rng(0) });
  };
  const [kernel, frechet] = await of(x);
  const [kernelOfTruth, frechetOfTruth] = await of(truth);
  expect(result).toMatchObject({
    kernel: kernel.value,
    kernelError: kernel.standardError,
    kernelFloor: kernel.floor,
    frechet: frechet.value,
    frechetFloor: frechet.floor,
    kernelOfTruth: kernelOfTruth.value,
    frechetOfTruth: frechetOfTruth.value,
  });
  expect(kernel.value).not.toBe(kernelOfTruth.value);
});

test("the velocity that knows the answer restores without error, at the cost of the bound", async () => {
  const coupling = superResolution({ factor: 4, channels: 3, sigma: 0.2 });
  const pairs = coupling.draw({ x: sliceRows(images, 0, 8) }, rng(5));
  const b = () =>
    ndarray(
      pairs.x1.shape,
      pairs.x1.data.map((value, e) => value - pairs.x0.data[e]),
    );
  const options = { ...compared, pairs, interpolant: linear(), rng: rng(0), method: euler({ steps: 4 }) };
  const result = await measureSuperResolution({ ...options, b });
  expect(result.psnr.value).toBeGreaterThan(100);
  expect(result.ssim.value).toBeCloseTo(1, 6);
  expect(result.consistency.value).toBeLessThan(1e-10);
  expect(result.cost).toBeCloseTo(result.bound, 2);
  expect(result.action).toBeCloseTo(result.bound, 2);
  expect(result.nfe).toBe(4);
  expect(result.seen).toBeUndefined();

  const still = await measureSuperResolution({
    ...options,
    b: ({ x }) =>
      ndarray(
        x.shape,
        x.data.map(() => 0),
      ),
  });
  // U(D(x1)) + σζ is consistent but for the mean of 16 draws of σζ.
  expect(still.consistency.value / (0.04 / 16)).toBeCloseTo(1, 0.5);
  expect(still.cost).toBe(0);
  expect(still.consistency.values).toHaveLength(8);
});

test("the low resolution is that of the corruption asked for", async () => {
  const truth = sliceRows(images, 0, 8);
  const blurred = averagePool({ factor: 1 })(truth);
  const seen: number[] = [];
  await measureRestored({
    ...compared,
    x: blurred,
    truth,
    rng: rng(0),
    down({ factor }) {
      seen.push(factor);
      return averagePool({ factor });
    },
  });
  expect(seen).toEqual([4]);
});

test("images are looked at where that is asked for, as holes without any known pixel", async () => {
  const pairs = superResolution({ factor: 4, channels: 3, sigma: 0 }).draw({ x: images }, rng(5));
  const { seen, solution } = await measureSuperResolution({
    ...compared,
    b: () => ndarray(pairs.x1.shape, new Float32Array(pairs.x1.data.length)),
    pairs,
    interpolant: linear(),
    rng: rng(0),
    method: euler({ steps: 1 }),
    seen: true,
  });
  const source = rng(0).fork("seen");
  const all = { x: solution.x, truth: pairs.x1, keep: ndarray([24, 16, 16, 1], new Float32Array(24 * 256)) };
  expect(seen?.classifier).toEqual(classifierTest({ ...all, rng: source.fork("classifier") }));
  expect(seen?.outliers).toEqual(outlierPixels({ ...all, rng: source.fork("outliers") }));
  expect(seen?.features.value).toBe(
    (await pairedFeatureDistance({ ...all, network: pixels, rng: source.fork("features") })).value,
  );
  expect(seen).not.toHaveProperty("perceptual"); // these features have no activations
});
