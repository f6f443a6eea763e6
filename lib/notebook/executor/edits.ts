import { statSync } from "node:fs";
import Module from "node:module";
import { join, sep } from "node:path";

/**
 * Notices, when asked, which files of the project were edited. Packages are taken not to change while a
 * notebook runs.
 */
export class FileWatch {
  readonly #files = new Map<string, { time: number; callbacks: Set<(path: string) => void> }>();

  /** Calls `callback` from `check` on when the file at `path` changed. */
  watch(path: string, callback: (path: string) => void): { close(): void } {
    if (path.includes("/node_modules/")) return { close() {} };
    const file = this.#files.get(path) ?? { time: modified(path), callbacks: new Set() };
    this.#files.set(path, file);
    file.callbacks.add(callback);
    return { close: () => void file.callbacks.delete(callback) };
  }

  /** Looks at all files now, and says whether any was edited. */
  check(): boolean {
    let edited = false;
    for (const [path, file] of this.#files) {
      const time = modified(path);
      if (time === file.time) continue;
      file.time = time;
      edited = true;
      for (const callback of file.callbacks) callback(path);
    }
    return edited;
  }
}

const cache = (Module as unknown as { _cache: Record<string, NodeModule | undefined> })._cache;

/** Edits of loaded files, by the paths of the files. */
export interface Edits {
  /** The modules that were forgotten, each with the edited files that it is or uses. */
  readonly forgotten: ReadonlyMap<string, ReadonlySet<string>>;
  /** The edited files that the notebook's own machinery is or uses, which goes on with what it has loaded. */
  readonly kept: ReadonlySet<string>;
}

/**
 * The project's loaded modules. Those whose files were edited can be forgotten, so that the next import loads
 * them anew. The notebook's own machinery stays: cells and their host share it.
 */
export class LoadedModules {
  readonly #root: string;
  readonly #kept: string;
  readonly #times = new Map<string, number>();

  constructor(root: string) {
    this.#root = root;
    this.#kept = join(root, "lib", "notebook") + sep;
  }

  /** Notes the modules that were loaded since `since`, a time in milliseconds. */
  note(since: number): void {
    for (const path of this.#own()) {
      if (this.#times.has(path)) continue;
      const time = modified(path);
      // It may have been edited after it was loaded.
      this.#times.set(path, time < since ? time : Number.NaN);
    }
  }

  /** Forgets the modules whose files changed since they were noted, and all that use them. */
  forgetEdited(): Edits {
    const own = this.#own();
    const edited = own.filter((path) => this.#times.has(path) && this.#times.get(path) !== modified(path));
    const reasons = new Map(edited.map((path) => [path, new Set([path])]));
    for (let grown = edited.length > 0; grown; ) {
      grown = false;
      for (const path of own) {
        for (const { filename } of cache[path]?.children ?? []) {
          const mine = reasons.get(path) ?? new Set();
          const before = mine.size;
          for (const reason of reasons.get(filename) ?? []) mine.add(reason);
          if (mine.size === before) continue;
          reasons.set(path, mine);
          grown = true;
        }
      }
    }
    const kept = new Set<string>();
    for (const [path, files] of reasons) {
      if (path.startsWith(this.#kept)) {
        for (const file of files) kept.add(file);
        reasons.delete(path);
        this.#times.set(path, modified(path));
      } else {
        delete cache[path];
        this.#times.delete(path);
      }
    }
    return { forgotten: reasons, kept };
  }

  /**
   * Forgets the modules whose loading was broken off, in the midst of their code or of their compilation, so
   * that the next import loads them anew.
   */
  forgetUnfinished(): void {
    for (const [path, module] of Object.entries(cache)) {
      if (module && !module.loaded) delete cache[path];
    }
  }

  #own(): string[] {
    return Object.keys(cache).filter(
      (path) => path.startsWith(this.#root + sep) && !path.includes(`${sep}node_modules${sep}`),
    );
  }
}

function modified(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? -1;
}
