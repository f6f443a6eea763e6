import { expect, test } from "vitest";
import { type NdArray, ndarray, sliceRows } from "../../lib/array";
import { averagePool, bicubicUp, gaussianBlur } from "../../lib/couplings";
import { mnist } from "../../lib/data";
import { compareRestored, measureRestored } from "../../lib/experiments";
import { featureNetwork, pairedFeatureDistance } from "../../lib/metrics";
import { rng } from "../../lib/random";

const { test: digits } = await mnist({ limit: { train: 1, test: 60 } });
const truth = sliceRows(digits.x, 0, 20);
const network = await featureNetwork("mnist");
const [reference, train] = [sliceRows(digits.x, 20, 40), sliceRows(digits.x, 40, 60)];
const measure = (x: NdArray) =>
  measureRestored({ x, truth, factor: 4, network, reference, train, rng: rng(0), seen: true });

const noisy = (sd: number, key: string) => {
  const noise = rng(key).normals(truth.shape);
  return ndarray(
    truth.shape,
    truth.data.map((value, e) => value + sd * noise.data[e]),
  );
};

test("compares by all measures, each in its own direction, and calls equal results a tie", async () => {
  const [slightly, also] = [await measure(noisy(0.02, "a")), await measure(noisy(0.02, "b"))];
  const [badly, worse] = [await measure(noisy(0.6, "c")), await measure(noisy(0.6, "d"))];
  const rows = compareRestored({ a: [slightly, also], b: [badly, worse], rng: rng(1), replicates: 100 });
  expect(rows.map(({ measure, verdict }) => [measure, verdict])).toEqual([
    ["PSNR (dB)", "a"],
    ["SSIM", "a"],
    ["feature distance", "a"],
    ["perceptual distance", "a"],
    ["two-sample accuracy", "a"],
    ["error of the low resolution", "a"],
    ["KID", "a"],
  ]);
  for (const row of rows) expect(row.accountsFor).toBe("images and runs");
  const same = compareRestored({ a: [slightly], b: [slightly], rng: rng(1), replicates: 100 });
  for (const row of same) expect(row).toMatchObject({ verdict: "tie", difference: 0 });
  const turned = compareRestored({ a: [badly], b: [slightly], rng: rng(1), replicates: 100 });
  for (const row of turned) expect(row.verdict).toBe("b");
});

test("its values are those of the measures", async () => {
  const a = await measure(bicubicUp({ factor: 4 })(averagePool({ factor: 4 })(truth)));
  const b = await measure(gaussianBlur({ width: 1 })(truth));
  const rows = compareRestored({ a: [a], b: [b], rng: rng(1), replicates: 100 });
  const of = (name: string) => rows.find((row) => row.measure === name);
  expect(of("PSNR (dB)")?.a).toBeCloseTo(a.psnr.value, 10);
  expect(of("SSIM")?.b).toBeCloseTo(b.ssim.value, 10);
  expect(of("two-sample accuracy")?.a).toBeCloseTo(a.seen?.classifier.value ?? Number.NaN, 10);
  expect(of("error of the low resolution")?.b).toBeCloseTo(b.consistency.value, 10);
  const keep = ndarray([20, 32, 32, 1], new Float32Array(20 * 1024));
  const kernel = await pairedFeatureDistance({
    x: gaussianBlur({ width: 1 })(truth),
    truth,
    keep,
    network,
    rng: rng(2),
  });
  expect(of("KID")?.b).toBeCloseTo(kernel.value, 10);
});

test("a result that nobody looked at is refused", async () => {
  const { seen: _, ...blind } = await measure(truth);
  expect(() => compareRestored({ a: [blind], b: [blind], rng: rng(0) })).toThrow(/seen: true/);
});
