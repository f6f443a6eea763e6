import { createRequire } from "node:module";
import { dirname } from "node:path";
import type * as TypeScript from "typescript";
import type { FileWatch } from "./edits";

/** The part of tslab's converter that runs and inspects cells. */
export interface Converter {
  convert(
    previous: string,
    source: string,
  ): {
    readonly output?: string;
    readonly declOutput?: string;
    readonly diagnostics: readonly ConverterDiagnostic[];
    readonly lastExpressionVar?: string;
  };
  inspect(previous: string, source: string, position: number): TypeScript.QuickInfo | undefined;
  complete(
    previous: string,
    source: string,
    position: number,
  ): { readonly start: number; readonly end: number; readonly candidates: string[] };
  close(): void;
}

/** One line of a compiler's complaint; lines of the same complaint share `start`. Positions count from 0. */
export interface ConverterDiagnostic {
  readonly start: { readonly offset: number; readonly line: number; readonly character: number };
  readonly messageText: string;
  readonly code: number;
}

/** The source maps of the latest cell: TypeScript → ES module → what runs. */
export interface CellMaps {
  toModule?: string;
  toScript?: string;
}

// tslab brings a TypeScript of its own, whose completions it needs.
const fromTslab = createRequire(createRequire(__filename).resolve("tslab/package.json"));
const tslabTypeScript = "@tslab/typescript-for-tslab";

/** The compiler that tslab carries. */
export function typescript(): typeof TypeScript {
  return fromTslab(tslabTypeScript);
}

/**
 * tslab's converter with the settings that it keeps closed: the project's own compiler options (strict), top-level
 * await in all its forms, source maps, and checking of the cell alone. The files that a cell imports give
 * their types but are not compiled or complained about here: that is `npm run check`'s work, and would take
 * seconds for every import. tslab takes its options from nobody, so it is loaded on a TypeScript whose
 * `createWatchCompilerHost` sets them.
 *
 * Edits of imported files are taken in when `files` is checked. The current directory must be the project's root: tslab reads it when the converter is made.
 */
export function createConverter(files: FileWatch): { converter: Converter; maps: CellMaps } {
  const ts = typescript();
  const maps: CellMaps = {};
  const adjusted = { ...ts, ...overrides(ts, maps, files) };
  const id = fromTslab.resolve(tslabTypeScript);
  const entry = fromTslab.cache[id];
  const converterId = fromTslab.resolve("./dist/converter");
  const before = fromTslab.cache[converterId];
  if (!entry) throw new Error(`${tslabTypeScript} did not load`);
  try {
    delete fromTslab.cache[converterId];
    entry.exports = adjusted;
    const converter: Converter = fromTslab("./dist/converter").createConverter({
      isJS: false,
      isBrowser: false,
    });
    return { converter, maps };
  } finally {
    entry.exports = ts;
    if (before) fromTslab.cache[converterId] = before;
  }
}

type Builder = TypeScript.EmitAndSemanticDiagnosticsBuilderProgram;
type WatchHost = TypeScript.WatchCompilerHostOfFilesAndCompilerOptions<Builder>;
type Internals = typeof TypeScript & {
  bindSourceFile(file: TypeScript.SourceFile, options: TypeScript.CompilerOptions): void;
};

function overrides(ts: typeof TypeScript, maps: CellMaps, files: FileWatch) {
  return {
    visitEachChild: (
      node: TypeScript.Node,
      visitor: TypeScript.Visitor,
      context: TypeScript.TransformationContext,
    ) => visitEachChild(ts, node, visitor, context),
    sys: {
      ...ts.sys,
      watchFile: (path: string, changed: TypeScript.FileWatcherCallback) =>
        files.watch(path, () => changed(path, ts.FileWatcherEventKind.Changed)),
      watchDirectory: () => ({ close() {} }),
    },
    createWatchCompilerHost(
      files: string[],
      base: TypeScript.CompilerOptions,
      system: TypeScript.System,
      _createProgram: null,
      report: TypeScript.DiagnosticReporter,
      reportStatus: TypeScript.WatchStatusReporter,
    ): WatchHost {
      const host = ts.createWatchCompilerHost(
        files,
        { ...base, ...projectOptions(ts, dirname(files[0])), ...cellOptions(ts) },
        system,
        // A builder without its own bookkeeping: that costs a second type checker for every cell.
        ts.createAbstractBuilder as unknown as TypeScript.CreateProgram<Builder>,
        report,
        reportStatus,
      );
      let afterProgramCreate: WatchHost["afterProgramCreate"];
      Object.defineProperty(host, "afterProgramCreate", {
        get: () => afterProgramCreate,
        set(then: (builder: Builder) => void) {
          afterProgramCreate = (builder) => then(onCellAlone(ts as Internals, builder, files));
        },
      });
      return host;
    },
    transpileModule(input: string, options: TypeScript.TranspileOptions): TypeScript.TranspileOutput {
      const [code, map] = splitInlineMap(input);
      const output = ts.transpileModule(code, {
        ...options,
        compilerOptions: { ...options.compilerOptions, sourceMap: true },
      });
      maps.toModule = map;
      maps.toScript = output.sourceMapText;
      return { ...output, outputText: output.outputText.replace(/\n\/\/# sourceMappingURL=.*\s*$/, "\n") };
    },
  };
}

/** The compiler options of the project's tsconfig.json. */
function projectOptions(ts: typeof TypeScript, root: string): TypeScript.CompilerOptions {
  const path = ts.findConfigFile(root, ts.sys.fileExists);
  if (!path) return { strict: true };
  const { config } = ts.readConfigFile(path, ts.sys.readFile);
  return ts.convertCompilerOptionsFromJson(config?.compilerOptions ?? {}, dirname(path)).options;
}

function cellOptions(ts: typeof TypeScript) {
  return {
    module: ts.ModuleKind.ESNext,
    noEmit: false,
    noUnusedLocals: false,
    noUnusedParameters: false,
    isolatedModules: false,
    disableTopLevelAwait: false,
    skipLibCheck: true,
    inlineSourceMap: true,
  };
}

/** Lets the converter see a program in which a cell depends on nothing that would have to be compiled. */
function onCellAlone(ts: Internals, builder: Builder, cellFiles: readonly string[]): Builder {
  for (const name of cellFiles) {
    const file = builder.getSourceFile(name);
    if (file) ts.bindSourceFile(file, builder.getCompilerOptions());
  }
  const program = builder.getProgram();
  return Object.assign(Object.create(builder) as Builder, {
    getAllDependencies: (file: TypeScript.SourceFile) => [file.fileName],
    getProgram: () => withVariablesOnly(ts, program),
  });
}

/**
 * tslab replaces a name by an earlier cell's variable when the name's symbol was declared there. For `{ x }` it gets the
 * symbol of the property, and misses the variable; for `const { x: y } = z` it gets that of a property of z's type,
 * which may well have been declared in an earlier cell, and takes it for a variable.
 */
function withVariablesOnly(ts: typeof TypeScript, program: TypeScript.Program): TypeScript.Program {
  const checker = program.getTypeChecker();
  const getSymbolAtLocation = (node: TypeScript.Node) => {
    const { parent } = node;
    if (parent && ts.isShorthandPropertyAssignment(parent)) {
      return checker.getShorthandAssignmentValueSymbol(parent);
    }
    const isProperty =
      parent &&
      ((ts.isBindingElement(parent) && parent.propertyName === node) ||
        (ts.isPropertyAssignment(parent) && parent.name === node));
    return isProperty ? undefined : checker.getSymbolAtLocation(node);
  };
  const seeing = Object.assign(Object.create(checker) as TypeScript.TypeChecker, { getSymbolAtLocation });
  return Object.assign(Object.create(program) as TypeScript.Program, { getTypeChecker: () => seeing });
}

/** Writes `{ x }` out as `{ x: exports.x }` where tslab's visitor replaces x. */
function visitEachChild<T extends TypeScript.Node>(
  ts: typeof TypeScript,
  node: T,
  visitor: TypeScript.Visitor,
  context: TypeScript.TransformationContext,
): TypeScript.Node {
  if (ts.isShorthandPropertyAssignment(node)) {
    const value = visitor(node.name);
    if (value !== undefined && value !== node.name) {
      return ts.factory.createPropertyAssignment(node.name, value as TypeScript.Expression);
    }
  }
  return ts.visitEachChild(node, visitor, context);
}

function splitInlineMap(code: string): [code: string, map: string | undefined] {
  const marker = "//# sourceMappingURL=data:application/json;base64,";
  const at = code.lastIndexOf(marker);
  if (at < 0) return [code, undefined];
  return [code.slice(0, at), Buffer.from(code.slice(at + marker.length).trim(), "base64").toString()];
}
