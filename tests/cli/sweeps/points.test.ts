import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { NotebookFile } from "../../../lib/cli/notebook-files";
import { notebookOfAllPoints } from "../../../lib/cli/sweeps/check-points";
import { pointId } from "../../../lib/cli/sweeps/point-id";
import { type PointsRequest, sweepPoints } from "../../../lib/cli/sweeps/points";
import { readPointsFile } from "../../../lib/cli/sweeps/points-file";
import { parseNotebook } from "../../../lib/notebook/nbformat";
import { notebookText } from "../../notebook/project";

const file: NotebookFile = {
  name: "01-tiny",
  path: "/01-tiny.ipynb",
  notebook: parseNotebook(
    notebookText([
      'let scale = "quick";\nlet kind: "a" | "b" = "a";\nlet seed = 0;\nlet rate = 0.1;\nlet name = "";',
      "parameters",
    ]),
    "01-tiny.ipynb",
  ),
};

const nothing = { texts: {}, fromFile: {} };
const pointsOf = (request: Partial<PointsRequest>) =>
  sweepPoints(file, { grid: {}, common: nothing, ...request }, () => []);
const idsOf = (request: Partial<PointsRequest>) => pointsOf(request).points.map(({ id }) => id);

describe("the points of a grid", () => {
  it("are all combinations, the last parameter fastest", () => {
    const { points, common } = pointsOf({ grid: { kind: "a,b", seed: "0..1" } });
    expect(points).toEqual([
      { id: "kind=a,seed=0", values: { kind: "a", seed: 0 } },
      { id: "kind=a,seed=1", values: { kind: "a", seed: 1 } },
      { id: "kind=b,seed=0", values: { kind: "b", seed: 0 } },
      { id: "kind=b,seed=1", values: { kind: "b", seed: 1 } },
    ]);
    expect(common).toEqual({ scale: "quick" });
  });

  it("have values in common, of which a file's give way to their own", () => {
    const common = { texts: { rate: "0.5" }, fromFile: { seed: 9, kind: "b" } };
    const { points, common: values } = pointsOf({ grid: { seed: "1" }, common });
    expect(points).toEqual([{ id: "seed=1", values: { seed: 1 } }]);
    expect(values).toEqual({ scale: "quick", rate: 0.5, kind: "b" });
  });

  it("may be sampled: the same ones each time, in their order", () => {
    const all = idsOf({ grid: { seed: "0..99" } });
    const sample = idsOf({ grid: { seed: "0..99" }, sample: 10 });
    expect(new Set(sample).size).toBe(10);
    expect(sample).toEqual(all.filter((id) => sample.includes(id)));
    expect(sample).toEqual(idsOf({ grid: { seed: "0..99" }, sample: 10 }));
    expect(sample).not.toEqual(all.slice(0, 10));
  });

  it.each([
    [{ grid: { sed: "1" } }, 'one of the parameters scale, kind, seed, rate, name, but received "sed"'],
    [{ grid: { seed: "x" } }, 'a number for the parameter seed (default: 0), but received "x"'],
    [{ grid: { seed: "0..1:0.5" } }, "a whole number from 0 up for the parameter seed, but received 0.5"],
    [{ grid: { kind: "a,c" } }, 'one of a, b for the parameter kind (default: "a"), but received "c"'],
    [{ grid: { seed: "1" }, common: { texts: { seed: "2" }, fromFile: {} } }, "leave out --set seed=2"],
    [{ grid: { seed: "1" }, common: { texts: { rat: "2" }, fromFile: {} } }, 'Did you mean "rate"'],
    [{ grid: { seed: "0..2" }, sample: 4 }, "at most 3 points, as many as there are, but received 4"],
    [{ grid: { seed: "0..9999", rate: "0..99" } }, "at most 100000 points, but received a grid of 1000000"],
    [{ grid: { name: "a,A" } }, "differ by more than their case, but received name=a and name=A"],
  ])("are refused with a sentence: %j", (request, message) => {
    expect(() => pointsOf(request)).toThrow(message);
  });

  it("are checked by one notebook that assigns each value", () => {
    const notebook = notebookOfAllPoints(file.notebook, pointsOf({ grid: { kind: "a,b", seed: "0..1" } }));
    const code = notebook.cells.map(({ source }) => source).join("\n");
    for (const line of ['scale = "quick"', 'kind = "a"', 'kind = "b"', "seed = 0", "seed = 1"]) {
      expect(code.split(`  ${line};`)).toHaveLength(2);
    }
  });
});

describe("the ID of a point", () => {
  it("is its values where a file's name can have them", () => {
    expect(pointId({ kind: "coupled", seed: 0, rate: 1e-7 })).toBe("kind=coupled,seed=0,rate=1e-7");
    expect(pointId({ on: true, name: "naïve-2.5" })).toBe("on=true,name=naïve-2.5");
  });

  it("can name a file anywhere, and is still one of its own", () => {
    const values = ["a/b", "a\\b", "a:b", "..", "a,b", "a=b", "", "x".repeat(300), "x".repeat(301), "a "];
    const ids = values.map((name) => pointId({ name }));
    expect(new Set([...ids, pointId({ name: "a-b" })]).size).toBe(values.length + 1);
    for (const id of ids) {
      expect(id).toMatch(/^name=(?:[\w.-]*[\w-])?$/);
      expect(id.length).toBeLessThanOrEqual(100);
    }
    expect(pointId({ widths: [1, 2] })).toMatch(/^widths=-1-2--[0-9a-f]{6}$/);
  });
});

describe("a file of points", () => {
  const folder = mkdtempSync(join(tmpdir(), "points-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const read = (name: string, content: string) => {
    writeFileSync(join(folder, name), content);
    return readPointsFile(join(folder, name));
  };

  it("is a table with names, whose types the notebook tells", () => {
    const list = read("a.csv", '\uFEFFseed,name\r\n1,"a, ""b"""\r\n\r\n2,c');
    expect(list.map(({ texts }) => texts)).toEqual([
      { seed: "1", name: 'a, "b"' },
      { seed: "2", name: "c" },
    ]);
    expect(pointsOf({ list }).points.map(({ values }) => values)).toEqual([
      { seed: 1, name: 'a, "b"' },
      { seed: 2, name: "c" },
    ]);
  });

  it("is a list of records, which may name different parameters", () => {
    const list = read("a.json", '[{"seed": 1}, {"kind": "b"}, {"seed": 1}]');
    expect(pointsOf({ list }).points).toEqual([
      { id: "seed=1", values: { seed: 1 } },
      { id: "kind=b", values: { kind: "b" } },
    ]);
  });

  it.each([
    ["a.txt", "", "a .csv or .json file after --points"],
    ["b.csv", "seed,kind\n1\n", "2 values in row 1"],
    ["c.csv", "seed\n", "at least one point"],
    ["d.json", "{}", "a list of records"],
    ["e.json", "[1]", "a list of records"],
    ["f.json", "[", "Can't read"],
  ])("is not %s with %j", (name, content, message) => {
    expect(() => read(name, content)).toThrow(message);
    expect(() => read("b.csv", "seed,rate,seed\n1,2,3\n")).toThrow(/different names .*"seed" twice/);
    expect(() => readPointsFile(join(folder, "none.csv"))).toThrow("there is no such file");
  });
});
