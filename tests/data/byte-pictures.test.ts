import { expect, test } from "vitest";
import { sliceRows, takeRows } from "../../lib/array";
import { bytePictures } from "../../lib/data/byte-pictures";

const bytes = Uint8Array.of(255, 0, 255, 255);
const pictures = (border: number) => bytePictures({ bytes, shape: [2, 1, 2], border, checksum: "a" });

const bordered = [
  [-1, -1, -1, -1, -1, 1, -1, -1, -1, -1, -1, -1],
  [-1, -1, -1, -1, -1, 1, 1, -1, -1, -1, -1, -1],
];

test("a border puts −1 around each picture, and none leaves it alone", () => {
  expect([...pictures(1).data]).toEqual(bordered.flat());
  expect(pictures(1).shape).toEqual([2, 3, 4, 1]);
  expect([...pictures(0).data]).toEqual([1, -1, 1, 1]);
  expect(pictures(0).shape).toEqual([2, 1, 2, 1]);
});

test("rows are decoded by themselves, in the order asked for", () => {
  const { shape, data } = takeRows(pictures(1), [1, 0, 1]);
  expect(shape).toEqual([3, 3, 4, 1]);
  expect([...data]).toEqual([...bordered[1], ...bordered[0], ...bordered[1]]);
  expect([...sliceRows(pictures(1), 1, 2).data]).toEqual(bordered[1]);
  expect(() => takeRows(pictures(1), [2])).toThrow("a row from 0 to 1");
});

test("all of them are decoded once, and only when asked for", () => {
  const array = pictures(1);
  expect(Object.keys(array)).not.toContain("data");
  expect(array.data).toBe(array.data);
});

test("what tells other bytes, borders and parts apart is among the entries", () => {
  const kept = [pictures(0), pictures(1)].map((array) => JSON.stringify(array));
  expect(new Set(kept).size).toBe(2);
});
