import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { attempt } from "../../lib/files/attempt";

it("gives what a function returns, and nothing where it throws", () => {
  expect(attempt(() => 3)).toBe(3);
  expect(attempt(() => readFileSync(`${import.meta.filename}.gone`))).toBeUndefined();
});
