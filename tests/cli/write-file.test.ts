import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { checkWritable, writeFile } from "../../lib/cli/write-file";

const folder = mkdtempSync(join(tmpdir(), "write-"));
afterAll(() => rmSync(folder, { recursive: true }));

it("writes a file, makes its folder, and leaves nothing else", () => {
  writeFile(join(folder, "a/b/file.txt"), "one");
  writeFile(join(folder, "a/b/file.txt"), "two");
  expect(readFileSync(join(folder, "a/b/file.txt"), "utf8")).toBe("two");
  expect(readdirSync(join(folder, "a/b"))).toEqual(["file.txt"]);
  checkWritable(join(folder, "c"));
  expect(readdirSync(join(folder, "c"))).toEqual([]);
});

it("says what is in the way, and what to do", () => {
  writeFileSync(join(folder, "plain"), "");
  expect(() => checkWritable(join(folder, "plain"))).toThrow(
    "a part of this path is a file, not a folder. Choose another folder with --out.",
  );
  expect(() => writeFile(join(folder, "plain/deep/file"), "")).toThrow("a part of this path is a file");
  mkdirSync(join(folder, "taken"));
  expect(() => writeFile(join(folder, "taken"), "")).toThrow(
    "there is a folder of that name. Choose another folder with --out.",
  );
});
