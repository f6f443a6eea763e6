import { expect, it } from "vitest";
import { runNames } from "../../../lib/cli/runs/run-names";

const names = (paths: string[], runs: [string, string][] = []) =>
  runNames(
    paths.map((path) => ({ name: path.replace(/^.*\//, "").replace(".ipynb", ""), path })),
    runs.map(([notebook, path]) => ({ notebook, path })),
  );

it("gives a notebook the name of its file, and its folders' where another has that", () => {
  expect(names(["a/x.ipynb", "b/y.ipynb"])).toEqual(["x", "y"]);
  expect(names(["a/x.ipynb", "b/x.ipynb", "c/b/x.ipynb"])).toEqual(["x", "b-x", "c-b-x"]);
  expect(names(["x.ipynb"], [["x", "a/x.ipynb"]])).toEqual(["x-2"]);
});

it("keeps the name that a notebook's runs have", () => {
  const runs: [string, string][] = [
    ["b-x", "b/x.ipynb"],
    ["x", "a/x.ipynb"],
  ];
  expect(names(["b/x.ipynb", "a/x.ipynb", "c/x.ipynb"], runs)).toEqual(["b-x", "x", "c-x"]);
  expect(names(["b/x.ipynb"], [["b-x", "b/x.ipynb"]])).toEqual(["b-x"]);
});
