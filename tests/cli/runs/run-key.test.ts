import { mkdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { runKeys } from "../../../lib/cli/runs/run-key";
import { parseNotebook } from "../../../lib/notebook/nbformat";
import { type CellSource, makeProject, notebookText } from "../../notebook/project";

const { root, remove } = makeProject();
afterAll(remove);

const keys = (parameters: Record<string, number> = { a: 1, b: 2 }, ...cells: CellSource[]) => {
  const all = cells.length > 0 ? cells : ["# Title", "let a = 1", "a"];
  return runKeys(root, parseNotebook(notebookText(...all), "a.ipynb"), parameters);
};
const change = (path: string, content: string) => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
};
/** Which of the two keys differ from those before. */
const changed = (before: ReturnType<typeof keys>, after = keys()) =>
  (["key", "page"] as const).filter((name) => before[name] !== after[name]);

it("is the same for the same, whatever the order of parameters and the times of files", () => {
  const before = keys();
  utimesSync(join(root, "lib/errors.ts"), new Date(), new Date(0));
  expect(changed(before)).toEqual([]);
  expect(changed(before, keys({ b: 2, a: 1 }))).toEqual([]);
});

it("tells a change of results from one of the page", () => {
  const before = keys();
  expect(changed(before, keys({ a: 1, b: 3 }))).toEqual(["key"]);
  expect(changed(before, keys(undefined, "# Title", "let a = 2", "a"))).toEqual(["key"]);
  expect(changed(before, keys(undefined, "# Other", "let a = 1", "a"))).toEqual(["page"]);
  expect(changed(before, keys(undefined, "# Title", "let a = 1", ["a", "hide-input"]))).toEqual(["page"]);
  expect(changed(before, keys(undefined, "# Title", "let a = 1", ["a", "raises-exception"]))).toContain(
    "key",
  );
});

it.each([
  ["lib/new.ts", ["key"]],
  ["lib/figures/new.ts", ["key"]],
  ["lib/cli/new.ts", []],
  ["lib/report/new.ts", ["page"]],
  ["package-lock.json", ["key"]],
  ["datasets/mnist.json", ["key"]],
  ["datasets/mnist.md", []],
])("knows what %s changes", (path, names) => {
  const before = keys();
  change(path, "1");
  expect(changed(before)).toEqual(names);
  const between = keys();
  change(path, "2");
  expect(changed(between)).toEqual(names);
  rmSync(join(root, path));
  expect(changed(before)).toEqual([]);
});
