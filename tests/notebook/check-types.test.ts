import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createConverter } from "../../lib/notebook/executor/converter";
import { FileWatch } from "../../lib/notebook/executor/edits";
import { type CellTypeError, checkTypes } from "../../lib/notebook/runner/check-types";
import { makeProject } from "./project";

const project = makeProject();
const home = process.cwd();
beforeAll(() => process.chdir(project.root));
afterAll(() => {
  process.chdir(home);
  project.remove();
});

const cellsOf = (sources: readonly string[]) => sources.map((source) => ({ source, mayFail: false }));
const check = (...sources: string[]) =>
  checkTypes(project.root, [{ name: "one", cells: cellsOf(sources) }]).map(summary);
const summary = ({ cell, failure }: CellTypeError) => `cell ${cell}, ${failure.evalue}`;

/** Notebooks whose cells use what other cells declare, in all the ways that differ. */
const notebooks: readonly (readonly string[])[] = [
  ["import { show } from './lib';", "import { show } from './lib'; show", "show = 3"],
  ["import { show } from './lib';", "const show = 3; show.toFixed()", "show.toFixed()", "show.x"],
  ["import { nope } from './lib';"],
  ["import * as q from './nowhere';", "q.x"],
  [
    "import type { Scale } from './lib';\nlet scale: Scale = 'quick';",
    "{\n  scale = 'small';\n}",
    "scale = 'x'",
  ],
  ["let model;\nmodel = 3;", "model.toFixed()", "model = 'x'; model.length"],
  ["let model;", "model = [1];"],
  ["let a: string | undefined;", "a?.length", "a.length"],
  ["let a: string | undefined = undefined;", "a = 'x';", "a.length"],
  ["let u: string | number = 1;", "u.toFixed()"],
  ["let n = 1;", "n = 2; n++;", "n = 'a';"],
  ["const c = 1;", "c = 2;"],
  ["const x = 1;", "const x = 'a'; x.length", "x.length", "let x = x + 1;"],
  ["const x = 1;\nconst x = 2;"],
  ["x", "const x = 1;"],
  [
    "function f(x: number) { return g(x); }\nfunction g(x: number): string { return 'x' + x; }",
    "f(1).length",
    "function g(x: number) { return x; }\nf(1).length; g(1).length",
  ],
  [
    "class A { m() { return this; } #p = 2; }",
    "class B extends A { n() { return this.m(); } }",
    "new B().n().q",
  ],
  ["class C { private p = 1 }", "new C().p"],
  ["interface P { a: number }", "interface P { b: number }\nconst p: P = { b: 1 };", "p.a"],
  ["enum E { X }", "E.X", "E.Z"],
  [
    "for (const x of [1]) { await x; }\nfor await (const y of [1]) {}",
    "const v = await Promise.resolve(1);",
    "v.length",
  ],
  ["const [a, b] = [1, 'x'];", "a.toFixed(); b.length", "a.length"],
  ["const f = (x) => x;"],
  ["let acc = [];", "acc.push(1);"],
  ["const acc = []; acc.push(1)", "acc[0].toFixed()"],
  ["let later: number;", "const use = () => later + 1;", "later = 1; use()"],
  ["let later: number;\nlater + 1"],
  ["throw new Error('a')", "const z = 1; z.length"],
  ["document.title"],
  ["process.argv, __dirname, require('node:fs').x"],
  ["return 3"],
  ["await 1", "1 +"],
  ["// only a comment", "label: for (;;) { break label; }"],
];

describe("the type check of whole notebooks", () => {
  it("finds in each notebook the error that the kernel would stop at, and no other", () => {
    const converter = createConverter({ files: new FileWatch(), docs: false });
    const byKernel = notebooks.map((sources) => {
      let declarations = "";
      for (const [k, source] of sources.entries()) {
        const { diagnostics, declarations: next } = converter.convert(declarations, source);
        const [first] = diagnostics;
        if (first)
          return `cell ${k + 1}, line ${first.start.line + 1}, column ${first.start.character + 1}: TS${first.code}`;
        declarations = next;
      }
      return "no error";
    });
    converter.close();
    const errors = checkTypes(
      project.root,
      notebooks.map((sources, n) => ({ name: `${n}`, cells: cellsOf(sources) })),
    );
    const byCheck = notebooks.map((_, n) => {
      const first = errors.find(({ notebook }) => notebook === `${n}`);
      return first ? summary(first).replace(/: .*?\(TS(\d+)\).*/s, ": TS$1") : "no error";
    });
    expect(byCheck).toEqual(byKernel);
    expect(byKernel.filter((found) => found === "no error").length).toBeLessThan(8);
  });

  it("finds errors in several cells, and lets later ones use what a wrong one declares", () => {
    expect(check("const a: number = 'x';", "a.toFixed()", "a.length")).toEqual([
      "cell 1, line 1, column 7: Type 'string' is not assignable to type 'number'. (TS2322)",
      "cell 3, line 1, column 3: Property 'length' does not exist on type 'number'. (TS2339)",
    ]);
  });

  it("leaves cells alone that are there to fail", () => {
    const cells = [
      { source: "const a = 1;", mayFail: false },
      { source: "const a: number = 'x';\nnope", mayFail: true },
      { source: "a.toFixed(); b", mayFail: false },
    ];
    expect(checkTypes(project.root, [{ name: "one", cells }]).map(summary)).toEqual([
      "cell 3, line 1, column 14: Cannot find name 'b'. (TS2304)",
    ]);
  });

  it("keeps notebooks apart", () => {
    const [first, second] = [["const only = 1;"], ["only"]].map(cellsOf);
    const errors = checkTypes(project.root, [
      { name: "first", cells: first },
      { name: "second", cells: second },
    ]);
    expect(errors.map(({ notebook }) => notebook)).toEqual(["second"]);
  });
});
