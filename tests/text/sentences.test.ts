import { expect, it } from "vitest";
import { sentences } from "../../lib/text/sentences";

it.each([
  [["mirror 1.5", "Root mean squared distance"], "mirror 1.5. Root mean squared distance"],
  [["Two panels.", " Seed 0. "], "Two panels. Seed 0."],
  [["Why?", "", "Seed 0"], "Why? Seed 0"],
  [["One"], "One"],
  [[], ""],
])("joins %j", (parts, joined) => {
  expect(sentences(parts)).toBe(joined);
});
