import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { openAside } from "../../lib/files/aside";

const folder = mkdtempSync(join(tmpdir(), "aside-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("gives back what was put there, in any order and more than once", () => {
  const aside = openAside(join(folder, "new"));
  const texts = ["", "one", "two → ".repeat(100_000), "three"];
  const reads = texts.map((text) => aside.put(Buffer.from(text)));
  for (const k of [2, 0, 3, 1, 2]) expect(`${reads[k]()}`).toBe(texts[k]);
  aside.close();
  expect(() => reads[1]()).toThrow("was given up");
  expect(readdirSync(join(folder, "new"))).toEqual([]);
});

it("makes nothing before it is needed", () => {
  openAside(join(folder, "never")).close();
  expect(readdirSync(folder)).not.toContain("never");
});

it.skipIf(process.platform === "win32")(
  "leaves no name behind that a killed process could not remove",
  () => {
    const place = join(folder, "unnamed");
    const aside = openAside(place);
    const read = aside.put(Buffer.from("kept"));
    expect(readdirSync(place)).toEqual([]);
    rmSync(place, { recursive: true });
    expect(`${read()}`).toBe("kept");
    aside.close();
  },
);

it("keeps in memory what can't be put on the disk", () => {
  const file = join(folder, "file");
  writeFileSync(file, "");
  const aside = openAside(join(file, "below"));
  const read = aside.put(Buffer.from("kept"));
  expect(`${read()}`).toBe("kept");
  aside.close();
  expect(`${read()}`).toBe("kept");
});
