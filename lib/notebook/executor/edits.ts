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

  /** Looks at all files now. */
  check(): void {
    for (const [path, file] of this.#files) {
      const time = modified(path);
      if (time === file.time) continue;
      file.time = time;
      for (const callback of file.callbacks) callback(path);
    }
  }
}

const cache = (Module as unknown as { _cache: Record<string, NodeModule | undefined> })._cache;

/**
 * The project's loaded modules. Those whose files were edited can be forgotten, so that the next import loads
 * them anew. The notebook's own machinery stays: cells and their host share it.
 */
export class LoadedModules {
  readonly #root: string;
  readonly #times = new Map<string, number>();

  constructor(root: string) {
    this.#root = root;
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
  forgetEdited(): void {
    const own = this.#own();
    const stale = new Set(
      own.filter((path) => this.#times.has(path) && this.#times.get(path) !== modified(path)),
    );
    for (let before = -1; before !== stale.size; ) {
      before = stale.size;
      for (const path of own) {
        if (cache[path]?.children.some(({ filename }) => stale.has(filename))) stale.add(path);
      }
    }
    for (const path of stale) {
      delete cache[path];
      this.#times.delete(path);
    }
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
    const kept = join(this.#root, "lib", "notebook") + sep;
    return Object.keys(cache).filter(
      (path) =>
        path.startsWith(this.#root + sep) &&
        !path.includes(`${sep}node_modules${sep}`) &&
        !path.startsWith(kept),
    );
  }
}

function modified(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? -1;
}
