import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { beforeAll, describe, expect, it } from "vitest";
import {
  compilerOptions,
  type ExportedFunction,
  exportedFunctions,
  findExamples,
  root,
} from "./examples/find";

// Whoever looks for a function finds it at work: in a notebook, or in the example of a doc comment.

const rooms = ["couplings", "interpolants", "fields", "samplers", "objectives", "metrics"];

/** The names that a piece of code uses: not those that it imports or declares, nor those of properties. */
function namesIn(code: string): Set<string> {
  const names = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) return;
    if (ts.isIdentifier(node) && isUse(node)) names.add(node.text);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile("cell.ts", code, ts.ScriptTarget.Latest, true));
  return names;
}

function isUse(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isPropertyAssignment(parent) || ts.isVariableDeclaration(parent) || ts.isBindingElement(parent)) {
    return parent.initializer === node;
  }
  return !ts.isParameter(parent) || parent.initializer === node;
}

function notebookCells(): string[] {
  const folder = join(root, "notebooks");
  return readdirSync(folder)
    .filter((file) => file.endsWith(".ipynb"))
    .flatMap((file) => {
      const { cells } = JSON.parse(readFileSync(join(folder, file), "utf8")) as {
        cells: { cell_type: string; source: string | string[] }[];
      };
      return cells
        .filter(({ cell_type }) => cell_type === "code")
        .map(({ source }) => [source].flat().join(""));
    });
}

let all: ExportedFunction[];

beforeAll(() => {
  const library = ts.createProgram([join(root, "lib/index.ts")], compilerOptions());
  all = exportedFunctions(library).filter(({ file }) => rooms.includes(file.split("/")[1]));
});

describe("every exported function", () => {
  it("of the rooms that hold the method is used by a notebook or by an example", () => {
    expect(new Set(all.map(({ file }) => file.split("/")[1]))).toEqual(new Set(rooms));
    const used = new Set(
      [...notebookCells(), ...findExamples().map(({ code }) => code)].flatMap((code) => [...namesIn(code)]),
    );
    const unused = all
      .filter(({ name }) => !used.has(name))
      .map(({ name, file, line }) => `${name} (${file}:${line})`);
    expect(unused).toEqual([]);
  });

  it("counts as used where it is used, not where it is imported, declared, written of, or a property", () => {
    const code = [
      'import { euler } from "./lib"; // heun()',
      'const rk4 = solveOde("midpoint", { bosh3: linear, mnist });',
      "const { moons, ...rest } = rk4.emoji;",
    ];
    expect([...namesIn(code.join("\n"))].sort()).toEqual(["linear", "mnist", "rk4", "solveOde"]);
  });
});
