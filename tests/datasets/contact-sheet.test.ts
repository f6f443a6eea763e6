import { decode } from "fast-png";
import { expect, test } from "vitest";
import { COLUMNS, contactSheet, rowsOfCategories, rowsOfClasses } from "../../datasets/tools/contact-sheet";
import { ndarray } from "../../lib/array";

test("a sheet shows each image twice as large in its place, and black where there is none", () => {
  const images = ndarray([3, 1, 2, 1], [-1, 1, 0, 0, 1, -1]);
  const { width, height, channels, data } = decode(contactSheet(images, [[2, 0], [1]]));
  expect([width, height, channels]).toEqual([COLUMNS * 4, 4, 1]);
  const row = (y: number) => Array.from(data.subarray(y * width, (y + 1) * width));
  const first = [255, 255, 0, 0, 0, 0, 255, 255];
  const second = [128, 128, 128, 128];
  const filled = (values: number[]) => [...values, ...Array(width - values.length).fill(0)];
  expect([row(0), row(1), row(2), row(3)]).toEqual([first, first, second, second].map(filled));
});

test("each class has its first samples in a row", () => {
  expect(rowsOfClasses(Int32Array.of(1, 0, 1, 1), 3)).toEqual([[1], [0, 2, 3], []]);
  expect(rowsOfClasses(new Int32Array(40), 1)).toEqual([Array.from({ length: COLUMNS }, (_, i) => i)]);
});

test("each category has emoji that all styles drew, style by style", () => {
  const train = {
    names: ["cat", "dog", "cat", "sun", "dog", "sun"],
    categories: [0, 0, 0, 1, 0, 1],
    styles: [1, 0, 0, 0, 0, 1],
  };
  expect(rowsOfCategories(train, 2, 2)).toEqual([
    [2, 0, 1, 4],
    [3, 5],
  ]);
});
