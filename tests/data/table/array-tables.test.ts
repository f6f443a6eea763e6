import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { table } from "../../../lib/data";
import { encodeNpy, saveNpy, saveNpz } from "../../../lib/formats";
import { writeZip } from "../../../lib/formats/zip";

// Tables in the files of NumPy: rows of numbers, without names of columns.

const folder = mkdtempSync(join(tmpdir(), "array tables "));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string) => join(folder, name);

const n = 12;
const x = {
  shape: [n, 3],
  data: Float64Array.from({ length: 3 * n }, (_, e) => (e === 4 ? Number.NaN : e * e)),
};
const y = { shape: [n], data: Int32Array.from({ length: n }, (_, k) => k % 4) };

/** All rows as they come back, in the file's order. */
async function rowsOf(path: string) {
  const { train, test, decode, columns } = await table(path);
  const rows = [train, test].flatMap((part) => {
    const decoded = decode(part.x);
    return Array.from(part.rows, (row, i) => ({ row, ...decoded[i] }));
  });
  return { names: columns.map(({ name }) => name), rows: rows.sort((a, b) => a.row - b.row) };
}

describe("a table of arrays", () => {
  it("has a column for each number of a row, whose gaps are NaN", async () => {
    saveNpy(at("x.npy"), x);
    writeFileSync(at("x.npy.gz"), gzipSync(encodeNpy(x)));
    const { names, rows } = await rowsOf(at("x.npy"));
    expect(names).toEqual(["x1", "x2", "x3"]);
    rows.forEach((row, i) => {
      for (const k of [0, 1, 2]) {
        const wanted = (3 * i + k) ** 2;
        const value = (row as unknown as Record<string, number | null>)[`x${k + 1}`];
        if (3 * i + k === 4) expect(value).toBeNull();
        else expect(Math.abs((value as number) - wanted)).toBeLessThan(1e-3);
      }
    });
    expect((await rowsOf(at("x.npy.gz"))).rows).toEqual(rows);
  });

  it("joins the arrays of an archive, or takes the one that is named", async () => {
    saveNpz(at("both.npz"), { x, y });
    expect((await rowsOf(at("both.npz"))).names).toEqual(["x1", "x2", "x3", "y"]);
    expect((await rowsOf(`${at("both.npz")}:x`)).names).toEqual(["x1", "x2", "x3"]);
    saveNpy(at("y.npy"), y);
    expect((await rowsOf(at("y.npy"))).names).toEqual(["x"]);
  });

  it.each([
    [
      "images",
      () => saveNpy(at("a.npz"), { shape: [4, 2, 2], data: new Float32Array(16) }),
      "Images are read by",
    ],
    [
      "arrays of other lengths",
      () => saveNpz(at("a.npz"), { x, y: { shape: [3], data: new Float32Array(3) } }),
      "Expected 12 rows in the array y",
    ],
    ["the same name twice", () => saveNpz(at("a.npz"), { x, x1: y }), "x1 twice"],
    [
      "no arrays",
      () => writeFileSync(at("a.npz"), writeZip(new Map([["a.txt", Buffer.from("a")]]))),
      "a spreadsheet or an archive",
    ],
    [
      "infinite numbers",
      () => saveNpy(at("a.npz"), { shape: [3], data: Float32Array.of(1, Number.POSITIVE_INFINITY, 2) }),
      "Infinity in row 2",
    ],
  ])("refuses %s", async (_, write, message) => {
    write();
    await expect(table(at("a.npz"))).rejects.toThrow(message);
  });
});
