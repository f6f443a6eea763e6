import { readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";
import ts from "typescript";

/** The project's folder. */
export const root = resolve(__dirname, "../..");

/** The code of one `@example` of a doc comment. */
export interface Example {
  /** Relative to the project, with slashes. */
  readonly file: string;
  /** The line of the tag, from 1. The first line of `code` is what follows the tag on that line. */
  readonly line: number;
  readonly code: string;
}

/** A function of the library's face, and how many examples its doc comment gives. */
export interface ExportedFunction {
  readonly name: string;
  readonly file: string;
  readonly line: number;
  readonly examples: number;
}

/** Every `@example` of the doc comments of lib. */
export function findExamples(): Example[] {
  const files = readdirSync(join(root, "lib"), { recursive: true, encoding: "utf8" });
  return files
    .filter((file) => file.endsWith(".ts"))
    .sort()
    .flatMap((file) => {
      const path = `lib/${file.split(sep).join("/")}`;
      return examplesOf(path, readFileSync(join(root, path), "utf8"));
    });
}

/** The examples in the text of one file. */
export function examplesOf(file: string, text: string): Example[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const tags = new Set<ts.JSDocTag>();
  const visit = (node: ts.Node): void => {
    for (const tag of exampleTags(node)) tags.add(tag);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return [...tags].map((tag) => {
    const start = tag.tagName.end;
    return {
      file,
      line: source.getLineAndCharacterOfPosition(start).line + 1,
      code: codeOf(text, start, tag),
    };
  });
}

/** The lines after the tag without the comment's stars; the fences of Markdown become blank. */
function codeOf(text: string, start: number, tag: ts.JSDocTag): string {
  return text
    .slice(start, tag.end)
    .replace(/\*\/$/, "")
    .split(/\r?\n/)
    .map((line, i) => (i === 0 ? line.trim() : line.replace(/^\s*\* ?/, "")))
    .map((line) => (line.startsWith("```") ? "" : line.trimEnd()))
    .join("\n")
    .trimEnd();
}

/** The `@example` tags of the doc comments that stand before this node. */
function exampleTags(node: ts.Node): ts.JSDocTag[] {
  const comments = (node as { jsDoc?: ts.JSDoc[] }).jsDoc ?? [];
  return comments.flatMap(({ tags }) => [...(tags ?? [])]).filter((tag) => tag.tagName.text === "example");
}

/** The project's compiler options, except that names may go unused. */
export function compilerOptions(): ts.CompilerOptions {
  const { config, error } = ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile);
  if (error) throw new Error(ts.flattenDiagnosticMessageText(error.messageText, "\n"));
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  return { ...options, noUnusedLocals: false, noUnusedParameters: false };
}

/** The symbols that lib/index.ts exports, by name. */
export function exportsOfLib(program: ts.Program): Map<string, ts.Symbol> {
  const checker = program.getTypeChecker();
  const index = program.getSourceFile(join(root, "lib/index.ts"));
  const face = index && checker.getSymbolAtLocation(index);
  if (!face) throw new Error("lib/index.ts is not part of the program.");
  return new Map(
    checker
      .getExportsOfModule(face)
      .map((symbol) => [
        symbol.name,
        symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol,
      ]),
  );
}

/** The functions that lib/index.ts exports, with and without examples, by file and line. */
export function exportedFunctions(program: ts.Program): ExportedFunction[] {
  const functions: ExportedFunction[] = [];
  for (const [name, { declarations = [] }] of exportsOfLib(program)) {
    const [first] = declarations.filter((declaration) => isFunction(declaration, program.getTypeChecker()));
    if (!first) continue;
    const source = first.getSourceFile();
    functions.push({
      name,
      file: relative(root, source.fileName).split(sep).join("/"),
      line: source.getLineAndCharacterOfPosition(first.getStart()).line + 1,
      examples: declarations.flatMap((declaration) => exampleTags(documented(declaration))).length,
    });
  }
  return functions.sort((a, b) => (a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1));
}

function isFunction(declaration: ts.Declaration, checker: ts.TypeChecker): boolean {
  if (ts.isFunctionDeclaration(declaration)) return true;
  if (!ts.isVariableDeclaration(declaration)) return false;
  return checker.getTypeAtLocation(declaration).getCallSignatures().length > 0;
}

/** The node that carries the doc comment of a declaration: of a constant, its statement. */
function documented(declaration: ts.Declaration): ts.Node {
  return ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration;
}
