import { describe, expect, it } from "vitest";
import { type NdArray, ndarray } from "../../lib/array";
import { compareTranslated, measureTranslated } from "../../lib/experiments";
import { type FeatureNetwork, foundAgain, psnr } from "../../lib/metrics";
import { rng } from "../../lib/random";

const truth = ndarray(
  [24, 16, 16, 1],
  rng(0)
    .normals([24, 16, 16, 1])
    .data.map((z) => Math.max(-1, Math.min(1, z / 3))),
);
const blurred = (by: number, seed: number) => {
  const zeta = rng(seed).normals(truth.shape).data;
  return ndarray(
    truth.shape,
    truth.data.map((value, e) => value + by * zeta[e]),
  );
};
/** Features are the first pixels; the style is whether the first one is above 0. */
const network: FeatureNetwork = {
  name: "first pixels",
  dimension: 4,
  imageShape: [16, 16, 1],
  heads: { style: ["dark", "light"] },
  accuracy: { style: 1 },
  features: async ({ shape, data }: NdArray) =>
    ndarray(
      [shape[0], 4],
      Float32Array.from({ length: 4 * shape[0] }, (_, e) => data[256 * Math.floor(e / 4) + (e % 4)]),
    ),
  classify: async ({ shape, data }: NdArray) =>
    Int32Array.from({ length: shape[0] }, (_, i) => (data[256 * i] > 0 ? 1 : 0)),
};
const measured = (x: NdArray) =>
  measureTranslated({ x, truth, network, style: { head: "style", label: 1 }, rng: rng(9) });

describe("measureTranslated", () => {
  it("measures the picture and the style", async () => {
    const x = blurred(0.3, 1);
    const result = await measured(x);
    expect(result.psnr).toEqual(psnr({ x, truth }));
    expect(result.found).toEqual(foundAgain({ x, truth }));
    expect([...result.inStyle]).toEqual(Array.from({ length: 24 }, (_, i) => (x.data[256 * i] > 0 ? 1 : 0)));
  });
});

describe("compareTranslated", () => {
  it("prefers the nearer picture by PSNR, and ties with itself", async () => {
    const [near, far] = [await measured(blurred(0.1, 1)), await measured(blurred(0.6, 2))];
    const rows = compareTranslated({ a: [near], b: [far], rng: rng(3) });
    const verdicts = Object.fromEntries(rows.map(({ measure, verdict }) => [measure, verdict]));
    expect(verdicts).toMatchObject({ "PSNR (dB)": "a", SSIM: "a", "feature distance": "a" });
    expect(Object.keys(verdicts)).toEqual([
      ...[
        "PSNR (dB)",
        "SSIM",
        "feature distance",
        "two-sample accuracy",
        "found again",
        "in the style",
        "KID",
      ],
    ]);
    const same = compareTranslated({ a: [near], b: [near], rng: rng(3) });
    expect(same.map(({ verdict }) => verdict)).toEqual(same.map(() => "tie"));
  });
});
