import { describe, expect, it } from "vitest";
import { type NdArray, ndarray } from "../../../lib/array";
import { energySpectrum } from "../../../lib/metrics";
import { rng } from "../../../lib/random";

const side = 16;
const field = (value: (x: number, y: number) => number): NdArray =>
  ndarray(
    [1, side, side, 1],
    Float64Array.from({ length: side ** 2 }, (_, e) =>
      value((2 * Math.PI * (e % side)) / side, (2 * Math.PI * Math.floor(e / side)) / side),
    ),
  );

describe("energySpectrum", () => {
  it("has a wave's energy, A²/4k², in its ring alone", () => {
    for (const [k, l] of [
      [3, 0],
      [0, 2],
      [3, 4],
      [-2, 5],
    ]) {
      const { energy, wave } = energySpectrum(field((x, y) => 2 * Math.cos(k * x + l * y + 0.4)));
      const ring = Math.round(Math.hypot(k, l));
      energy.forEach((value, i) => {
        expect(value).toBeCloseTo(i === ring ? 1 / (k * k + l * l) : 0, 10);
      });
      expect(wave[ring]).toBe(ring);
    }
  });

  it("sums to the mean of ½|v|², and averages over samples", () => {
    // ψ = cos x + cos(2y)/4 for ω = cos x + cos 2y: ½|v|² = (sin² x + sin²(2y)/4) / 2, of mean 5/16.
    const one = field((x, y) => Math.cos(x) + Math.cos(2 * y));
    const sum = (x: NdArray) => energySpectrum(x).energy.reduce((a, b) => a + b, 0);
    expect(sum(one)).toBeCloseTo(5 / 16, 10);
    const twice = ndarray([2, side, side, 1], [...one.data, ...one.data.map((value) => 3 * value)]);
    expect(sum(twice)).toBeCloseTo((5 * 5) / 16, 4);
  });

  it("of white noise rises as the rings' length and falls as 1/k²: π/(N² k)", () => {
    const { energy } = energySpectrum(rng(0).normals([300, side, side, 1]));
    for (const k of [3, 5]) expect(Math.abs((energy[k] * side ** 2 * k) / Math.PI - 1)).toBeLessThan(0.25);
    expect(() => energySpectrum(rng(0).normals([1, 8, 4, 1]))).toThrow(/squares/);
  });
});
