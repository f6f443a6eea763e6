import { beforeAll, describe, expect, test } from "vitest";
import { type NdArray, ndarray, sliceRows } from "../../../lib/array";
import { type Dataset, emoji, fashionMnist, mnist, type Samples } from "../../../lib/data";
import { conditionAgreement, diversity, imageDistances, kernelDistance } from "../../../lib/metrics";
import { type FeatureNetwork, featureNetwork } from "../../../lib/metrics/features";
import { rng } from "../../../lib/random";

const N = 300;
const map = (images: NdArray, change: (value: number, index: number) => number) =>
  ndarray(images.shape, images.data.map(change));

/** Gaussian noise of deviation sigma. */
const noisy = (images: NdArray, sigma: number) => {
  const source = rng("noise");
  return map(images, (value) => value + sigma * source.normal());
};

/** The mean over a square of (2 r + 1)² pixels. */
const blurred = (images: NdArray, r: number) => {
  const [, h, w, c] = images.shape;
  return map(images, (_, index) => {
    const [ch, x, y] = [index % c, Math.floor(index / c) % w, Math.floor(index / (c * w)) % h];
    const base = index - (index % (h * w * c));
    let [sum, count] = [0, 0];
    for (let dy = Math.max(-r, -y); dy <= Math.min(r, h - 1 - y); dy++) {
      for (let dx = Math.max(-r, -x); dx <= Math.min(r, w - 1 - x); dx++) {
        sum += images.data[base + ((y + dy) * w + x + dx) * c + ch];
        count++;
      }
    }
    return sum / count;
  });
};

/** Each of 8×8 tiles is grey with probability p. */
const holed = (images: NdArray, p: number) => {
  const [n, h, w, c] = images.shape;
  const source = rng("tiles");
  const missing = Array.from({ length: n * 64 }, () => source.uniform() < p);
  return map(images, (value, index) => {
    const [x, y, i] = [
      Math.floor(index / c) % w,
      Math.floor(index / (c * w)) % h,
      Math.floor(index / (c * w * h)),
    ];
    return missing[i * 64 + Math.floor(y / (h / 8)) * 8 + Math.floor(x / (w / 8))] ? 0 : value;
  });
};

const first = ({ x, labels }: Samples, n: number) => ({
  x: sliceRows(x, 0, n),
  labels: labels!.subarray(0, n),
});

const cases = [
  { set: "mnist", head: "digit", data: () => mnist({ limit: { train: 2000, test: 2000 } }) },
  { set: "fashion", head: "article", data: () => fashionMnist({ limit: { train: 2000, test: 2000 } }) },
  { set: "emoji", head: "style", data: () => emoji({ label: "style" }) },
] as const;

describe.each(cases)("the $set network", ({ set, head, data: load }) => {
  let network: FeatureNetwork;
  let data: Dataset;
  let held: { x: NdArray; labels: Int32Array };
  let real: NdArray;
  beforeAll(async () => {
    network = await featureNetwork(set);
    data = await load();
    held = first(data.test, N);
    real = await network.features(held.x);
  });

  test("is as accurate as it states", async () => {
    const { agreement, judgeAccuracy } = await conditionAgreement(network, held.x, held.labels, head);
    expect(judgeAccuracy).toBe(network.accuracy[head]);
    const deviation = Math.sqrt((judgeAccuracy * (1 - judgeAccuracy)) / N);
    expect(agreement).toBeGreaterThan(judgeAccuracy - 3.5 * deviation - 0.005);
    expect(network.heads[head]).toEqual(data.classes);
  });

  test("gives the same features at every call, alone or among others, and on another engine", async () => {
    expect(real.shape).toEqual([N, network.dimension]);
    expect(await network.features(held.x)).toEqual(real);
    const alone = await network.features(sliceRows(held.x, 120, 123));
    const onCpu = await (await featureNetwork(set, { engine: "cpu" })).features(sliceRows(held.x, 120, 121));
    for (let k = 0; k < 3 * network.dimension; k++) {
      expect(alone.data[k]).toBeCloseTo(real.data[120 * network.dimension + k], 4);
    }
    for (let k = 0; k < network.dimension; k++) expect(onCpu.data[k]).toBeCloseTo(alone.data[k], 3);
  });

  test("gives features of mean square 1/4 over training images, none below 0", async () => {
    const { data: features } = await network.features(first(data.train, 1000).x);
    expect(features.every((value) => value >= 0)).toBe(true);
    let sum = 0;
    for (const value of features) sum += value * value;
    expect(sum / features.length).toBeCloseTo(0.25, 1);
  });

  test("doesn't see what 8 bits can't hold", async () => {
    const faint = map(held.x, (value, i) => value + (i % 2 ? 1 : -1) * 0.0035);
    expect(await network.features(sliceRows(faint, 0, 50))).toEqual(
      ndarray([50, network.dimension], real.data.slice(0, 50 * network.dimension)),
    );
  });

  test("puts clean test images near the floor, and damaged ones farther off", async () => {
    const train = await network.features(first(data.train, N).x);
    const clean = kernelDistance(train, real);
    expect(Math.abs(clean.value)).toBeLessThan(4 * clean.standardError);
    const damages: Record<string, NdArray[]> = {
      noise: [0.25, 0.5, 1].map((sigma) => noisy(held.x, sigma)),
      blur: [1, 2, 3].map((r) => blurred(held.x, r)),
      tiles: [0.15, 0.3, 0.6].map((p) => holed(held.x, p)),
    };
    for (const [damage, images] of Object.entries(damages)) {
      let before = clean.value + 2 * clean.standardError;
      for (const step of images) {
        const { value } = kernelDistance(train, await network.features(step));
        expect(value, damage).toBeGreaterThan(before);
        before = value;
      }
    }
  });

  test("names its distances, with a floor well below those of damaged images", async () => {
    const options = { network, reference: held.x, train: first(data.train, N).x, rng: rng(1) };
    const [kernel, frechet] = await imageDistances({
      ...options,
      generated: holed(sliceRows(held.x, 0, 250), 0.3),
    });
    expect([kernel.name, frechet.name]).toEqual([`KID (${set}-cnn)`, `Fréchet distance (${set}-cnn)`]);
    expect(kernel.value - 4 * kernel.standardError!).toBeGreaterThan(kernel.floor!);
    expect(frechet.value).toBeGreaterThan(2 * frechet.floor!);
    const few = { ...options, generated: sliceRows(held.x, 0, 40) };
    expect(await imageDistances(few)).toEqual(await imageDistances(few));
  });

  test("finds more variety in real images than in copies", () => {
    const { diversity: variety, perClass } = diversity(real, held.labels);
    expect(perClass).toHaveLength(data.classes.length);
    const copies = ndarray(
      real.shape,
      real.data.map((_, i) => real.data[i % network.dimension]),
    );
    expect(diversity(copies, held.labels).diversity).toBe(0);
    expect(variety).toBeGreaterThan(1);
  });

  test("says what is wrong with its input", async () => {
    await expect(network.classify(held.x, "digits")).rejects.toThrow(/as head of .*-cnn.*"digits"/);
    await expect(network.features(ndarray([1, 28, 28, 1], new Float32Array(784)))).rejects.toThrow(
      /images for .*-cnn of shape \[any, 32, 32, .\], but received shape \[1, 28, 28, 1\]/,
    );
    const broken = map(sliceRows(held.x, 0, 1), (value, i) => (i === 5 ? Number.NaN : value));
    await expect(network.features(broken)).rejects.toThrow(/finite images for .*-cnn/);
  });
});

test("an unknown network is an error that lists the known ones", async () => {
  await expect(featureNetwork("mnits" as never)).rejects.toThrow(
    /mnist, fashion, emoji as feature network.*Did you mean "mnist"/,
  );
});
