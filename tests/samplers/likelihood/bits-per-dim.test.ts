import { expect, it } from "vitest";
import { bitsPerDim } from "../../../lib/samplers";

it("bitsPerDim is 8 for a uniform density over 256 levels, and 0 where all mass is in one bin", () => {
  const d = 12;
  const [uniform, point] = bitsPerDim([-d * Math.log(256 * (2 / 255)), -d * Math.log(2 / 255)], {
    dimensions: d,
    bin: 2 / 255,
  });
  expect(uniform).toBeCloseTo(8, 12);
  expect(point).toBeCloseTo(0, 12);
  expect(bitsPerDim([Math.log(2)], { dimensions: 1 })[0]).toBe(-1);
});

it("bitsPerDim refuses dimensions and bins that are none", () => {
  expect(() => bitsPerDim([0], { dimensions: 0 })).toThrow("dimensions above 0");
  expect(() => bitsPerDim([0], { dimensions: 1, bin: 0 })).toThrow("a bin above 0");
});
