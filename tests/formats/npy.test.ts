import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { decodeNpy, decodeNpz, encodeNpy, loadNpy, loadNpz, saveNpy, saveNpz } from "../../lib/formats";
import { decodeIdxArray } from "../../lib/formats/idx";
import { readZip, writeZip } from "../../lib/formats/zip";

const folder = mkdtempSync(join(tmpdir(), "npy "));
afterAll(() => rmSync(folder, { recursive: true }));

const array = { shape: [2, 3], data: Float32Array.of(1, -2.5, 3, Number.NaN, 0, 1e-40) };

describe("npy", () => {
  it.each([
    [Float32Array.of(1.5, -0, Number.NaN, Number.POSITIVE_INFINITY)],
    [Float64Array.of(Math.PI, -1e300)],
    [Uint8Array.of(0, 255)],
    [Int8Array.of(-128, 127)],
    [Uint16Array.of(0, 65535)],
    [Int16Array.of(-32768, 5)],
    [Uint32Array.of(2 ** 32 - 1)],
    [Int32Array.of(-(2 ** 31))],
  ])("gives back %o", (data) => {
    for (const shape of [[data.length], [data.length, 1], [1, 1, data.length]]) {
      expect(decodeNpy(encodeNpy({ shape, data }))).toEqual({ shape, data });
    }
    expect(decodeNpy(encodeNpy({ shape: [], data: data.subarray(0, 1) })).shape).toEqual([]);
  });

  it.each([
    [Uint8ClampedArray.of(1, 2), "a Uint8ClampedArray"],
    [BigInt64Array.of(1n, 2n), "a BigInt64Array"],
    [[1, 2], "an Array"],
    [undefined, "undefined"],
  ])("says what it can't write: %o", (data, kind) => {
    const given = { shape: [2], data } as never;
    expect(() => encodeNpy(given)).toThrow(/Expected an array to be { shape, data } .* or Float64Array/);
    expect(() => encodeNpy(given)).toThrow(`received ${kind}. Convert it first`);
    expect(() => encodeNpy({ data: Float32Array.of(1) } as never)).toThrow("received undefined as shape");
  });

  it("is written as NumPy writes it: a header that ends at a multiple of 64", () => {
    const bytes = Buffer.from(encodeNpy(array));
    const text = bytes.toString("latin1");
    expect(
      text.startsWith("\x93NUMPY\x01\x00\x76\x00{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }"),
    ).toBe(true);
    expect([bytes.length, text[127]]).toEqual([128 + 24, "\n"]);
  });

  /** A file with this header and these bytes. */
  const file = (
    descr: string,
    bytes: number[],
    { order = "False", shape = `(${bytes.length},)`, major = 1 } = {},
  ) => {
    const header = `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': ${shape}, }\n`;
    const length = major === 1 ? [header.length, 0] : [header.length, 0, 0, 0];
    return Buffer.concat([
      Buffer.from([0x93, ..."NUMPY".split("").map((c) => c.charCodeAt(0)), major, 0, ...length]),
      Buffer.from(header),
      Buffer.from(bytes),
    ]);
  };

  it("is read in other orders, formats and versions", () => {
    expect(decodeNpy(file(">i2", [1, 2, 255, 254], { shape: "(2,)" })).data).toEqual(Int16Array.of(258, -2));
    expect(decodeNpy(file("|b1", [0, 1, 2])).data).toEqual(Uint8Array.of(0, 1, 1));
    expect(decodeNpy(file("<f2", [0, 0x3c, 1, 0, 0, 0xfc], { shape: "(3,)" })).data).toEqual(
      Float32Array.of(1, 2 ** -24, Number.NEGATIVE_INFINITY),
    );
    const long = [1, 0, 0, 0, 0, 0, 0, 0, ...Array(8).fill(255)];
    expect(decodeNpy(file("<i8", long, { shape: "(2,)", major: 2 })).data).toEqual(Float64Array.of(1, -1));
    // Columns first: 1 2 | 3 4 | 5 6.
    expect(decodeNpy(file("|u1", [1, 2, 3, 4, 5, 6], { order: "True", shape: "(2, 3)" })).data).toEqual(
      Uint8Array.of(1, 3, 5, 2, 4, 6),
    );
  });

  it.each([
    [file("|O", [1]), "names no plain array of numbers"],
    [file("<c8", Array(8).fill(0), { shape: "(1,)" }), "it holds c8"],
    [file("<U3", Array(12).fill(0), { shape: "(1,)" }), "it holds U3"],
    [file("<u8", Array(8).fill(255), { shape: "(1,)" }), "18446744073709551615, which is beyond 2⁵³"],
    [file("|u1", [1, 2], { shape: "(3,)" }), "takes 3 bytes, and it has 2"],
    [file("|u1", [1, 2], { shape: "(1,)" }), "takes 1 bytes, and it has 2"],
    [file("|u1", []).subarray(0, 30), "cut off in its header"],
    [Buffer.from("\x93NUMPY\x01\0\0", "latin1"), "it doesn't start as one"],
    [Buffer.from("hello, world"), "it doesn't start as one"],
  ])("that can't be read is refused in one sentence", (bytes, message) => {
    expect(() => decodeNpy(bytes, '"a.npy"')).toThrow(`Can't read "a.npy" as a NumPy array: `);
    expect(() => decodeNpy(bytes)).toThrow(message);
  });

  it("refuses a shape that isn't the data's, and a file that isn't there", () => {
    expect(() => encodeNpy({ shape: [4], data: array.data })).toThrow("can't hold 6 numbers");
    expect(() => loadNpy(join(folder, "none.npy"))).toThrow(/Can't read ".*none.npy": ENOENT/);
  });
});

describe("npz", () => {
  it("gives back its arrays, and says which is damaged", () => {
    const path = join(folder, "a.npz");
    saveNpz(path, { x: array, "y/z": { shape: [2], data: Int32Array.of(5, 6) } });
    expect(loadNpz(path)).toEqual({ x: array, "y/z": { shape: [2], data: Int32Array.of(5, 6) } });
    const bytes = readFileSync(path);
    bytes[60] ^= 1;
    expect(() => decodeNpz(bytes)).toThrow(/"x.npy" is damaged|damaged or cut off/);
    expect(() => decodeNpz(readFileSync(path).subarray(0, 100))).toThrow("it is none, or cut off");
  });

  it("of any files are a ZIP archive, and no damage passes", () => {
    const inside = fc.string().map((name) => `in${name.replaceAll("..", "")}`);
    fc.assert(
      fc.property(fc.dictionary(inside, fc.uint8Array()), fc.nat(), (files, at) => {
        const given = new Map(Object.entries(files));
        const zip = Buffer.from(writeZip(given));
        const read = readZip(zip, "it");
        expect([...read.keys()]).toEqual([...given.keys()]);
        for (const [name, data] of read) expect(Buffer.from(data).equals(given.get(name)!)).toBe(true);
        zip[at % zip.length] ^= 4;
        try {
          for (const [name, data] of readZip(zip, "it")) {
            if (given.has(name)) expect(Buffer.from(data).equals(given.get(name)!)).toBe(true);
          }
        } catch (error) {
          expect((error as Error).message).toMatch(/^Can't read it as a ZIP archive: [^\n]*\.$/);
        }
      }),
    );
  });
});

it("idx files of all formats are read, and others refused", () => {
  const idx = (type: number, lengths: number[], bytes: number[]) =>
    Uint8Array.from([
      0,
      0,
      type,
      lengths.length,
      ...lengths.flatMap((length) => [0, 0, 0, length]),
      ...bytes,
    ]);
  expect(decodeIdxArray(idx(8, [1, 2], [7, 9]), "a")).toEqual({ shape: [1, 2], data: Uint8Array.of(7, 9) });
  expect(decodeIdxArray(idx(11, [1], [1, 0]), "a").data).toEqual(Int16Array.of(256));
  expect(decodeIdxArray(idx(13, [1], [0x3f, 0x80, 0, 0]), "a").data).toEqual(Float32Array.of(1));
  expect(() => decodeIdxArray(idx(10, [1], [1]), "a")).toThrow("an IDX file in a");
  expect(() => decodeIdxArray(idx(8, [3], [1, 2]), "a")).toThrow(
    "11 bytes for shape [3] in a, but received 10",
  );
  expect(() => decodeIdxArray(idx(8, [3], []).subarray(0, 6), "a")).toThrow("a header of 8 bytes");
});

const python = spawnSync("python3", ["-c", "import numpy"]).status === 0;

describe.runIf(python)("with NumPy", () => {
  const run = (code: string) => execFileSync("python3", ["-c", code], { cwd: folder, encoding: "utf8" });

  it("arrays go there unchanged", () => {
    saveNpy(join(folder, "there.npy"), array);
    saveNpz(join(folder, "there.npz"), { x: array, n: { shape: [1], data: Int32Array.of(7) } });
    expect(
      run(
        "import numpy as n; a = n.load('there.npy'); z = n.load('there.npz'); " +
          "print(a.shape, a.dtype, a.tobytes().hex(), (z['x'].tobytes() == a.tobytes()), z['n'])",
      ).trim(),
    ).toBe(`(2, 3) float32 ${Buffer.from(array.data.buffer).toString("hex")} True [7]`);
  });

  it("and come back", () => {
    run(
      [
        "import numpy as n",
        "x = n.arange(6, dtype='>f8').reshape(2, 3) / 7",
        "n.save('back.npy', n.asfortranarray(x))",
        "n.savez('back.npz', x=x, h=x.astype('float16'), i=n.arange(3))",
        "n.savez_compressed('packed.npz', b=x > 0.3)",
        "n.save('objects.npy', n.array([{}], dtype=object), allow_pickle=True)",
      ].join("\n"),
    );
    const x = { shape: [2, 3], data: Float64Array.from({ length: 6 }, (_, k) => k / 7) };
    expect(loadNpy(join(folder, "back.npy"))).toEqual(x);
    const { x: same, h, i } = loadNpz(join(folder, "back.npz"));
    expect([same, i.data]).toEqual([x, Float64Array.of(0, 1, 2)]);
    h.data.forEach((value, k) => {
      expect(Math.abs(value - k / 7)).toBeLessThan(2 ** -11);
    });
    expect(loadNpz(join(folder, "packed.npz"))["b"].data).toEqual(Uint8Array.of(0, 0, 0, 1, 1, 1));
    expect(() => loadNpy(join(folder, "objects.npy"))).toThrow("objects and records aren't read");
  });
});
