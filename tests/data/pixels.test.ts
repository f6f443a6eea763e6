import fc from "fast-check";
import { expect, test } from "vitest";
import { ndarray } from "../../lib/array";
import { fromBytes, quantise, toBytes } from "../../lib/data/pixels";

const all = Uint8Array.from({ length: 256 }, (_, byte) => byte);

test("bytes run from −1 to 1 in equal steps and come back unchanged", () => {
  const { data } = fromBytes([256], all);
  expect([data[0], data[255]]).toEqual([-1, 1]);
  for (let i = 1; i < 256; i++) expect(data[i] - data[i - 1]).toBeCloseTo(2 / 255, 6);
  expect(toBytes(fromBytes([256], all))).toEqual(all);
});

test("quantising clips, moves by at most half a level, and changes nothing the second time", () => {
  fc.assert(
    fc.property(fc.float({ min: -3, max: 3, noNaN: true }), (value) => {
      const once = quantise(ndarray([1, 1], [value]));
      const clipped = Math.max(-1, Math.min(1, value));
      expect(Math.abs(once.data[0] - clipped)).toBeLessThanOrEqual(1 / 255 + 1e-6);
      expect(quantise(once)).toEqual(once);
    }),
  );
});
