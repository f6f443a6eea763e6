import { describe, expect, it } from "vitest";
import { ndarray } from "../../../lib/array";
import { inChunks } from "../../../lib/metrics/features/chunks";

/** Of each sample [a, b] the vector [a + b, a − b], besides the numbers of rows that were run at once. */
function recorded() {
  const rows: number[] = [];
  return {
    rows,
    run: async ({
      shape: [n],
      data,
    }: {
      readonly shape: readonly number[];
      readonly data: ArrayLike<number>;
    }) => {
      rows.push(n);
      const pairs = Array.from({ length: n }, (_, i) => [data[2 * i], data[2 * i + 1]]);
      return { shape: [n, 2, 1], data: Float32Array.from(pairs.flatMap(([a, b]) => [a + b, a - b])) };
    },
  };
}
const samples = (n: number) =>
  ndarray(
    [n, 1, 2],
    Float32Array.from({ length: 2 * n }, (_, e) => e + 1),
  );
const wanted = (n: number) => Array.from({ length: n }, (_, i) => [4 * i + 3, -1]).flat();

describe("inChunks", () => {
  it.each([
    ["as many rows as samples", undefined, [3, 3, 1]],
    ["rows of a power of two", (count: number) => 2 ** Math.ceil(Math.log2(count)), [4, 4, 1]],
    ["a fixed number of rows", () => 5, [5, 5, 5]],
  ])("joins vectors in order, with %s", async (_, rows, sizes) => {
    const record = recorded();
    const { shape, data } = await inChunks(samples(7), { most: 3, ...(rows && { rows }) }, record.run);
    expect(shape).toEqual([7, 2]);
    expect([...data]).toEqual(wanted(7));
    expect(record.rows).toEqual(sizes);
  });

  it("runs nothing for no samples", async () => {
    const record = recorded();
    expect((await inChunks(samples(0), { most: 3, width: 2 }, record.run)).shape).toEqual([0, 2]);
    expect(record.rows).toEqual([]);
  });
});
