import { dirname } from "node:path";
import type * as TypeScript from "typescript";
import type { FileWatch } from "./edits";
import { withMarks } from "./marks";
import { visitEachChild, withVariables } from "./variables";

type Builder = TypeScript.EmitAndSemanticDiagnosticsBuilderProgram;
type WatchHost = TypeScript.WatchCompilerHostOfFilesAndCompilerOptions<Builder>;

/** The compiler's internals that are used here. */
export type Internals = typeof TypeScript & {
  bindSourceFile(file: TypeScript.SourceFile, options: TypeScript.CompilerOptions): void;
  readonly SignatureHelp: {
    getSignatureHelpItems(
      program: TypeScript.Program,
      file: TypeScript.SourceFile,
      position: number,
      reason: TypeScript.SignatureHelpTriggerReason | undefined,
      cancellation: { isCancellationRequested(): boolean; throwIfCancellationRequested(): void },
    ): TypeScript.SignatureHelpItems | undefined;
  };
};

/** The source maps of the latest cell: TypeScript → ES module → what runs. */
export interface CellMaps {
  toModule?: string;
  toScript?: string;
}

/** How the next cell is to be compiled. */
export interface CellMode {
  /**
   * tslab compiles a cell that declares names twice, first only to learn the names. Whether this is such a
   * cell.
   */
  declares: boolean;
  /** Whether to check for declarations that can't be emitted, which are rare and slow to find. */
  checkDeclarations: boolean;
}

/** What a compiler host is made from. */
export interface HostOptions {
  readonly files: FileWatch;
  /** Whether the documentation of packages is read, for a front end that shows it. */
  readonly docs: boolean;
  readonly maps: CellMaps;
  readonly mode: CellMode;
  /** Called with the program of each compilation, and the cell's file in it. */
  compiled(program: TypeScript.Program, cell: TypeScript.SourceFile | undefined): void;
}

/**
 * A TypeScript with which tslab compiles cells under the project's own compiler options (strict), with
 * top-level await in all its forms, with source maps, and with marks of the statements that a cell comes to.
 * It checks the cell alone: the files that a cell imports provide their types, but are neither compiled nor
 * diagnosed. That is the work of `npm run check`, and would take seconds for every import.
 */
export function adjusted(ts: Internals, options: HostOptions): object {
  const { files, docs, maps, mode, compiled } = options;
  return {
    ...ts,
    visitEachChild: visitEachChild(ts),
    sys: {
      ...ts.sys,
      readFile: (path: string, encoding?: string) => nodeTypes(ts, path, { encoding, docs }),
      watchFile: (path: string, changed: TypeScript.FileWatcherCallback) =>
        files.watch(path, () => changed(path, ts.FileWatcherEventKind.Changed)),
      watchDirectory: () => ({ close() {} }),
    },
    createWatchCompilerHost(
      rootFiles: string[],
      base: TypeScript.CompilerOptions,
      system: TypeScript.System,
      _createProgram: null,
      report: TypeScript.DiagnosticReporter,
      reportStatus: TypeScript.WatchStatusReporter,
    ): WatchHost {
      const compilerOptions = { ...base, ...cellCompilerOptions(ts, dirname(rootFiles[0])) };
      const create = cellBuilders(ts, rootFiles, mode, compiled);
      return withOneTimer(
        ts.createWatchCompilerHost(rootFiles, compilerOptions, system, create, report, reportStatus),
      );
    },
    getPreEmitDiagnosticsOfFiles(program: TypeScript.Program, sources: readonly TypeScript.SourceFile[]) {
      return ts.sortAndDeduplicateDiagnostics([
        ...program.getOptionsDiagnostics(),
        ...program.getGlobalDiagnostics(),
        ...sources.flatMap((source) => [
          ...program.getSyntacticDiagnostics(source),
          ...program.getSemanticDiagnostics(source),
          ...(mode.checkDeclarations ? program.getDeclarationDiagnostics(source) : []),
        ]),
      ]);
    },
    transpileModule(input: string, transpile: TypeScript.TranspileOptions): TypeScript.TranspileOutput {
      const [code, map] = splitInlineMap(input);
      const output = ts.transpileModule(code, {
        ...transpile,
        compilerOptions: { ...transpile.compilerOptions, sourceMap: true },
        transformers: { before: [withMarks(ts)] },
      });
      maps.toModule = map;
      maps.toScript = output.sourceMapText;
      return { ...output, outputText: output.outputText.replace(/\n\/\/# sourceMappingURL=.*\s*$/, "\n") };
    },
  };
}

/**
 * tslab keeps a single timer, for the next compilation. The compiler asks for a second one when a
 * package.json was edited: that callback is run at once.
 */
function withOneTimer(host: WatchHost): WatchHost {
  const atOnce = {};
  return {
    ...host,
    setTimeout(callback: () => void, ms: number) {
      if (callback.name !== "invalidateResolutionsOfFailedLookup") return host.setTimeout?.(callback, ms);
      callback();
      return atOnce;
    },
    clearTimeout: (timer: unknown) => (timer === atOnce ? undefined : host.clearTimeout?.(timer)),
  };
}

/** How a package's types pull in the browser's. */
const browserReference = /^\/\/\/ <reference lib="dom[\w.]*" ?\/>/gm;

/** Comments that fill lines of their own. */
const blockComments = /^[ \t]*\/\*[\s\S]*?\*\/[ \t]*\r?$/gm;

/**
 * The text of a file, and of one that declares types what is of use in Node: without the browser's types, and
 * without documentation unless `docs` is given.
 */
export function nodeTypes(
  ts: typeof TypeScript,
  path: string,
  { encoding, docs = false }: { encoding?: string; docs?: boolean } = {},
): string | undefined {
  const text = ts.sys.readFile(path, encoding);
  if (!text || !/\.d\.[cm]?ts$/.test(path)) return text;
  const node = text.replace(browserReference, "");
  return docs ? node : node.replace(blockComments, "");
}

/** The compiler options for cells of the project at `root`. */
export function cellCompilerOptions(ts: typeof TypeScript, root: string): TypeScript.CompilerOptions {
  return { ...projectOptions(ts, root), ...cellOptions(ts) };
}

/** The compiler options of the project's tsconfig.json, without the browser's types: cells run in Node. */
function projectOptions(ts: typeof TypeScript, root: string): TypeScript.CompilerOptions {
  const path = ts.findConfigFile(root, ts.sys.fileExists);
  if (!path) return { strict: true };
  const { config } = ts.readConfigFile(path, ts.sys.readFile);
  const { options } = ts.convertCompilerOptionsFromJson(config?.compilerOptions ?? {}, dirname(path));
  return { ...options, ...(options.lib && { lib: options.lib.filter((file) => !/\.dom\./.test(file)) }) };
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

/**
 * Makes the builders that tslab sees: without their own bookkeeping, which would cost a second type checker
 * per cell, and with cells that depend on no file that would have to be compiled.
 */
function cellBuilders(
  ts: Internals,
  cellFiles: readonly string[],
  mode: CellMode,
  compiled: HostOptions["compiled"],
): TypeScript.CreateProgram<Builder> {
  const create = ts.createAbstractBuilder as unknown as TypeScript.CreateProgram<Builder>;
  let whole: Builder | undefined;
  return (names, compilerOptions, host, _previous, ...rest) => {
    const bound = (file: TypeScript.SourceFile | undefined) => {
      if (file) ts.bindSourceFile(file, compilerOptions ?? {});
      return file;
    };
    if (whole && mode.declares) {
      // The names that a cell declares can be read from its text.
      mode.declares = false;
      return Object.assign(Object.create(whole) as Builder, {
        getProgramOrUndefined: () => undefined,
        getSourceFile: (name: string) => bound(host?.getSourceFile(name, ts.ScriptTarget.ES2022)),
      });
    }
    whole = create(names, compilerOptions, host, whole, ...rest);
    for (const name of cellFiles) bound(whole.getSourceFile(name));
    const program = withVariables(ts, whole.getProgram());
    compiled(program, program.getSourceFile(cellFiles[1]));
    return Object.assign(Object.create(whole) as Builder, {
      getProgram: () => program,
      getAllDependencies: (file: TypeScript.SourceFile) => [file.fileName],
    });
  };
}

function splitInlineMap(code: string): [code: string, map: string | undefined] {
  const marker = "//# sourceMappingURL=data:application/json;base64,";
  const at = code.lastIndexOf(marker);
  if (at < 0) return [code, undefined];
  return [code.slice(0, at), Buffer.from(code.slice(at + marker.length).trim(), "base64").toString()];
}
