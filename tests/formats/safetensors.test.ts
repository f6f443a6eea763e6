import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { decodeSafetensors, encodeSafetensors, loadSafetensors, saveSafetensors } from "../../lib/formats";

const folder = mkdtempSync(join(tmpdir(), "safetensors "));
afterAll(() => rmSync(folder, { recursive: true }));

const floats = (...values: number[]) => ({ shape: [values.length], data: Float32Array.of(...values) });

/** A file made byte by byte, as the format's description has it. */
function byHand(header: string, data: number[], length = header.length): Uint8Array {
  const text = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + text.length + data.length);
  bytes[0] = length & 255;
  bytes[1] = length >> 8;
  bytes.set(text, 8);
  bytes.set(data, 8 + text.length);
  return bytes;
}

describe("safetensors", () => {
  it("writes the bytes of the format", () => {
    const bytes = encodeSafetensors(
      { w: { shape: [1, 2], data: Float32Array.of(1, -2) }, k: { shape: [], data: Int32Array.of(258) } },
      { metadata: { a: "b" } },
    );
    const text = new TextDecoder().decode(bytes.subarray(8, 8 + bytes[0] + 256 * bytes[1]));
    expect(text.length % 8).toBe(0);
    expect(JSON.parse(text)).toEqual({
      __metadata__: { a: "b" },
      w: { dtype: "F32", shape: [1, 2], data_offsets: [0, 8] },
      k: { dtype: "I32", shape: [], data_offsets: [8, 12] },
    });
    expect([...bytes.subarray(2, 8)]).toEqual([0, 0, 0, 0, 0, 0]);
    expect([...bytes.subarray(8 + text.length)]).toEqual([0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0, 2, 1, 0, 0]);
  });

  it("reads bytes made by hand, in any order of the arrays", () => {
    const b = '"b":{"dtype":"F16","shape":[3],"data_offsets":[4,10]}';
    const header = `{${b},"a":{"dtype":"I32","shape":[1],"data_offsets":[0,4]}}`;
    const { tensors } = decodeSafetensors(byHand(header, [7, 0, 0, 0, 0, 0x3c, 1, 0, 0, 0xfc]));
    expect(tensors.a.data).toEqual(Int32Array.of(7));
    expect(tensors.b.data).toEqual(Float32Array.of(1, 2 ** -24, Number.NEGATIVE_INFINITY));
  });

  it("returns every bit that was written", () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.string({ minLength: 1 }).filter((name) => name !== "__metadata__" && name !== "__proto__"),
          fc.oneof(fc.float32Array(), fc.int32Array()),
        ),
        fc.dictionary(fc.constantFrom("x", "y", "é"), fc.string()),
        (arrays, metadata) => {
          const tensors = Object.fromEntries(
            Object.entries(arrays).map(([name, data]) => [name, { shape: [data.length], data }]),
          );
          const again = decodeSafetensors(encodeSafetensors(tensors, { metadata }));
          expect({ ...again.metadata }).toEqual({ ...metadata });
          expect(Object.keys(again.tensors).sort()).toEqual(Object.keys(tensors).sort());
          for (const name of Object.keys(tensors)) expect(again.tensors[name]).toEqual(tensors[name]);
        },
      ),
      { numRuns: 50 },
    );
  });

  it("halves the size as F16, to the nearest number of 11 bits", () => {
    const through = (...values: number[]) =>
      decodeSafetensors(encodeSafetensors({ x: floats(...values) }, { floats: "F16" })).tensors.x.data;
    expect(through(0, -0, 1, -1.5, 65504, 2 ** -14, 2 ** -24)).toEqual(
      Float32Array.of(0, -0, 1, -1.5, 65504, 2 ** -14, 2 ** -24),
    );
    // Ties go to the even neighbour; above the greatest number lies infinity; below half the least, zero.
    expect(through(1 + 2 ** -11, 1 + 3 * 2 ** -11, 65520, 2 ** -25, Number.NaN)).toEqual(
      Float32Array.of(1, 1 + 2 ** -9, Number.POSITIVE_INFINITY, 0, Number.NaN),
    );
    fc.assert(
      fc.property(fc.double({ min: 2 ** -14, max: 65000, noNaN: true }), (value) => {
        const [half] = through(value);
        expect(Math.abs(half / Math.fround(value) - 1)).toBeLessThanOrEqual(2 ** -11);
      }),
    );
  });

  it("says what is wrong with a file", () => {
    const good = encodeSafetensors({ w: floats(1, 2, 3) });
    const entry = (dtype: string, shape: string, offsets: string) =>
      `{"w":{"dtype":"${dtype}","shape":${shape},"data_offsets":${offsets}}}`;
    const cases: [Uint8Array, RegExp][] = [
      [good.subarray(0, 5), /has 5 bytes, too few/],
      [good.subarray(0, 20), /ends within its header/],
      [good.subarray(0, good.length - 1), /cut off: array "w"/],
      [new TextEncoder().encode("<!doctype html><html></html>"), /doesn't start with the length of a header/],
      [byHand("not JSON", []), /header isn't a JSON object/],
      [byHand("[1,2,3]", []), /header isn't a JSON object/],
      [byHand('{"w":7}', []), /entry "w" has no shape/],
      [byHand(entry("F64", "[1]", "[0,8]"), new Array(8).fill(0)), /format F64, and only F32, F16 and I32/],
      [byHand(entry("F32", "[2]", "[0,4]"), new Array(4).fill(0)), /shape \[2\] has 4 bytes/],
      [byHand(entry("F32", "[1]", "[0,4]"), new Array(8).fill(0)), /arrays have 4 bytes/],
    ];
    for (const [bytes, message] of cases)
      expect(() => decodeSafetensors(bytes, "x.safetensors")).toThrow(message);
    expect(() => decodeSafetensors(good.subarray(0, 5), "x.safetensors")).toThrow(
      /Can't read x\.safetensors/,
    );
  });

  it("has no arrays that overlap or leave a hole, no odd names, and texts as metadata", () => {
    const file = (header: string, room: number) => {
      const bytes = new Uint8Array(8 + header.length + room);
      new DataView(bytes.buffer).setBigUint64(0, BigInt(header.length), true);
      bytes.set(Buffer.from(header), 8);
      return () => decodeSafetensors(bytes, "f");
    };
    const array = (name: string, ...offsets: number[]) =>
      `"${name}":{"dtype":"F32","shape":[2],"data_offsets":[${offsets.join()}]}`;
    const header = (...entries: string[]) => `{${entries.join()}}`;
    expect(Object.keys(file(header(array("b", 8, 16), array("a", 0, 8)), 16)().tensors)).toEqual(["b", "a"]);
    for (const entries of [
      [array("a", 0, 8), array("b", 4, 12)],
      [array("a", 0, 8), array("b", 12, 20)],
      [array("a", 4, 12)],
      [array("a", 0, 8), array("a", 8, 16)],
      [array("a", 0, 8), array("b", 0, 8)],
    ]) {
      expect(file(header(...entries), 16), entries.join()).toThrow(/Can't read f as a safetensors file: /);
    }
    expect(file(header(array("a", 0, 8, 5)), 8)).toThrow('its entry "a" has no shape or no offsets');
    expect(file(header(array("__proto__", 0, 8)), 8)).toThrow('no array can be named "__proto__"');
    for (const metadata of ['{"a":5}', "[1]", "null", '"x"', '{"a":null}']) {
      expect(file(`{"__metadata__":${metadata},${array("a", 0, 8)}}`, 8)).toThrow("a record of texts");
    }
  });

  it("writes nothing that it could not read", () => {
    const encode = (data: unknown, options: object = {}, name = "a") =>
      encodeSafetensors({ [name]: { shape: [2], data } } as never, options);
    for (const [data, kind] of [
      [Float64Array.of(1, 2), "a Float64Array"],
      [Uint8Array.of(1, 2), "a Uint8Array"],
      [[1, 2], "an Array"],
      [undefined, "undefined"],
    ] as const) {
      expect(() => encode(data), kind).toThrow(
        `Expected array "a" as a Float32Array or an Int32Array, but received ${kind}.`,
      );
    }
    const data = Float32Array.of(1, 2);
    expect(() => encode(data, { floats: "BF16" })).toThrow("one of F32, F16 as a format of floats");
    expect(() => encode(data, { metadata: { step: 5 } })).toThrow("metadata that is a record of texts");
    expect(() => encode(data, {}, ["__proto__"] as never)).toThrow('No array can be named "__proto__"');
  });

  it("replaces a file as a whole, and leaves nothing else behind", () => {
    const path = join(folder, "deep er", "x.safetensors");
    saveSafetensors(path, { w: floats(1) });
    saveSafetensors(path, { w: floats(2) }, { metadata: { n: "2" } });
    expect(loadSafetensors(path).tensors.w.data).toEqual(Float32Array.of(2));
    expect(readdirSync(join(folder, "deep er"))).toEqual(["x.safetensors"]);
    expect(readFileSync(path).length).toBe(
      encodeSafetensors({ w: floats(2) }, { metadata: { n: "2" } }).length,
    );
  });

  it("names a path that can't be read or written", () => {
    expect(() => loadSafetensors(join(folder, "none.safetensors"))).toThrow(
      /Can't read .*none\.safetensors.*ENOENT/,
    );
    const file = join(folder, "file");
    writeFileSync(file, "");
    expect(() => saveSafetensors(join(file, "x.safetensors"), { w: floats(1) })).toThrow(/Can't write/);
  });
});
