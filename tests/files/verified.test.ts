import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { sha256 } from "../../lib/files/sha256";
import { readVerified } from "../../lib/files/verified";

const folder = mkdtempSync(join(tmpdir(), "some files "));
afterAll(() => rmSync(folder, { recursive: true }));

// The digest of "abc" as the standard (FIPS 180-2) gives it.
const ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
const read = (name: string) =>
  readVerified({ what: "sample", folder, files: { [name]: { bytes: 3, sha256: ABC } }, restore: "npm ci" });

test("a file as it should be is read", async () => {
  writeFileSync(join(folder, "good"), "abc");
  expect((await read("good")).good.toString()).toBe("abc");
});

test("a missing file is named, with what was expected and the command that restores it", async () => {
  const path = join(folder, "absent");
  await expect(read("absent")).rejects.toThrow(
    `Expected the sample file "${path}" of 3 bytes with SHA-256 ${ABC}, ` +
      "but it is missing. To restore it: npm ci",
  );
});

test("a file cut short and one with other content are told apart", async () => {
  writeFileSync(join(folder, "short"), "ab");
  await expect(read("short")).rejects.toThrow(
    /short" of 3 bytes .* but it has 2 bytes\. To restore it: npm ci/,
  );
  writeFileSync(join(folder, "other"), "abd");
  await expect(read("other")).rejects.toThrow(
    new RegExp(`but its SHA-256 is ${sha256("abd")}\\. To restore it: npm ci`),
  );
});

test("a folder in a file's place is an error of its own", async () => {
  await expect(
    readVerified({
      what: "sample",
      folder: tmpdir(),
      files: { ".": { bytes: 3, sha256: ABC } },
      restore: "npm ci",
    }),
  ).rejects.toThrow(/but it can't be read \(.*\)\. To restore it: npm ci/);
});
