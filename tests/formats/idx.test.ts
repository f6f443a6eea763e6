import { expect, test } from "vitest";
import { decodeIdxArray, decodeIdxBytes } from "../../lib/formats/idx";

const header = [0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3];

test("an IDX file gives its shape and bytes", () => {
  const { shape, data } = decodeIdxBytes(Uint8Array.of(...header, 1, 2, 3, 4, 5, 255), "a");
  expect(shape).toEqual([2, 3]);
  expect([...data]).toEqual([1, 2, 3, 4, 5, 255]);
});

test("other bytes are refused in words", () => {
  expect(() => decodeIdxBytes(Uint8Array.of(31, 139, 8, 0, 0), "a")).toThrow(
    "an IDX file in a, but received one that starts with the bytes 1f 8b 08 00",
  );
  expect(() => decodeIdxBytes(new Uint8Array(0), "a")).toThrow("an IDX file in a, but received nothing");
  expect(() => decodeIdxBytes(Uint8Array.of(...header.slice(0, 7)), "a")).toThrow(/header of 12 bytes.*7/);
  expect(() => decodeIdxBytes(Uint8Array.of(...header, 1, 2, 3), "a")).toThrow(
    /18 bytes for shape \[2, 3\].*15/,
  );
});

test("other numbers are decoded where they may be, and refused where bytes are needed", () => {
  const float = Uint8Array.of(0, 0, 13, 1, 0, 0, 0, 1, 0x3f, 0x80, 0, 0);
  expect(decodeIdxArray(float, "a").data).toEqual(Float32Array.of(1));
  expect(() => decodeIdxBytes(float, "a")).toThrow("unsigned bytes in a, but received numbers of 32 bits");
});
