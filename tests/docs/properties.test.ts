import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { propertiesOf } from "./properties";
import { root } from "./texts";

// A record that a room exports says what each of its properties means, in which unit, and what it is when
// it is left out: the reference and the editor show that sentence.

const rooms = readdirSync(join(root, "lib")).filter((room) =>
  existsSync(join(root, "lib", room, "index.ts")),
);

describe("the properties of the records that a room exports are documented", () => {
  it.each(rooms)("%s", (room) => {
    const properties = propertiesOf(join(root, "lib", room, "index.ts"), root);
    const bare = properties.filter(({ documented }) => !documented);
    const list = bare.map(({ name, place }) => `${name}, ${place}`);
    expect(list, `of ${properties.length} lack a comment`).toEqual([]);
  });

  it("can be seen to lack: those of a file that has no comments", () => {
    const folder = mkdtempSync(join(tmpdir(), "records-"));
    const file = join(folder, "index.ts");
    const [documented, bare] = [
      "  /** A sentence. */\n  readonly second: number;",
      "  // No.\n  third(): void;",
    ];
    writeFileSync(file, `export interface Bare {\n  readonly first: number;\n${documented}\n${bare}\n}\n`);
    const found = propertiesOf(file, root);
    rmSync(folder, { recursive: true });
    expect(found.map(({ name, documented }) => [name, documented])).toEqual([
      ["Bare.first", false],
      ["Bare.second", true],
      ["Bare.third", false],
    ]);
  });
});
