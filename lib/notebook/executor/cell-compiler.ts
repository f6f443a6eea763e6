import { compileFailure, type FailedCell } from "./cell-error";
import { type CellStore, cellStore } from "./cell-store";
import { type CompiledCode, type Converter, createConverter } from "./converter";
import { FileWatch, LoadedModules } from "./edits";
import type { Explanation } from "./explain";
import { NamesInUse } from "./in-use";
import { LibTypes } from "./lib-types";
import { Refused } from "./run";
import { restartTranspiler, reviveTranspiler } from "./transpiler";

/**
 * Compiles the cells of one notebook, each knowing what those that ran before it declared. When
 * `interactive`, it takes in edits of the project's files; else it uses what was compiled before, by any
 * process.
 */
export class CellCompiler {
  readonly #root: string;
  readonly #interactive: boolean;
  readonly #files = new FileWatch();
  readonly #modules: LoadedModules;
  readonly #inUse: NamesInUse;
  readonly #libTypes: LibTypes;
  #loaded: Converter | undefined;
  #store: CellStore | undefined;
  #declarations = "";
  #edited = false;
  #ownWork = 0;

  constructor({ root, interactive }: { readonly root: string; readonly interactive: boolean }) {
    this.#root = root;
    this.#interactive = interactive;
    this.#modules = new LoadedModules(root);
    // What this process has loaded so far.
    if (interactive) this.#modules.note(Date.now() - 1000 * process.uptime());
    this.#inUse = new NamesInUse(root);
    this.#libTypes = new LibTypes(root);
    if (interactive) this.#converter();
  }

  /** Whether it is in the midst of work that is not to be broken off. */
  get busy(): boolean {
    return this.#ownWork > 0;
  }

  /**
   * Compiles a cell.
   * @param warn told what edits of files mean for the notebook, now or later
   * @throws Refused where it doesn't compile.
   */
  async compile(cell: FailedCell, warn: (text: string) => void): Promise<CompiledCode> {
    return this.#interactive ? this.#whole(() => this.#withEdits(cell, warn)) : this.#once(cell);
  }

  /** Takes in that a cell has run: the next one sees what it declared. */
  declare({ declarations }: CompiledCode): void {
    this.#declarations = declarations;
  }

  /** Takes in that a cell has ended, well or not, with the modules that it loaded. */
  cellEnded({ startTime, interrupted }: { readonly startTime: number; readonly interrupted: boolean }): void {
    if (interrupted) {
      restartTranspiler();
      this.#modules.forgetUnfinished();
    }
    if (this.#interactive) this.#modules.note(startTime);
  }

  /** What is known of the name, or else of the call, at an offset of a cell not yet run. */
  inspect(source: string, offset: number): Explanation | undefined {
    return this.#whole(() => this.#converter().inspect(this.#declarations, source, offset));
  }

  /** Completions at an offset of a cell not yet run. */
  complete(source: string, offset: number): ReturnType<Converter["complete"]> {
    return this.#whole(() => this.#converter().complete(this.#declarations, source, offset));
  }

  /** Stops watching files. */
  close(): void {
    this.#libTypes.close();
    this.#loaded?.close();
  }

  // Loading it takes a second, and cells that are in the store do without.
  #converter(): Converter {
    this.#loaded ??= createConverter({ files: this.#files, docs: this.#interactive });
    return this.#loaded;
  }

  /** Does work of the notebook itself, which is not to be broken off. */
  #whole<T>(work: () => T): T {
    this.#ownWork++;
    try {
      return work();
    } finally {
      this.#ownWork--;
    }
  }

  /** Compiles a cell with the project's files as they are now. */
  #withEdits(cell: FailedCell, warn: (text: string) => void): CompiledCode {
    reviveTranspiler();
    this.#edited = this.#files.check() || this.#edited;
    const compiled = this.#converter().convert(this.#declarations, cell.source);
    if (compiled.diagnostics.length > 0) {
      // The converter would remember that a module was not there, even when it is.
      if (compiled.diagnostics.some(({ code }) => code === moduleNotFound)) this.#renewConverter();
      throw new Refused(compileFailure(cell, compiled.diagnostics));
    }
    for (const text of this.#inUse.update(this.#modules.forgetEdited(), compiled.names)) warn(text);
    this.#libTypes.update(compiled.names.files, this.#edited, warn);
    this.#edited = false;
    return compiled;
  }

  /** Compiles a cell, unless that was done before, by any process. */
  async #once(cell: FailedCell): Promise<CompiledCode> {
    const { source } = cell;
    this.#store ??= cellStore(this.#root);
    const store = this.#store;
    const find = () => store.find(this.#declarations, source);
    const compileAndKeep = () => {
      const compiled = this.#converter().convert(this.#declarations, source);
      if (compiled.diagnostics.length > 0) throw new Refused(compileFailure(cell, compiled.diagnostics));
      store.keep(this.#declarations, source, compiled);
      return compiled;
    };
    return find() ?? store.alone(this.#declarations, source, () => find() ?? compileAndKeep());
  }

  #renewConverter(): void {
    this.#loaded?.close();
    this.#loaded = undefined;
  }
}

const moduleNotFound = 2307;
