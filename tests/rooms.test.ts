import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterEach, describe, expect, it } from "vitest";

// `npm run check` holds lib to the order of its rooms. Here: that the check sees what it is there for.

const root = resolve(__dirname, "..");
const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** What the check says of a small project of these files, given as path → text. */
async function checked(files: Record<string, string>): Promise<{ passes: boolean; text: string }> {
  const folder = mkdtempSync(join(tmpdir(), "rooms-"));
  folders.push(folder);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const program = join(root, "node_modules/dependency-cruiser/bin/dependency-cruise.mjs");
  const config = join(root, ".config/dependency-cruiser.mjs");
  const args = [program, "--config", config, "--output-type", "err-long", "lib"];
  const env = { ...process.env, NO_COLOR: "1", FORCE_COLOR: undefined };
  const run = promisify(execFile)(process.execPath, args, { cwd: folder, env });
  const { passes, stdout } = await run.then(
    (output) => ({ ...output, passes: true }),
    (error: { stdout: string }) => ({ ...error, passes: false }),
  );
  return { passes, text: stdout.replace(/\s+/g, " ") };
}

describe("the order of the rooms", () => {
  it("lets a file import from its own room and from rooms before it", async () => {
    const { passes, text } = await checked({
      "lib/array.ts": "export const size = 1;",
      "lib/couplings/pair.ts": 'import { size } from "../array";\nexport const pair = 2 * size;',
      "lib/couplings/index.ts": 'export * from "./pair";',
      "lib/samplers/walk.ts": 'import { pair } from "../couplings";\nexport const walk = pair;',
      "lib/index.ts": 'export * from "./couplings";\nexport * from "./samplers/walk";',
    });
    expect(text).toContain("no dependency violations found (5 modules");
    expect(passes).toBe(true);
  });

  it("refuses imports from later rooms and circles, and says what to do", async () => {
    const { passes, text } = await checked({
      "lib/errors.ts": 'import { one } from "./array";\nexport const error = one;',
      "lib/array.ts": "export const one = 1;",
      "lib/samplers/walk.ts": "export const walk = 1;\nexport type Walk = number;",
      "lib/couplings/value.ts": 'import { walk } from "../samplers/walk";\nexport const value = walk;',
      "lib/couplings/type.ts": 'import type { Walk } from "../samplers/walk";\nexport type Type = Walk;',
      "lib/couplings/again.ts": 'export { walk } from "../samplers/walk";',
      "lib/couplings/later.ts": 'export const later = () => import("../samplers/walk");',
      "lib/couplings/inline.ts": 'export type Inline = import("../samplers/walk").Walk;',
      "lib/figures/plot.ts": 'import type { Axis } from "./axis";\nexport interface Plot { axis: Axis }',
      "lib/figures/axis.ts": 'import type { Plot } from "./plot";\nexport interface Axis { plot: Plot }',
      "lib/attic/box.ts": 'import { one } from "../array";\nexport const box = one;',
    });
    expect(passes).toBe(false);
    for (const name of ["value", "type", "again", "later", "inline"]) {
      expect(text).toContain(
        `couplings-imports-against-the-order: lib/couplings/${name}.ts → lib/samplers/walk.ts`,
      );
    }
    expect(text).toMatch(/couplings may import only from errors, array, .* and couplings itself\. Move /);
    expect(text).toContain("errors-imports-against-the-order: lib/errors.ts → lib/array.ts");
    expect(text).toContain("errors may import only from errors itself.");
    expect(text).toMatch(/imports-in-a-circle: lib\/figures\/\w+\.ts → lib\/figures\/\w+\.ts/);
    expect(text).toContain("Move what they share into a file of its own");
    expect(text).toContain("room-without-a-place: lib/attic/box.ts");
    expect(text).toContain("Write its name into the list in .config/dependency-cruiser.mjs");
    expect(text).toContain("8 dependency violations");
  });
});
