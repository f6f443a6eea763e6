import { assertShape, type NdArray } from "../array";

/**
 * How many neighbouring elements of `x` share one element of the mask `keep`: the number of channels for
 * `[n, ..., 1]`, 1 for a mask of x's shape.
 * @throws when the mask fits neither way.
 */
export function keepSpan(keep: NdArray, x: NdArray): number {
  const channels = x.shape[x.shape.length - 1];
  if (keep.shape[keep.shape.length - 1] === channels) {
    assertShape(keep, x.shape, "a mask");
    return 1;
  }
  assertShape(keep, [...x.shape.slice(0, -1), 1], "a mask");
  return channels;
}

/** 1 for every coordinate of `x` that the mask keeps, 0 for the hole. */
export function knownCoordinates(keep: NdArray, x: NdArray): Uint8Array {
  const span = keepSpan(keep, x);
  return Uint8Array.from({ length: x.data.length }, (_, e) =>
    keep.data[Math.floor(e / span)] === 1 ? 1 : 0,
  );
}
