import { copyFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

const repository = resolve(__dirname, "../..");

/**
 * Makes a small project in a temporary folder whose path has a space: the notebook machinery of this one, a
 * `lib` with few names, and the given files.
 */
export function makeProject(files: Readonly<Record<string, string>> = {}): { root: string; remove(): void } {
  const parent = mkdtempSync(join(tmpdir(), "project-"));
  const root = join(parent, "with space");
  mkdirSync(join(root, "lib"), { recursive: true });
  for (const folder of [
    "files",
    "formats",
    "text",
    "statistics",
    "conditions",
    "data",
    "figures",
    "playground",
    "notebook",
    "report",
    "cli",
  ]) {
    cpSync(join(repository, "lib", folder), join(root, "lib", folder), { recursive: true });
  }
  const single = ["errors", "array", "random", "gaussian"].map((name) => `lib/${name}.ts`);
  for (const file of [...single, "package.json", "tsconfig.json"]) {
    copyFileSync(join(repository, file), join(root, file));
  }
  symlinkSync(join(repository, "node_modules"), join(root, "node_modules"), "junction");
  const all = { "lib/index.ts": 'export * from "./notebook";\n', ...files };
  for (const [path, content] of Object.entries(all)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  return {
    root,
    remove: () => removeFolder(parent),
  };
}

/**
 * Removes a folder in which a process that was just killed may still write: `rmSync` alone retries to remove
 * the folder, but not what was written into it meanwhile.
 */
function removeFolder(folder: string): void {
  for (let left = 20; left > 0; left--) {
    try {
      rmSync(folder, { recursive: true, force: true });
      return;
    } catch (error) {
      if (left === 1) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
    }
  }
}

/** A code cell's source and tags, or Markdown when it begins with `#`. */
export type CellSource = string | readonly [source: string, ...tags: string[]];

/** The text of a notebook's file. */
export function notebookText(...cells: readonly CellSource[]): string {
  return JSON.stringify({
    nbformat: 4,
    nbformat_minor: 5,
    metadata: {},
    cells: cells.map((cell, k) => {
      const [source, ...tags] = typeof cell === "string" ? [cell] : cell;
      const base = { id: `cell-${k}`, metadata: { tags }, source };
      return source.startsWith("#")
        ? { cell_type: "markdown", ...base }
        : { cell_type: "code", ...base, outputs: [], execution_count: null };
    }),
  });
}
