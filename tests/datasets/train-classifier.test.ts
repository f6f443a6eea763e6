import { expect, test } from "vitest";
import { trainClassifier } from "../../datasets/tools/train-classifier";
import { type NdArray, ndarray } from "../../lib/array";
import { classifier } from "../../lib/metrics/features/classifier";
import { fromWeights } from "../../lib/metrics/features/feature-network";
import { rng } from "../../lib/random";

const architecture = {
  size: 8,
  channels: 2,
  widths: [4, 6],
  strides: [1, 2],
  dimension: 5,
  heads: { channel: 2, bright: 2 },
};

/** Noise with one channel lifted or lowered: which channel is one label, which way the other. */
function pictures(n: number, seed: number): { images: NdArray; labels: Record<string, Int32Array> } {
  const source = rng(seed);
  const images = ndarray(
    [n, 8, 8, 2],
    source.normals([n, 8, 8, 2]).data.map((x) => 0.3 * x),
  );
  const labels = { channel: new Int32Array(n), bright: new Int32Array(n) };
  for (let i = 0; i < n; i++) {
    const [channel, bright] = [source.int(2), source.int(2)];
    labels.channel[i] = channel;
    labels.bright[i] = bright;
    for (let p = 0; p < 64; p++) images.data[(i * 64 + p) * 2 + channel] += bright ? 0.5 : -0.5;
  }
  return { images, labels };
}

test("two heads learn what can be learned, from the seed alone", async () => {
  const losses: number[] = [];
  const options = {
    ...pictures(256, 1),
    epochs: 12,
    batch: 32,
    learningRate: 1e-2,
    dropout: 0.1,
    shift: 1,
    mirror: true,
    seed: 3,
    onEpoch: (_: number, loss: number) => losses.push(loss),
  };
  const weights = await trainClassifier(classifier(architecture), options);
  expect(losses).toHaveLength(12);
  expect(losses[11]).toBeLessThan(0.3 * losses[0]);

  const held = pictures(100, 2);
  const heads = { channel: ["first", "second"], bright: ["dark", "bright"] };
  const network = fromWeights({ name: "tiny", architecture, heads, accuracy: {}, scale: 1 }, weights);
  for (const head of ["channel", "bright"]) {
    const seen = await network.classify(held.images, head);
    expect(seen.filter((label, i) => label === held.labels[head][i]).length).toBeGreaterThan(90);
  }
  expect(await trainClassifier(classifier(architecture), options)).toEqual(weights);
});

test("labels of another number, or of no class, are refused", async () => {
  const { images, labels } = pictures(8, 1);
  const settings = { epochs: 1, batch: 4, learningRate: 1e-2, dropout: 0, shift: 0, mirror: false, seed: 1 };
  const train = (bright: Int32Array | undefined) =>
    trainClassifier(classifier(architecture), {
      images,
      labels: { channel: labels.channel, ...(bright && { bright }) },
      ...settings,
    });
  await expect(train(undefined)).rejects.toThrow(
    '8 labels for head "bright", one per image, but received none',
  );
  await expect(train(new Int32Array(7))).rejects.toThrow("but received 7");
  await expect(train(new Int32Array(8).fill(2))).rejects.toThrow('labels from 0 to 1 for head "bright"');
});
