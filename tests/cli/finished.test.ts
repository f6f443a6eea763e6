import { existsSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { openFinishedNotebooks } from "../../lib/cli/finished";
import { parseOptions } from "../../lib/cli/options";
import { parseNotebook } from "../../lib/notebook/nbformat";
import { makeProject, notebookText } from "../notebook/project";

const { root, remove } = makeProject();
afterAll(remove);

const out = join(root, "reports");
const file = (name: string, code = "let a = 1") => ({
  name,
  path: `${name}.ipynb`,
  notebook: parseNotebook(notebookText("# Title", code), `${name}.ipynb`),
});
const files = [file("01-a"), file("02-b")];
const open = (words = "--scale small", given = files) =>
  openFinishedNotebooks(root, out, parseOptions(words.split(" ")), given);
const report = (name: string) => join(out, `${name}.metrics.json`);

it("knows what the same command left, while the report is there", () => {
  expect(open().has("01-a")).toBe(false);
  open().add("01-a");
  writeFileSync(report("01-a"), "{}");
  expect([open().has("01-a"), open().has("02-b")]).toEqual([true, false]);
  rmSync(report("01-a"));
  expect(open().has("01-a")).toBe(false);
  writeFileSync(report("01-a"), "{}");
});

it("starts anew for another command, other notebooks and other code", () => {
  expect(open("--scale small --seed 3").has("01-a")).toBe(false);
  expect(open("--scale small --only 01").has("01-a")).toBe(false);
  expect(open("--scale small", [files[0], file("02-b", "let a = 2")]).has("01-a")).toBe(false);
  expect(open().has("01-a")).toBe(true);
  utimesSync(join(root, "lib/errors.ts"), new Date(), new Date(0));
  expect(open().has("01-a")).toBe(false);
});

it("is not misled by a broken file", () => {
  writeFileSync(join(out, ".work/finished.json"), "{");
  expect(open().has("01-a")).toBe(false);
});

it("leaves nothing behind", () => {
  open().forget();
  expect(existsSync(join(out, ".work"))).toBe(false);
  open().forget();
});
