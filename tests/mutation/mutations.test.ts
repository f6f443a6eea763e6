import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, it } from "vitest";
import { mutations } from "./mutations";

// The mutations themselves take an hour: `npm run mutate`. Here: that each still has its place.

const root = resolve(__dirname, "../..");

it("each names a text that its file holds exactly once, and tests that there are", () => {
  const stale = mutations.filter(({ file, text, tests }) => {
    const parts = existsSync(join(root, file)) ? readFileSync(join(root, file), "utf8").split(text) : [];
    return parts.length !== 2 || !tests.every((test) => existsSync(join(root, test)));
  });
  expect(stale.map(({ name, file }) => `${file}: ${name}`)).toEqual([]);
});
