import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { propertiesOf } from "./properties";
import { root } from "./texts";

// A record that a room exports says what each of its properties means, in which unit, and what it is when
// it is left out: the reference and the editor show that sentence. In the rooms that are used first none may
// lack it; in the others their number may only fall.

const most: Readonly<Record<string, number>> = {
  experiments: 120,
  playground: 19,
  report: 20,
};

const rooms = readdirSync(join(root, "lib")).filter((room) =>
  existsSync(join(root, "lib", room, "index.ts")),
);

describe("the properties of the records that a room exports are documented", () => {
  it.each(rooms)("%s", (room) => {
    const properties = propertiesOf(join(root, "lib", room, "index.ts"), root);
    const bare = properties.filter(({ documented }) => !documented);
    const list = bare.map(({ name, place }) => `${name}, ${place}`).join("\n");
    const allowed = most[room] ?? 0;
    expect(bare.length, `${list}\nof ${properties.length} lack a comment`).toBeLessThanOrEqual(allowed);
    // A limit that is higher than need be would let new ones in.
    expect(allowed, `set the limit of ${room} to ${bare.length}`).toBe(bare.length);
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
