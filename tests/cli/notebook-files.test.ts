import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { readNotebooks } from "../../lib/cli/notebook-files";
import { notebookText } from "../notebook/project";

const folder = mkdtempSync(join(tmpdir(), "notebooks-"));
for (const name of ["02-second", "01-first", "12-twelfth"]) {
  writeFileSync(join(folder, `${name}.ipynb`), notebookText("1"));
}
afterAll(() => rmSync(folder, { recursive: true }));

const chosen = (...only: string[]) => readNotebooks(folder, only).map(({ name }) => name);

it("chooses notebooks by number or name, in the order of their names", () => {
  expect(chosen()).toEqual(["01-first", "02-second", "12-twelfth"]);
  expect(chosen("02", "01")).toEqual(["01-first", "02-second"]);
  expect(chosen("2")).toEqual(["02-second"]);
  expect(chosen("1")).toEqual(["01-first"]);
  expect(chosen("notebooks/12-twelfth.ipynb")).toEqual(["12-twelfth"]);
});

it("names the nearest one for an unknown entry", () => {
  expect(() => chosen("02-secnd")).toThrow('There is no notebook "02-secnd". Did you mean 02-second?');
  expect(() => chosen("first")).toThrow("Did you mean 01-first?");
  expect(() => chosen("01", "77")).toThrow("There are: 01-first, 02-second, 12-twelfth.");
});

it("says so when there are none", () => {
  expect(() => readNotebooks(join(folder, "nowhere"), [])).toThrow(/There are no notebooks in .*nowhere\./);
});
