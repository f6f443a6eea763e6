import { join } from "node:path";
import type * as TypeScript from "typescript";
import { compileFailure } from "../executor/cell-error";
import { cellCompilerOptions, type Internals, nodeTypes } from "../executor/compiler-host";
import { type ConverterDiagnostic, typescript } from "../executor/converter";
import type { Failure } from "../executor/output";

/** The code of one notebook, as the type check takes it. */
export interface CheckedNotebook {
  readonly name: string;
  /** The cells that would run, in order. */
  readonly cells: readonly CheckedCell[];
}

/** A cell for the type check. */
interface CheckedCell {
  readonly source: string;
  /** Whether the cell is there to fail, so that its errors are none of the notebook's. */
  readonly mayFail: boolean;
}

/** A cell that does not compile. */
export interface CellTypeError {
  readonly notebook: string;
  /** The number of the cell among those that would run, from 1. */
  readonly cell: number;
  /** What the cell would fail with if it were run. */
  readonly failure: Failure;
}

// As the kernel does it, a line before the cell makes it a module.
const prefix = "export {};\n";

// A variable that another cell declares without a type, and sets, is of type any from there on.
const implicitAnyDeclared = 7034;
const implicitAnyUsed = 7005;

/**
 * Type-checks all cells of some notebooks against the project at `root`, without running any. All are one
 * program, so that the library's types are read once. As in the kernel, each cell sees what the cells before
 * it declare and may declare it anew; a cell that does not compile still tells the later ones its names.
 */
export function checkTypes(root: string, notebooks: readonly CheckedNotebook[]): CellTypeError[] {
  const ts = typescript() as Internals;
  const options = cellCompilerOptions(ts, root);
  const texts = new Map<string, string>();
  const fileOf = (notebook: number, cell: number) => join(root, `__${notebook}-${cell}__.ts`);
  for (const [n, { cells }] of notebooks.entries()) {
    for (const [k, { source }] of cells.entries()) texts.set(fileOf(n, k), asModule(ts, source));
  }
  const program = ts.createProgram([...texts.keys()], options, hostWith(ts, options, texts));
  // Makes the checker, which binds the files: that comes first, for it sets their parents.
  program.getTypeChecker();
  const errors: CellTypeError[] = [];
  for (const [n, { name, cells }] of notebooks.entries()) {
    let before: TypeScript.SourceFile | undefined;
    for (const [k, { source, mayFail }] of cells.entries()) {
      const file = program.getSourceFile(fileOf(n, k));
      if (!file) throw new Error(`The compiler has lost cell ${k + 1} of ${name}.`);
      // A name that the cell itself does not declare is looked up in the parent.
      (file as { parent?: TypeScript.Node }).parent = before;
      const all = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
      const declaresImplicitAny = all.some(({ code }) => code === implicitAnyDeclared);
      const found = all.filter(({ code }) => code !== implicitAnyUsed || declaresImplicitAny);
      if (found.length > 0 && mayFail) continue;
      before = file;
      if (found.length === 0) continue;
      const cell = { label: `cell ${k + 1}`, source };
      const diagnostics = ts.sortAndDeduplicateDiagnostics(found).flatMap((one) => linesOf(ts, one, file));
      errors.push({ notebook: name, cell: k + 1, failure: compileFailure(cell, diagnostics) });
    }
  }
  return errors;
}

/**
 * The cell as a module. Unless its syntax is wrong, it exports all that it declares, so that a variable whose
 * type can't be told is an error there.
 */
function asModule(ts: Internals, source: string): string {
  const text = prefix + source;
  const file = ts.createSourceFile("cell.ts", text, ts.ScriptTarget.ES2022) as BoundFile;
  if (file.parseDiagnostics.length > 0) return text;
  ts.bindSourceFile(file, {});
  return `${text}\nexport {${[...(file.locals?.keys() ?? [])].join(", ")}};`;
}

/** A source file with its internals. */
interface BoundFile extends TypeScript.SourceFile {
  readonly parseDiagnostics: readonly TypeScript.Diagnostic[];
  readonly locals?: ReadonlyMap<string, unknown>;
}

function hostWith(
  ts: typeof TypeScript,
  options: TypeScript.CompilerOptions,
  texts: ReadonlyMap<string, string>,
): TypeScript.CompilerHost {
  const host = ts.createCompilerHost(options);
  const { fileExists } = host;
  host.fileExists = (path) => texts.has(path) || fileExists(path);
  host.readFile = (path) => texts.get(path) ?? nodeTypes(ts, path);
  host.getSourceFile = (path, language) => {
    const text = host.readFile(path);
    return text === undefined ? undefined : ts.createSourceFile(path, text, language);
  };
  return host;
}

/** The lines of a diagnostic's message, each with the diagnostic's position in the cell. */
function linesOf(
  ts: typeof TypeScript,
  { start = 0, messageText, code }: TypeScript.Diagnostic,
  file: TypeScript.SourceFile,
): ConverterDiagnostic[] {
  const { line, character } = file.getLineAndCharacterOfPosition(start);
  const place = { offset: start - prefix.length, line: line - 1, character };
  const lines = ts.flattenDiagnosticMessageText(messageText, "\n").split("\n");
  return lines.map((text) => ({ start: place, messageText: text.trimStart(), code }));
}
