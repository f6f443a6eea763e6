import { describe, expect, it } from "vitest";
import { concatRows, ndarray, sliceRows } from "../../lib/array";
import { nearDuplicates, repeats } from "../../lib/data/near-duplicates";
import { rng } from "../../lib/random";

const noise = rng(1).normals([6, 32, 32, 3]);
/** The images with `amount` added to every value. */
const shifted = (amount: number) =>
  ndarray(
    noise.shape,
    noise.data.map((value) => value + amount),
  );

describe("nearDuplicates", () => {
  it("are within the error, of pixels averaged to 16×16", () => {
    const others = sliceRows(shifted(0.1), 2, 4); // an error of 0.01 from images 2 and 3
    expect(nearDuplicates(noise, others, { within: 0.0101 })).toEqual([
      false,
      false,
      true,
      true,
      false,
      false,
    ]);
    expect(nearDuplicates(noise, others, { within: 0.0099 })).toEqual(new Array(6).fill(false));
    // A checkerboard of pixels averages out.
    const checked = ndarray(
      noise.shape,
      noise.data.map((value, e) => value + ((Math.floor(e / 3) + Math.floor(e / 96)) % 2 ? 0.5 : -0.5)),
    );
    expect(nearDuplicates(checked, noise, { within: 1e-6 })).toEqual(new Array(6).fill(true));
    // One of squares of 4×4 pixels does so at 4×4 only.
    const coarse = ndarray(
      noise.shape,
      noise.data.map((value, e) => value + ((Math.floor(e / 12) + Math.floor(e / 384)) % 2 ? 0.5 : -0.5)),
    );
    expect(nearDuplicates(coarse, noise, { within: 0.2 })).toEqual(new Array(6).fill(false));
  });

  it("refuse images of other shapes or sizes, and no error", () => {
    const other = rng(2).normals([2, 24, 24, 3]);
    expect(() => nearDuplicates(noise, other, { within: 0.1 })).toThrow("[32, 32, 3]");
    expect(() => nearDuplicates(noise, noise, { within: 0 })).toThrow("above 0");
  });
});

it.each([
  [24, 24],
  [30, 50],
  [5, 7],
  [1, 1],
])("images of %i×%i pixels are compared, too", (h, w) => {
  const some = rng(3).normals([4, h, w, 3]);
  const moved = ndarray(
    some.shape,
    some.data.map((value, e) => value + (e < h * w * 6 ? 0.1 : 5)),
  );
  // A constant is kept by averaging: its square is the error.
  expect(nearDuplicates(moved, some, { within: 0.011 })).toEqual([true, true, false, false]);
  expect(nearDuplicates(moved, some, { within: 0.009 })).toEqual([false, false, false, false]);
});

it("repeats are near an earlier image, not a later one", () => {
  const images = concatRows([sliceRows(noise, 0, 3), sliceRows(shifted(0.1), 1, 3), sliceRows(noise, 3, 4)]);
  expect(repeats(images, { within: 0.0101 })).toEqual([false, false, false, true, true, false]);
  expect(repeats(images, { within: 0.0099 })).toEqual(new Array(6).fill(false));
});
