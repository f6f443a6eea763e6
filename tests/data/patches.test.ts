import { expect, test } from "vitest";
import { cutPatches, deviation, halved, type Picture, shrunk } from "../../lib/data/patches";

/** A picture whose red is the column, green the row and blue 7. */
const ramp = (width: number, height: number): Picture => ({
  width,
  height,
  rgb: Uint8Array.from({ length: width * height * 3 }, (_, i) => {
    const pixel = Math.floor(i / 3);
    return [pixel % width, Math.floor(pixel / width), 7][i % 3];
  }),
});

test("shrinking takes means of squares, and cuts off what is left over", () => {
  const { width, height, rgb } = shrunk(ramp(11, 6), 5);
  expect([width, height]).toEqual([2, 1]);
  expect([...rgb]).toEqual([2, 2, 7, 7, 2, 7]);
});

test("patches are squares on a grid, averaged where the scale is above 1", () => {
  const single = cutPatches(ramp(9, 4), 4, 1);
  expect(single).toHaveLength(2);
  expect([...single[1].subarray(0, 3)]).toEqual([4, 0, 7]);
  const double = cutPatches(ramp(12, 9), 4, 2);
  expect(double).toHaveLength(2);
  // Means of columns 4 and 5, rows 0 and 1, rounded upwards.
  expect([...double[1].subarray(0, 3)]).toEqual([5, 1, 7]);
});

test("deviation is that of the mean of the colours", () => {
  expect(deviation(Uint8Array.of(0, 0, 0, 255, 255, 255))).toBeCloseTo(1, 12);
  expect(deviation(Uint8Array.of(255, 0, 0, 0, 255, 0))).toBe(0);
});

test("images are halved one by one", () => {
  const rgb = Uint8Array.from({ length: 24 }, (_, i) => (i < 12 ? 10 : 20));
  expect([...halved(rgb, 2)]).toEqual([10, 10, 10, 20, 20, 20]);
});
