import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, expect, test } from "vitest";
import { cached } from "../../lib/files/cache";

const folder = mkdtempSync(join(tmpdir(), "cache "));
afterAll(() => rmSync(folder, { recursive: true }));

const path = join(folder, "nested", "content.bin");
const content = { header: { names: ["é", "b"] }, bytes: Uint8Array.of(1, 2, 250) };
let made = 0;
let lines: string[] = [];
const get = (at = path) =>
  cached({
    path: at,
    make: async () => {
      made++;
      return content;
    },
    log: (line) => lines.push(line),
  });

beforeEach(() => {
  made = 0;
  lines = [];
});

test("content is made once, and then read back the same", async () => {
  expect(await get()).toEqual(content);
  const again = await get();
  expect(again.header).toEqual(content.header);
  expect([...again.bytes]).toEqual([...content.bytes]);
  expect([made, lines]).toEqual([1, []]);
  expect(readdirSync(join(folder, "nested"))).toEqual(["content.bin"]);
});

test("a cache file with any byte changed, cut short or empty is made again, and logged", async () => {
  await get();
  const whole = readFileSync(path);
  for (const at of [0, 63, 64, 70, whole.length - 1]) {
    const damaged = Buffer.from(whole);
    damaged[at] ^= 1;
    writeFileSync(path, damaged);
    lines = [];
    expect([...(await get()).bytes]).toEqual([...content.bytes]);
    expect(lines).toEqual([`The cache file "${path}" is damaged; making it again.`]);
    expect(readFileSync(path)).toEqual(whole);
  }
  for (const length of [whole.length - 1, 66, 10, 0]) {
    truncateSync(path, length);
    lines = [];
    expect([...(await get()).bytes]).toEqual([...content.bytes]);
    expect(lines.length).toBe(1);
    expect(readFileSync(path)).toEqual(whole);
  }
});

test("a folder that can't be written to is logged and does no harm", async () => {
  const file = join(folder, "in the way");
  writeFileSync(file, "");
  expect(await get(join(file, "content.bin"))).toEqual(content);
  expect(lines.length).toBe(1);
  expect(lines[0]).toMatch(/could not be written \(.*\); continuing without it/);
});
