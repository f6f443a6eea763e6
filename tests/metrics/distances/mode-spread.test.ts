import { describe, expect, it } from "vitest";
import { ndarray } from "../../../lib/array";
import { gaussianMixture, threeModes } from "../../../lib/couplings";
import { modeSpread } from "../../../lib/metrics";
import { rng } from "../../../lib/random";

const coupling = threeModes({ pairing: "matched" });
const { x, labels } = coupling.targets(4000, rng(1));

describe("modeSpread", () => {
  it("is 1 for the data, with the standard error of a χ² mean", () => {
    const { value, standardError } = modeSpread(x, coupling);
    expect(Math.abs(value - 1)).toBeLessThan(4 * standardError);
    // |x − m|² / tr C is χ²₂ / 2, of variance 1.
    expect(Math.abs(standardError * Math.sqrt(4000) - 1)).toBeLessThan(0.1);
  });

  it("is the squared factor by which samples are too wide or narrow", () => {
    const { components } = coupling;
    const scaled = ndarray(
      x.shape,
      x.data.map((value, e) => {
        const mean = components[labels![Math.floor(e / 2)]].mean1[e % 2];
        return mean + 0.5 * (value - mean);
      }),
    );
    expect(modeSpread(scaled, coupling).value).toBeCloseTo(0.25 * modeSpread(x, coupling).value, 5);
  });

  it("takes the trace of the nearest mode", () => {
    const one = (mean: number, variance: number) => ({
      weight: 1,
      mean0: [0],
      mean1: [mean],
      cov00: [[1]],
      cov11: [[variance]],
    });
    const two = gaussianMixture({ components: [one(-5, 1), one(5, 4)] });
    expect(modeSpread(ndarray([2, 1], [-3, 8]), two).value).toBeCloseTo((4 / 1 + 9 / 4) / 2, 12);
    expect(() => modeSpread(ndarray([1, 2], [0, 0]), two)).toThrow(/points of/);
    expect(() => modeSpread(ndarray([0, 1], []), two)).toThrow(
      "Expected one point or more, but received shape [0, 1].",
    );
  });
});
