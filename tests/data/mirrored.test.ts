import { describe, expect, it } from "vitest";
import { mirrored, ndarray } from "../../lib";

const x = ndarray([1, 2, 3, 2], Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12));

describe("mirrored", () => {
  it("appends each image with left and right exchanged, channels and labels kept", () => {
    const { x: both, labels } = mirrored({ x, labels: Int32Array.of(3) });
    expect(both.shape).toEqual([2, 2, 3, 2]);
    expect([...both.data.slice(0, 12)]).toEqual([...x.data]);
    expect([...both.data.slice(12)]).toEqual([5, 6, 3, 4, 1, 2, 11, 12, 9, 10, 7, 8]);
    expect([...(labels as Int32Array)]).toEqual([3, 3]);
  });

  it("gives the same images back when done twice", () => {
    const once = mirrored({ x }).x.data.slice(12) as Float32Array;
    const twice = mirrored({ x: ndarray(x.shape, once) }).x.data.slice(12);
    expect([...twice]).toEqual([...x.data]);
  });

  it("refuses points, and parts that would have to be mirrored too", () => {
    expect(() => mirrored({ x: ndarray([2, 3], new Float32Array(6)) })).toThrow(
      "images [n, h, w, c] to mirror",
    );
    expect(() => mirrored({ x, x0: x })).toThrow("some with x0");
  });
});
