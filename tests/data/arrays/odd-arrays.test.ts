import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { arrays } from "../../../lib/data";
import { oddArrays } from "./odd-arrays";

// What becomes of files of arrays as people have them: each is used, as the shape of its samples for training
// says, or refused in one sentence.

const folder = mkdtempSync(join(tmpdir(), "odd arrays "));
afterAll(() => rmSync(folder, { recursive: true }));

const noPlain = /its header names no plain array of numbers \(objects and records aren't read\)\.$/;
const unknown =
  /^Expected a \.npy, \.npz or IDX file as x, but received FILE, which is none by its content\.$/;
const lengths = /its shape \[6, 2\] takes 48 bytes, and it has \d+\.$/;

const outcomes: Readonly<Record<string, string | RegExp>> = {
  npy: "5,2",
  "npy of version 2": "5,2",
  "npy of version 3": "5,2",
  "npy of version 9": /of version 9 of that format, which isn't known\.$/,
  "npy, big-endian": "5,2",
  "npy in Fortran's order": "5,2",
  "npy of objects": noPlain,
  "npy of records": noPlain,
  "npy of texts": /it holds U4, not numbers/,
  "npy of bytes as texts": /it holds S4, not numbers/,
  "npy of dates": noPlain,
  "npy of complex numbers": /it holds c8, not numbers/,
  "npy of long doubles": /it holds f16, not numbers/,
  "npy of half floats": "5,2",
  "npy of booleans": "5,2",
  "npy of whole numbers beyond 2⁵³": /beyond 2⁵³ and can't be kept exactly\.$/,
  "npy without rows": "Expected samples in x, but received none.",
  "npy without columns": "Expected numbers in each sample of x, but received none, of shape [6, 0].",
  "npy of one number": /^Expected x of shape \[n\], .* but received \[\]\.$/,
  "npy of six axes": /^Expected x of shape \[n\], .* but received \[6, 1, 1, 1, 1, 2\]\.$/,
  "npy of a huge shape": /takes \d+ bytes, and it has 48\.$/,
  "npy of a negative shape": noPlain,
  "npy cut off": lengths,
  "npy cut in its header": /it is cut off in its header\.$/,
  "npy cut in its signature": unknown,
  "npy with bytes after its end": lengths,
  "npy with Infinity": "Expected finite numbers in x, but received Infinity at place 0.",
  "npy, empty": unknown,
  "npy called npz": "5,2",
  "npz called npy": "5,2",
  "npz, compressed": "5,2",
  "npz, encrypted": /"x\.npy" is encrypted\.$/,
  "npz by another method": /"x\.npy" is compressed in a way that isn't read\.$/,
  "npz with a wrong checksum": /"a\.npy" is damaged\.$/,
  "npz cut off": /it is none, or cut off\.$/,
  "npz without arrays": "Expected arrays in FILE, but received an archive without any .npy file.",
  "npz with a path for a name": /the path ".*x\.npy" leads out of it\.$/,
  "npz without anything": /it is damaged or cut off\.$/,
  "gzip of npy": "5,2",
  "gzip cut off": /^Can't read FILE: it is compressed and damaged/,
  idx: "5,2,2,1",
  "idx of floats": "5,2",
  "idx of an unknown type":
    /^Expected an IDX file in FILE, but received one that starts with the bytes 00 00 0f 02\.$/,
  "idx cut off": "Expected 40 bytes for shape [6, 2, 2] in FILE, but received 36.",
  "idx with bytes after its end": "Expected 40 bytes for shape [6, 2, 2] in FILE, but received 46.",
  "idx without axes": /^Expected 5 bytes for shape \[\] in FILE/,
  "a pickle": unknown,
  HDF5: unknown,
  MATLAB: unknown,
  CSV: unknown,
};

const load = async (what: string) => {
  const [, name, content] = oddArrays.find(([each]) => each === what)!;
  const file = join(folder, name);
  writeFileSync(file, content);
  return arrays(file, { split: { test: 0.2 } }).catch((error: Error) => {
    error.message = error.message.replaceAll(`"${file}"`, "FILE");
    throw error;
  });
};

describe("an odd file of arrays is used, or refused in one sentence", () => {
  it("is of a kind whose end is known, and all are tried", () => {
    expect(oddArrays.map(([what]) => what)).toEqual(Object.keys(outcomes));
  });

  it.each(Object.entries(outcomes))("%s", async (what, wanted) => {
    const outcome = await load(what).then(
      ({ train }) => `${train.x.shape}`,
      (error: Error) => {
        expect(error.name).toBe("UsageError");
        expect(error.message).not.toContain("\n");
        return error.message;
      },
    );
    if (typeof wanted === "string") expect(outcome).toBe(wanted);
    else expect(outcome).toMatch(wanted);
  });

  it.each(["npy", "npy of version 2", "npy, big-endian", "npz, compressed", "gzip of npy", "idx of floats"])(
    "%s has its own numbers, 0 to 11",
    async (what) => {
      const { train, test } = await load(what);
      const rows = [train, test].flatMap(({ x }) =>
        Array.from({ length: x.shape[0] }, (_, i) => [...x.data.slice(2 * i, 2 * i + 2)]),
      );
      expect(rows.sort(([a], [b]) => a - b)).toEqual([0, 2, 4, 6, 8, 10].map((k) => [k, k + 1]));
    },
  );

  it("Fortran's order has the first axis run fastest", async () => {
    const { train, test } = await load("npy in Fortran's order");
    const rows = [train, test].flatMap(({ x }) =>
      Array.from({ length: x.shape[0] }, (_, i) => [...x.data.slice(2 * i, 2 * i + 2)]),
    );
    expect(rows.sort(([a], [b]) => a - b)).toEqual([0, 1, 2, 3, 4, 5].map((k) => [k, k + 6]));
  });
});
