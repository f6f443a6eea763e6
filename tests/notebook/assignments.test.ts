import vm from "node:vm";
import { afterAll, beforeAll, expect, it } from "vitest";
import { compiledAssignments } from "../../lib/notebook/executor/assignments";
import { type Converter, createConverter } from "../../lib/notebook/executor/converter";
import { FileWatch } from "../../lib/notebook/executor/edits";
import { parseNotebook } from "../../lib/notebook/nbformat";
import { injectParameters, type ParameterValue } from "../../lib/notebook/parameters";
import { makeProject, notebookText } from "./project";

const project = makeProject();
const home = process.cwd();
let converter: Converter;
beforeAll(() => {
  process.chdir(project.root);
  converter = createConverter({ files: new FileWatch(), docs: false });
});
afterAll(() => {
  converter.close();
  process.chdir(home);
  project.remove();
});

const parameters =
  'let n = 0; let name = "x"; let flag = false; let list = [1]; let names = ["x"]; let flags = [true];\n' +
  'let kind: "a" | "b" = "a"; let level: 1 | 2 | undefined;\n' +
  "let any: number | string[] | null = null;\n" +
  "type Alias = 1 | 2;\nlet alias: Alias = 1; let record = { a: 1 };\n" +
  'let pair: [number, string] = [1, "x"];\n' +
  'let odd: "a | b" | number = 1;';

/** The source of the cell that sets values. */
function injected(values: Readonly<Record<string, ParameterValue>>): string {
  const notebook = parseNotebook(notebookText([parameters, "parameters"]), "a.ipynb");
  return injectParameters(notebook, values).cells[1].source;
}

/** The variables after what a cell compiled to has run. */
function after(output: string): Record<string, unknown> {
  const exports = {};
  vm.runInNewContext(`(function (exports, __at__) {${output}\n})`)(exports, () => {});
  return JSON.parse(JSON.stringify(exports));
}

const plain: readonly Readonly<Record<string, ParameterValue>>[] = [
  { n: 3 },
  { n: -2.5e-7, name: 'it is } = "none" \\ é' },
  { n: 1e21, flag: true, list: [], names: [] },
  { name: "a; // b\n  n = 3;", n: 4 },
  { list: [1, -2, 3.5e10], names: ["p", "q r"], flags: [true, false] },
  { kind: "b", level: 2, any: 3 },
  { any: ["x"] },
  { any: null, odd: 3 },
];
const wrong: readonly Readonly<Record<string, ParameterValue>>[] = [
  { n: "3" },
  { n: 1, name: 2 },
  { flag: 1 },
  { list: [1, "2"] },
  { names: [1] },
  { kind: "c" },
  { level: 3 },
  { any: "x" },
  { any: [1] },
  { odd: "a" },
];

it.each([...plain, ...wrong, { alias: 2 }, { record: { a: 2 } }, { pair: [2, "y"] }])(
  "values are set as the compiler has it, where that is known without it: %j",
  (values) => {
    const { declarations } = converter.convert("", parameters);
    const source = injected(values);
    const known = compiledAssignments(declarations, source);
    const compiled = converter.convert(declarations, source);
    if (wrong.includes(values)) {
      expect(compiled.diagnostics).not.toEqual([]);
      expect(known).toBeUndefined();
      return;
    }
    expect(compiled.diagnostics).toEqual([]);
    expect(after(compiled.output)).toEqual(values);
    if (!known) return;
    expect(after(known.output)).toEqual(values);
    // The compiler may break other lines each time.
    const joined = (text: string) => text.replace(/\s/g, "");
    expect(joined(known.declarations)).toBe(joined(compiled.declarations));
    expect(known.lastExpression).toBe(compiled.lastExpression);
  },
);

it("plain values of plain types need no compiler, several times in one cell too", () => {
  const { declarations } = converter.convert("", parameters);
  const known = compiledAssignments(declarations, injected({ n: 3, name: "x y", list: [1, 2], kind: "b" }));
  expect(after(known?.output ?? "")).toEqual({ n: 3, name: "x y", list: [1, 2], kind: "b" });
  const two = [injected({ n: 3 }), injected({ n: 4, flag: true })].join("\n");
  expect(after(compiledAssignments(declarations, two)?.output ?? "")).toEqual({ n: 4, flag: true });
});

it("other cells do", () => {
  const { declarations } = converter.convert("", parameters);
  const source = injected({ n: 3 });
  for (const other of [
    "n = 3;",
    `${source}\nn`,
    source.replace("n = 3", "n = name.length"),
    source.replace("n = 3", "m = 3"),
    source.replace("n = 3", "n = 3; name = 3"),
  ]) {
    expect(compiledAssignments(declarations, other)).toBeUndefined();
  }
  expect(compiledAssignments("declare const n: number;\n", source)).toBeUndefined();
});
