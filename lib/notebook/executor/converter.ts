import { createRequire } from "node:module";
import { EOL } from "node:os";
import { relative, resolve } from "node:path";
import type * as TypeScript from "typescript";
import { adjusted, type CellMaps, type CellMode, type Internals } from "./compiler-host";
import type { FileWatch } from "./edits";
import { type CompiledCell, type Explanation, ofCall, ofName } from "./explain";
import type { CellNames } from "./in-use";

/** Compiles cells, each knowing what those before it declared. */
export interface Converter {
  /** Compiles a cell. `previous` is the `declarations` of the cell before. */
  convert(previous: string, source: string): Converted;
  /** What is known of the name, or else of the call, at an offset. */
  inspect(previous: string, source: string, offset: number): Explanation | undefined;
  complete(
    previous: string,
    source: string,
    offset: number,
  ): { readonly start: number; readonly end: number; readonly candidates: string[] };
  close(): void;
}

/** The code of a compiled cell. */
export interface CompiledCode {
  /** JavaScript, to be run as the body of an async function of `exports` and `require`. */
  readonly output: string;
  readonly maps: CellMaps;
  readonly declarations: string;
  /** The name under which the value of the cell's last expression is exported, if it ends with one. */
  readonly lastExpression?: string;
  /** The files, other than those of packages, on whose types this depends. */
  readonly files: readonly string[];
}

/** A compiled cell; when there are diagnostics, there is nothing else. */
interface Converted extends CompiledCode {
  readonly diagnostics: readonly ConverterDiagnostic[];
  readonly names: CellNames;
}

/** One line of a compiler diagnostic; lines of the same diagnostic share `start`. Positions count from 0. */
export interface ConverterDiagnostic {
  readonly start: { readonly offset: number; readonly line: number; readonly character: number };
  readonly messageText: string;
  readonly code: number;
}

interface TslabConverter extends Omit<Converter, "convert" | "inspect"> {
  inspect(previous: string, source: string, offset: number): TypeScript.QuickInfo | undefined;
  convert(
    previous: string,
    source: string,
  ): {
    readonly diagnostics: readonly ConverterDiagnostic[];
    readonly output?: string;
    readonly declOutput?: string;
    readonly lastExpressionVar?: string;
  };
}

// Found on use: other projects, which use the library only, have no tslab.
const requireOfTslab = () => createRequire(createRequire(__filename).resolve("tslab/package.json"));
// tslab brings a TypeScript of its own, whose completions it needs.
const tslabTypeScript = "@tslab/typescript-for-tslab";

/** What tslab puts before a cell to make it a module. */
const cellPrefix = `export {};${EOL}`;

/** The compiler that tslab carries. */
export function typescript(): typeof TypeScript {
  return requireOfTslab()(tslabTypeScript);
}

/**
 * tslab's converter, on a compiler adjusted to this project. Edits of imported files are taken in when
 * `files` is checked. The current directory must be the project's root: tslab reads it when the converter is
 * made.
 */
export function createConverter(options: { files: FileWatch; docs: boolean }): Converter {
  const ts = typescript() as Internals;
  const maps: CellMaps = {};
  const mode: CellMode = { declares: false, checkDeclarations: false };
  let latest: CompiledCell | undefined;
  const compiled = (program: TypeScript.Program, file: TypeScript.SourceFile | undefined) => {
    latest = file && { program, file };
  };
  const tslab = loadOn(adjusted(ts, { ...options, maps, mode, compiled })).createConverter({
    isJS: false,
    isBrowser: false,
  });
  const { complete, close } = tslab;

  function inspect(previous: string, source: string, offset: number): Explanation | undefined {
    const name = tslab.inspect(previous, source, offset);
    if (name) return ofName(name);
    return latest && ofCall(ts, latest, offset + cellPrefix.length);
  }

  function convert(previous: string, source: string): Converted {
    mode.declares = declaresNames(ts, source);
    const { diagnostics, output = "", declOutput = "", lastExpressionVar } = tslab.convert(previous, source);
    if (/^undefined/.test(declOutput) && !mode.checkDeclarations) {
      // Declarations that can't be emitted were left out; the compiler is now asked which.
      mode.checkDeclarations = true;
      try {
        return convert(previous, source);
      } finally {
        mode.checkDeclarations = false;
      }
    }
    return {
      diagnostics,
      output,
      maps: { ...maps },
      declarations: declOutput,
      lastExpression: lastExpressionVar,
      files: latest ? ownFiles(latest) : [],
      names: latest ? namesOf(ts, latest) : { files: [], imported: new Map(), declared: new Set() },
    };
  }
  return { convert, inspect, complete, close };
}

/** The files of a cell's program, but for those of packages and the cell's own. */
function ownFiles({ program }: CompiledCell): string[] {
  const paths = program.getSourceFiles().map(({ fileName }) => resolve(fileName));
  const others = /(?:^|[\\/])node_modules[\\/]|^__(?:tslab__\.ts|prev__\.d\.ts)$/;
  return paths.filter((path) => !others.test(relative(process.cwd(), path)));
}

/** The names that a cell declares, and the files of the project that the imported ones come from. */
function namesOf(ts: Internals, { program, file }: CompiledCell): CellNames {
  const checker = program.getTypeChecker();
  const imported = new Map<string, string>();
  const declared = new Set((file as BoundFile).locals?.keys());
  for (const [name, symbol] of (file as BoundFile).locals ?? []) {
    if (!(symbol.flags & ts.SymbolFlags.Alias)) continue;
    const source = checker.getAliasedSymbol(symbol).declarations?.[0]?.getSourceFile();
    if (source && !source.isDeclarationFile) imported.set(name, source.fileName);
  }
  const files = file.statements.flatMap((statement) => {
    if (!ts.isImportDeclaration(statement)) return [];
    const source = checker.getSymbolAtLocation(statement.moduleSpecifier)?.valueDeclaration?.getSourceFile();
    return source && !source.isDeclarationFile ? [source.fileName] : [];
  });
  return { files, imported, declared };
}

/** A source file with its internals. */
interface BoundFile extends TypeScript.SourceFile {
  readonly locals?: ReadonlyMap<string, TypeScript.Symbol>;
}

function declaresNames(ts: Internals, source: string): boolean {
  const file = ts.createSourceFile("cell.ts", `export {};\n${source}`, ts.ScriptTarget.ES2022);
  ts.bindSourceFile(file, {});
  return ((file as BoundFile).locals?.size ?? 0) > 0;
}

/** tslab's converter can't be configured, so it is loaded with another compiler in place of its own. */
function loadOn(compiler: object): { createConverter(options: object): TslabConverter } {
  const fromTslab = requireOfTslab();
  const entry = fromTslab.cache[fromTslab.resolve(tslabTypeScript)];
  if (!entry) throw new Error(`${tslabTypeScript} did not load`);
  const own = entry.exports;
  const id = fromTslab.resolve("./dist/converter");
  const before = fromTslab.cache[id];
  try {
    delete fromTslab.cache[id];
    entry.exports = compiler;
    return fromTslab("./dist/converter");
  } finally {
    entry.exports = own;
    delete fromTslab.cache[id];
    if (before) fromTslab.cache[id] = before;
  }
}
