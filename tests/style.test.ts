import { readdirSync, readFileSync } from "node:fs";
import { join, resolve, sep } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";

// Lines of source have at most COLUMNS columns, those of comments too, which the formatter leaves alone.
// A line may be longer only where what crosses the last column can't be divided:
//
// - a template literal, its expressions included, or a regular expression;
// - a string without a space;
// - an address (a word with "://") in a comment.
//
// Punctuation that closes the line does not count.

const COLUMNS = 110;

const root = resolve(__dirname, "..");

interface LongLine {
  readonly line: number;
  readonly columns: number;
}

/** The lines of a file that are too long. */
function longLines(file: string, text: string): LongLine[] {
  const lines = text.split("\n").map((line) => line.replace(/\r$/, ""));
  const long = lines
    .map((line, i) => ({ text: line, line: i + 1, columns: [...line].length }))
    .filter(({ columns }) => columns > COLUMNS);
  if (long.length === 0) return [];
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  return long
    .filter(({ text, line }) => {
      // The first character after the last column, where characters may have two code units; or, where only
      // punctuation is there, what it closes.
      const last = text.replace(/[\])};,]+$/, "").length - 1;
      const column = Math.min([...text].slice(0, COLUMNS).join("").length, last);
      const address = [...text.matchAll(/\S*:\/\/\S*/g)].some(
        ({ index, 0: word }) => index < column && index + word.length > column,
      );
      return !address && !undividedAt(source, source.getPositionOfLineAndCharacter(line - 1, column));
    })
    .map(({ line, columns }) => ({ line, columns }));
}

/** Whether a literal that can't be divided starts before this position and ends after it. */
function undividedAt(source: ts.SourceFile, position: number): boolean {
  const visit = (node: ts.Node): boolean => {
    if (node.getStart(source) >= position || node.end <= position) return false;
    if (ts.isTemplateLiteral(node) || ts.isRegularExpressionLiteral(node)) return true;
    if (ts.isStringLiteral(node) && !node.text.includes(" ")) return true;
    return ts.forEachChild(node, visit) ?? false;
  };
  return visit(source);
}

/** The source files below a folder, relative to the project, with slashes. */
function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => /\.(ts|mts|mjs|py)$/.test(file))
    .map((file) => `${folder}/${file.split(sep).join("/")}`)
    .sort();
}

/** All lines that are too long, by room: `lib/couplings`, `tests/couplings`, … */
function tooLong(): Map<string, string[]> {
  const rooms = new Map<string, string[]>();
  for (const file of [".config", "lib", "tests", "datasets"].flatMap(sources)) {
    const room = file.split("/").slice(0, 2).join("/");
    for (const { line, columns } of longLines(file, readFileSync(join(root, file), "utf8"))) {
      rooms.set(room, [...(rooms.get(room) ?? []), `${file}:${line} has ${columns} columns`]);
    }
  }
  return rooms;
}

describe("line length", () => {
  it(`is at most ${COLUMNS} columns`, () => {
    const rooms = tooLong();
    const count = [...rooms.values()].flat().length;
    if (count === 0) return;
    const list = [...rooms].map(([room, lines]) => `${room}: ${lines.length}\n  ${lines.join("\n  ")}`);
    throw new Error(`${count} lines are too long. Break them.\n${list.join("\n")}`);
  });

  const wide = "wide ".repeat(COLUMNS / 5);
  it.each([
    ["a comment", `// ${wide}`, [1]],
    ["a doc comment", `/**\n * ${wide}\n */`, [2]],
    ["a comment after code", `const a = 1; // ${wide}`, [1]],
    ["a string with spaces", `const a = "${wide}";`, [1]],
    ["code after a template", `const a = [\`b\`${", 1".repeat(COLUMNS)}];`, [1]],
    ["a string without spaces", `const a = "${wide.replaceAll(" ", "_")}";`, []],
    ["punctuation after a string", `const a = "${"_".repeat(COLUMNS - 12)}";`, []],
    ["punctuation after code", `const a = [${"1".repeat(COLUMNS - 11)}];`, [1]],
    ["a template", `const a = \`${wide}\`;`, []],
    ["an expression in a template", `const a = \`\${b.replaceAll("${wide}", "c")}\`;`, []],
    ["lines of a template", `const a = \`\n${wide} b\n\`;`, []],
    ["a regular expression", `const a = /${wide}/;`, []],
    ["an address", `// See https://example.org/${wide.replaceAll(" ", "_")}`, []],
    ["what is not too long", `// ${"ρ".repeat(COLUMNS - 3)}\n// ${"𝔼".repeat(COLUMNS - 3)}`, []],
  ])("judges %s", (_, text, lines) => {
    expect(longLines("a.ts", text).map(({ line }) => line)).toEqual(lines);
  });
});
