import { expect, test } from "vitest";
import { decodeIdx } from "../../lib/data/idx";

const header = [0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3];

test("an IDX file gives its shape and bytes", () => {
  const { shape, data } = decodeIdx(Uint8Array.of(...header, 1, 2, 3, 4, 5, 255));
  expect(shape).toEqual([2, 3]);
  expect([...data]).toEqual([1, 2, 3, 4, 5, 255]);
});

test("other bytes are refused in words", () => {
  expect(() => decodeIdx(Uint8Array.of(31, 139, 8, 0, 0))).toThrow(
    /starts with the bytes 00 00 08.*1f 8b 08 00/,
  );
  expect(() => decodeIdx(Uint8Array.of(0, 0, 13, 1, 0, 0, 0, 1, 0))).toThrow(
    /starts with the bytes 00 00 08/,
  );
  expect(() => decodeIdx(new Uint8Array(0))).toThrow(/nothing/);
  expect(() => decodeIdx(Uint8Array.of(...header.slice(0, 7)))).toThrow(/header of 12 bytes.*7/);
  expect(() => decodeIdx(Uint8Array.of(...header, 1, 2, 3))).toThrow(/18 bytes for shape \[2, 3\].*15 bytes/);
});
