import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { selectNotebooks } from "../../lib/cli/notebook-files";
import { notebookText } from "../notebook/project";

const parent = mkdtempSync(join(tmpdir(), "notebooks-"));
const folder = join(parent, "project");
const write = (path: string, metadata: object = {}) => {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), JSON.stringify({ ...JSON.parse(notebookText("1")), metadata }));
};
for (const name of ["02-second", "01-first", "12-twelfth"]) write(`${name}.ipynb`);
afterAll(() => rmSync(parent, { recursive: true }));

const select = (paths: readonly string[], only: readonly string[] = []) =>
  selectNotebooks({ folder, paths, only, from: [join(folder, "mine"), folder] });
const chosen = (...only: string[]) => select([], only).files.map(({ name }) => name);
const at = (...paths: string[]) => select(paths).files.map(({ name }) => name);

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
  const nowhere = { folder: join(folder, "nowhere"), paths: [], only: [], from: [folder] };
  expect(() => selectNotebooks(nowhere)).toThrow(/There are no notebooks in .*nowhere\./);
});

describe("notebooks that show the paper", () => {
  const series = join(folder, "series");
  for (const [name, tags] of Object.entries({
    "01-a": ["paper"],
    "02-b": undefined,
    "03-c": ["x", "paper"],
    "04-d": "paper",
  })) {
    write(`series/${name}.ipynb`, { tags });
  }
  const of = (more: object) => {
    const { files, untagged } = selectNotebooks({
      folder: series,
      paths: [],
      only: [],
      from: [series],
      ...more,
    });
    return { names: files.map(({ name }) => name), untagged };
  };

  it("are those tagged so, where nothing else is asked for", () => {
    expect(of({})).toEqual({ names: ["01-a", "03-c"], untagged: 2 });
    expect(of({ all: true })).toEqual({ names: ["01-a", "02-b", "03-c", "04-d"], untagged: 0 });
    expect(of({ only: ["2", "3"] })).toEqual({ names: ["02-b", "03-c"], untagged: 0 });
    expect(of({ paths: ["02-b.ipynb"] })).toEqual({ names: ["02-b"], untagged: 0 });
  });
});

describe("notebooks elsewhere", () => {
  write("mine/one.ipynb", { kernelspec: { name: "tslab", language: "typescript" } });
  write("mine/deep/one.ipynb");
  write("mine/deep/er/two.ipynb");
  write("mine/.ipynb_checkpoints/one-checkpoint.ipynb");
  write("snakes/a.ipynb", { kernelspec: { name: "python3", display_name: "Python 3", language: "python" } });
  write("snakes/b.ipynb", { language_info: { name: "python" } });
  write("snakes/c.ipynb", { kernelspec: { name: "python3" } });
  write("mixed/a.ipynb", { kernelspec: { language: "R" } });
  write("mixed/b.ipynb");
  writeFileSync(join(folder, "mixed", "notes.txt"), "");

  it("are chosen by file, folder or pattern, and each once", () => {
    expect(at("one.ipynb")).toEqual(["one"]);
    expect(at("mine/one.ipynb", "01-first.ipynb")).toEqual(["one", "01-first"]);
    expect(at(join(folder, "mine"))).toEqual(["one"]);
    expect(at("deep/**/*.ipynb")).toEqual(["two", "one"]);
    expect(at("d?ep/[a-z]ne.ipynb", "deep/one.ipynb")).toEqual(["one"]);
    expect(at("{01,12}-*.ipynb")).toEqual(["01-first", "12-twelfth"]);
    expect(select(["0*.ipynb"], ["2"]).files.map(({ name }) => name)).toEqual(["02-second"]);
  });

  it("have names of their own where their files share one", () => {
    expect(at("one.ipynb", "deep/one.ipynb", "deep/er")).toEqual(["mine-one", "deep-one", "two"]);
  });

  it("in another language are refused, or left out of a folder, in one sentence", () => {
    for (const name of ["a", "b", "c"]) {
      expect(() => at(`snakes/${name}.ipynb`)).toThrow(
        `snakes/${name}.ipynb is a notebook in python, and only those in TypeScript can be run.`,
      );
    }
    const { files, skipped } = select(["mixed"]);
    expect(files.map(({ name }) => name)).toEqual(["b"]);
    expect(skipped).toEqual([
      "mixed/a.ipynb is a notebook in R, and only those in TypeScript can be run: left out.",
    ]);
    expect(() => at("snakes")).toThrow(/^snakes\/a\.ipynb is a notebook in python.* can be run\.$/);
  });

  it("that are not there are named", () => {
    expect(() => at("02")).toThrow('There is no file or folder "02". To choose notebooks of the project by');
    expect(() => at("x*.ipynb")).toThrow('There is no notebook that matches "x*.ipynb".');
    expect(() => at("mixed/notes.txt")).toThrow("mixed/notes.txt is not a notebook (.ipynb).");
    expect(() => at("deep/er", "../..")).toThrow("There are no notebooks in ../..");
  });
});
