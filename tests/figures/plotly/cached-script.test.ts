import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeEach, expect, it } from "vitest";
import { cachedScript } from "../../../lib/figures/plotly/cached-script";

const home = mkdtempSync(join(tmpdir(), "scripts-"));
afterAll(() => rmSync(home, { recursive: true, force: true }));
const path = join(home, "script.js");
const folder = join(home, "kept");
beforeEach(() => {
  rmSync(folder, { recursive: true, force: true });
  writeFileSync(path, "(function () { return 3; })()");
});

const open = () => cachedScript(path, folder);

it("uses what was kept of the same script", () => {
  const { script, keep } = open();
  expect(script.runInThisContext()).toBe(3);
  expect(existsSync(folder)).toBe(false);
  keep();
  const again = open();
  expect(again.script.cachedDataRejected).toBe(false);
  expect(again.script.runInThisContext()).toBe(3);
});

it("takes nothing that was kept of another text, even of the same length", () => {
  const first = open();
  first.script.runInThisContext();
  first.keep();
  writeFileSync(path, "(function () { return 4; })()");
  utimesSync(path, 0, 0);
  const again = open();
  expect(again.script.cachedDataRejected).toBeUndefined();
  expect(again.script.runInThisContext()).toBe(4);
});

it("compiles anew where the kept file is broken, and keeps that", () => {
  open().keep();
  for (const name of readdirSync(folder)) writeFileSync(join(folder, name), "broken");
  // A process that has compiled the script itself would not look at the file.
  const check =
    'const { cachedScript } = require("./lib/figures/plotly/cached-script");\n' +
    "const [path, folder] = process.argv.slice(-2);\n" +
    "const { script, keep } = cachedScript(path, folder);\n" +
    "console.log(script.cachedDataRejected, script.runInThisContext());\nkeep();\n";
  const args = ["--require", "tsx/cjs", "--eval", check, path, folder];
  const run = () =>
    execFileSync(process.execPath, args, { cwd: resolve(__dirname, "../../.."), encoding: "utf8" });
  expect(run()).toBe("true 3\n");
  expect(run()).toBe("false 3\n");
});

it("does without where nothing can be kept", () => {
  writeFileSync(folder, "no folder");
  const { script, keep } = open();
  keep();
  expect(script.runInThisContext()).toBe(3);
});
