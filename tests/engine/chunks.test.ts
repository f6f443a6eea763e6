import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chunkRows, chunksOf, runInChunks } from "../../lib/engine/chunks";
import { rng } from "../../lib/random";

const count = fc.integer({ min: 0, max: 70 });
const most = fc.integer({ min: 1, max: 20 });

describe("chunks of rows", () => {
  it("cover all rows in order, in few sizes", () => {
    fc.assert(
      fc.property(count, most, (n, limit) => {
        const chunks = chunksOf(n, limit);
        let next = 0;
        for (const { start, count, size } of chunks) {
          expect(start).toBe(next);
          expect(count).toBeGreaterThan(0);
          expect(size).toBeGreaterThanOrEqual(count);
          expect(size).toBeLessThan(2 * count);
          if (size !== limit) {
            expect(size).toBeLessThan(limit);
            expect(Number.isInteger(Math.log2(size))).toBe(true);
          }
          next += count;
        }
        expect(next).toBe(n);
        expect(chunks.slice(0, -1).every((chunk) => chunk.count === limit && chunk.size === limit)).toBe(
          true,
        );
      }),
    );
  });

  it("share memory where whole, and else repeat the last row", () => {
    const data = Float32Array.from({ length: 10 }, (_, e) => e);
    const [whole, rest] = chunksOf(5, 2)
      .filter(({ start }) => start !== 2)
      .map((chunk) => chunkRows({ shape: [5, 2], data }, chunk));
    expect(whole).toEqual({ shape: [2, 2], data: Float32Array.of(0, 1, 2, 3) });
    expect(whole.data.buffer).toBe(data.buffer);
    expect(rest).toEqual({ shape: [1, 2], data: Float32Array.of(8, 9) });
    const padded = chunkRows({ shape: [5, 2], data }, { start: 2, count: 3, size: 4 });
    expect(padded).toEqual({ shape: [4, 2], data: Float32Array.of(4, 5, 6, 7, 8, 9, 8, 9) });
    expect(padded.data.buffer).not.toBe(data.buffer);
    const labels = chunkRows({ shape: [3], data: Int32Array.of(2, 0, 1) }, { start: 0, count: 3, size: 4 });
    expect(labels).toEqual({ shape: [4], data: Int32Array.of(2, 0, 1, 1) });
  });

  it("are joined again without the rows of padding, each output into the array of its name", async () => {
    await fc.assert(
      fc.asyncProperty(count, most, async (n, limit) => {
        const x = rng(n).normals([n, 3]);
        const values = { shape: x.shape, data: x.data as Float32Array };
        const sum = (data: Float32Array, i: number) => data[3 * i] + data[3 * i + 1] + data[3 * i + 2];
        const out = { same: new Float64Array(3 * n), sums: new Float32Array(n) };
        await runInChunks(
          chunksOf(n, limit),
          async (chunk) => {
            const same = chunkRows(values, chunk);
            const sums = Float32Array.from({ length: chunk.size }, (_, i) =>
              sum(same.data as Float32Array, i),
            );
            return { same, sums: { shape: [chunk.size], data: sums }, unused: same };
          },
          out,
        );
        expect(out.same).toEqual(Float64Array.from(x.data));
        expect(out.sums).toEqual(Float32Array.from({ length: n }, (_, i) => sum(values.data, i)));
      }),
      { numRuns: 50 },
    );
  });
});
