import type { Floats, NdArray } from "../array";

/** An array that isn't in memory, and how to get at it. */
export interface RowsOnDemand {
  readonly shape: readonly number[];
  /** The samples numbered so; see `NdArray.read`. */
  readonly read: (rows: ArrayLike<number>) => NdArray;
  /** Equal for equal numbers: what stands for them where data are told apart. */
  readonly checksum: string;
  /** All numbers, kept once they were asked for; or an error, where there are too many of them. */
  readonly all: () => Floats;
}

/** An array whose rows are read as they are asked for. */
export function rowsOnDemand({ shape, read, checksum, all }: RowsOnDemand): NdArray {
  const array = { shape: Object.freeze([...shape]), read, checksum };
  let data: Floats | undefined;
  // Not among its entries, so that copying or digesting it reads nothing.
  Object.defineProperty(array, "data", {
    get() {
      data ??= all();
      return data;
    },
  });
  return Object.freeze(array) as unknown as NdArray;
}
